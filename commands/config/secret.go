package config

import (
	"regexp"
	"slices"
	"strings"

	"github.com/specls/specls/analysis/strict"
)

// whereKeysGo says what to do with a key instead of writing it into a file.
const whereKeysGo = "a key must not stand in a file: put it into an environment variable, and name that by key_env"

// keyNames are what people call a key.
var keyNames = regexp.MustCompile(`(?i)^(api[_-]?)?(key|token|secret|password|auth|authorization|bearer|credentials?)$|[_-](key|secret|password|token)$`)

// refuseKeys reports the keys of a table that are meant for a secret, without
// showing their values.
func refuseKeys(t *strict.Table) {
	for _, name := range t.Keys() {
		if keyNames.MatchString(name) {
			t.Know(name)
			t.Problem(name, "is not allowed; %s", whereKeysGo)
		}
	}
}

var (
	// keyPrefix matches how vendors' keys begin.
	keyPrefix = regexp.MustCompile(`^(sk|pk|rk|xai|gsk|hf|ghp|gho|r8|nvapi|AIza|pplx|fw|or)[-_]?[A-Za-z0-9_-]{16,}$`)
	random    = regexp.MustCompile(`[A-Za-z0-9+/_-]{32,}`)
)

// looksLikeKey reports whether a value has the form of a key: it begins like a
// vendor's, or holds 32 characters or more in a row among which are letters of
// both cases and digits, as names and addresses do not.
func looksLikeKey(value string) bool {
	if keyPrefix.MatchString(value) {
		return true
	}
	return slices.ContainsFunc(random.FindAllString(value, -1), func(run string) bool {
		digits := strings.IndexFunc(run, func(r rune) bool { return '0' <= r && r <= '9' })
		return digits >= 0 && run != strings.ToLower(run) && run != strings.ToUpper(run) && !strings.Contains(run, "/")
	})
}

// open reads the text's top-level table. The decoder's messages quote the text
// in part, so that of a line that may hold a key only its number is told.
func open(d *strict.Decoder, text string) (*strict.Table, bool) {
	root, ok := d.Open(text)
	if ok {
		return root, true
	}
	lines := strings.Split(text, "\n")
	for i, p := range d.Problems {
		line := ""
		if 0 < p.Line && p.Line <= len(lines) {
			line = lines[p.Line-1]
		}
		name, value, _ := strings.Cut(line, "=")
		if keyNames.MatchString(strings.Trim(name, " \t\"'")) || looksLikeKey(strings.Trim(value, " \t\r\"',")) {
			d.Problems[i].Message = "not valid TOML; " + whereKeysGo
		}
	}
	return nil, false
}
