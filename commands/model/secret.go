package model

import (
	"regexp"
	"strings"
)

// Presentable returns what may be shown to a person of a message that a service
// or a command wrote: one line of at most 300 characters, without full stop,
// without the secrets, and nothing where it quotes the prompt.
func Presentable(message, prompt string, secrets ...string) string {
	const limit = 300
	if quotes(message, prompt) {
		return "(not shown, for it quotes the prompt)"
	}
	line := strings.Join(strings.Fields(strings.ToValidUTF8(message, "\uFFFD")), " ")
	for _, secret := range secrets {
		line = Redact(line, secret)
	}
	if runes := []rune(line); len(runes) > limit {
		line = string(append(runes[:limit-1], '…'))
	}
	return strings.TrimRight(line, ".")
}

// hint is how many characters of a secret, at its start, give it away in a
// message that shows only part of it.
const hint = 6

var nonSpace = regexp.MustCompile(`\S+`)

// Redact returns text with every word left out that holds the secret or its
// beginning.
func Redact(text, secret string) string {
	if secret == "" {
		return text
	}
	start := secret[:min(hint, len(secret))]
	return nonSpace.ReplaceAllStringFunc(text, func(word string) string {
		if strings.Contains(word, start) {
			return "[key]"
		}
		return word
	})
}

// quotes reports whether text holds 40 bytes or more in a row of the prompt.
func quotes(text, prompt string) bool {
	const run = 40
	text = text[:min(len(text), 4096)]
	for i := 0; i+run <= len(text); i++ {
		if strings.Contains(prompt, text[i:i+run]) {
			return true
		}
	}
	return false
}
