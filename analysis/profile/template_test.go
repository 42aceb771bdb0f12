package profile

import (
	"strings"
	"testing"
)

func TestParseTemplate(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"all", "{focus}{file_path}{source_code}", ""},
		{"other braces", "{focus} {file_path} {source_code} {} {X} { focus } {{ [a |-> {1, 2}] {a-b}", ""},
		{"unknown", "{focus} {file_path}\n{source_code} {sauce}", "line 2: unknown placeholder {sauce}; a template has {focus}, {file_path}, {source_code}"},
		{"lacking", "{focus} {source_code}", "the template lacks the placeholder {file_path}; it needs {focus}, {file_path}, {source_code}"},
		{"two mistakes", "{focus} {file_path} {source}", "line 1: unknown placeholder {source}; a template has {focus}, {file_path}, {source_code}\n" +
			"the template lacks the placeholder {source_code}; it needs {focus}, {file_path}, {source_code}"},
	} {
		_, err := ParseTemplate(c.text)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: got error %q, want %q", c.name, got, c.want)
		}
	}
}

func TestRenderIsOnePass(t *testing.T) {
	tmpl, err := ParseTemplate("{{focus}}|{file_path}|{source_code}|{focus}|{}")
	if err != nil {
		t.Fatal(err)
	}
	got := tmpl.Render(Values{Focus: "{source_code}", FilePath: "{focus}", SourceCode: "{file_path} $1 \\1 %s {unknown}"})
	if want := "{{source_code}}|{focus}|{file_path} $1 \\1 %s {unknown}|{source_code}|{}"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// FuzzRender holds rendering against a second way to do it: split the template
// at its placeholders, one at a time, from the left.
func FuzzRender(f *testing.F) {
	f.Add("{focus} {file_path} {source_code}", "a", "b", "c")
	f.Add("{{focus}{file_path}}{source_code}{focus", "{focus}", "{file_path}", "{source_code}")
	f.Add("{focus}{file_path}{source_code}{x}", "", "", "")
	f.Fuzz(func(t *testing.T, text, focus, path, source string) {
		tmpl, err := ParseTemplate(text)
		if err != nil {
			return
		}
		if tmpl.Text() != text {
			t.Fatalf("Text() = %q, want %q", tmpl.Text(), text)
		}
		values := map[string]string{"{focus}": focus, "{file_path}": path, "{source_code}": source}
		want, rest := "", text
		for rest != "" {
			advance, replacement := 1, rest[:1]
			for name, value := range values {
				if strings.HasPrefix(rest, name) {
					advance, replacement = len(name), value
				}
			}
			want, rest = want+replacement, rest[advance:]
		}
		if got := tmpl.Render(Values{focus, path, source}); got != want {
			t.Fatalf("template %q:\ngot  %q\nwant %q", text, got, want)
		}
	})
}
