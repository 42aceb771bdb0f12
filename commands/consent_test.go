package commands

import (
	"os"
	"path/filepath"
	"testing"
)

func TestConsent(t *testing.T) {
	workspaces := t.TempDir()
	at := func(name string) string {
		dir := filepath.Join(workspaces, name)
		if err := os.MkdirAll(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	one, other := at("one"), at("other")
	c := Consent{Dir: filepath.Join(t.TempDir(), "state", "consent")}
	const host = "api.example.com"
	if c.Given(one, host) {
		t.Error("given before anybody was asked")
	}
	if !c.Given(one, "") {
		t.Error("a model without host needs consent")
	}
	if err := c.Give(one, host); err != nil {
		t.Fatal(err)
	}
	if !c.Given(one, host) || !c.Given(filepath.Join(one, "..", "one"), host) {
		t.Error("not remembered")
	}
	if c.Given(other, host) || c.Given(one, "api.example.com:8080") || c.Given(filepath.Join(one, "sub"), host) {
		t.Error("a consent holds for more than its workspace and host")
	}
	link := filepath.Join(workspaces, "link")
	if err := os.Symlink(one, link); err == nil && !c.Given(link, host) {
		t.Error("not remembered for the same folder under another path")
	}

	if err := c.Give(other, "localhost:11434"); err != nil {
		t.Fatal(err)
	}
	all, err := c.List()
	if err != nil || len(all) != 2 || all[0].Workspace != realPath(one) || all[1].Host != "localhost:11434" {
		t.Errorf("got %+v, %v", all, err)
	}
	if n, err := c.Withdraw(one); n != 1 || err != nil || c.Given(one, host) || !c.Given(other, "localhost:11434") {
		t.Errorf("withdrew %d, %v", n, err)
	}
	if n, err := c.Withdraw(""); n != 1 || err != nil || c.Given(other, "localhost:11434") {
		t.Errorf("withdrew %d, %v", n, err)
	}
}

// TestConsentIsNotForged has a workspace's file, or one for another workspace,
// in the place of a consent.
func TestConsentIsNotForged(t *testing.T) {
	c := Consent{Dir: t.TempDir()}
	for _, text := range []string{"", "{", `{"Workspace": "/elsewhere", "Host": "h"}`, `{"Host": "h"}`, `[]`} {
		if err := os.WriteFile(c.file("/here", "h"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if c.Given("/here", "h") {
			t.Errorf("%q is taken for a consent", text)
		}
	}
	if all, err := c.List(); len(all) != 0 || err != nil {
		t.Errorf("got %v, %v", all, err)
	}
}

func TestConsentQuestion(t *testing.T) {
	for _, c := range []struct {
		files []string
		want  string
	}{
		{[]string{"raft.go"}, "Send raft.go (about 23,342 tokens) to api.example.com?"},
		{[]string{"a.go", "b.go", "c.go", "d.go", "e.go", "f.go"}, "Send a.go, b.go, c.go, d.go and 2 more (about 23,342 tokens) to api.example.com?"},
	} {
		if got := ConsentQuestion(c.files, 23342, "api.example.com"); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}
