package profile

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"github.com/specls/specls/analysis/finding"
)

func TestBuiltinPromptsAreByteForByte(t *testing.T) {
	want := map[string]string{
		"etcd":    "607eadb1bc4350b31fa4debe52d4f761a8bdd580d42f78bbe8463ebe77d6bfe4",
		"raftkvs": "bc8a1401d0da9e30424d52072df84b9eeeb6d6dac423d6f6a8c38ab9c9a78b4f",
	}
	for _, p := range Builtin() {
		sum := sha256.Sum256([]byte(p.Template.Text()))
		if got := hex.EncodeToString(sum[:]); got != want[p.Name] {
			t.Errorf("%s: SHA-256 of the prompt is %s, want %s", p.Name, got, want[p.Name])
		}
		delete(want, p.Name)
	}
	if len(want) > 0 {
		t.Errorf("profiles missing: %v", want)
	}
}

func TestBuiltinContracts(t *testing.T) {
	for _, p := range Builtin() {
		for _, rule := range RuleIDs() {
			severity, holds := p.Contract.Severity(rule)
			only := map[string]string{"extends": "raftkvs", "excluded": "etcd"}[rule] // the other prompt has nothing on it
			if want := only == "" || only == p.Name; holds != want {
				t.Errorf("%s: rule %s holds: %v, want %v", p.Name, rule, holds, want)
			}
			// The rules behind this one are about faults that the prompts do not name.
			asked := slices.Index(RuleIDs(), rule) <= slices.Index(RuleIDs(), "no-invariant")
			if holds && asked && severity != finding.Error {
				t.Errorf("%s: rule %s is %v, want error", p.Name, rule, severity)
			}
		}
		if !strings.Contains(p.Template.Text(), `"`+p.Module+`"`) {
			t.Errorf("%s: the prompt does not name the module %s", p.Name, p.Module)
		}
	}
}

func TestLookupNamesTheAlternatives(t *testing.T) {
	if p, err := Lookup(Builtin(), "raftkvs"); err != nil || p.Module != "raftkvs" {
		t.Errorf("Lookup(raftkvs) = %v, %v", p, err)
	}
	_, err := Lookup(Builtin(), "etc")
	if want := `unknown profile "etc"; the profiles are etcd, raftkvs`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestForModule(t *testing.T) {
	for _, c := range []struct{ module, file, want string }{
		{"etcdraft", "spec/etcdraft.tla", "etcd"},
		{"etcdraftt", "etcdraft.tla", "etcd"}, // a typo in the header
		{"raftkvs", "other.tla", "raftkvs"},
		{"raftkvs", "etcdraft.tla", "etcd"},
		{"Other", "other.tla", ""},
		{"", "", ""},
	} {
		got := ""
		if p := ForModule(Builtin(), c.module, c.file); p != nil {
			got = p.Name
		}
		if got != c.want {
			t.Errorf("ForModule(%q, %q) = %q, want %q", c.module, c.file, got, c.want)
		}
	}
}
