package reply

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/specls/specls/commands/model"
)

var update = flag.Bool("update", false, "rewrite the expected files in testdata")

// TestGolden runs each archive in testdata. Its comment may name the reason
// why the reply ended, in a line "finish: length"; the default is stop. The
// file "reply" is the reply, "module" the module wanted from it, "config" the
// configuration where there is one, and "result" the status and what was dropped. In "reply", "\r" stands for a carriage
// return and "\ufeff" for a byte-order mark; a line "\n" at the end says that
// the text ends without a line end.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			input, want := "", map[string]string{}
			for _, f := range archive.Files {
				if f.Name == "reply" {
					input = unescape(string(f.Data))
				} else {
					want[f.Name] = string(f.Data)
				}
			}
			got := Extract(input, "etcdraft", finishOf(string(archive.Comment)))
			if !strings.Contains(input, got.Module) {
				t.Errorf("the module is not a part of the reply:\n%s", got.Module)
			}
			files := []txtar.File{
				{Name: "module", Data: []byte(escape(got.Module))},
				{Name: "result", Data: []byte(describe(got))},
			}
			if got.Config != "" || want["config"] != "" {
				files = append(files, txtar.File{Name: "config", Data: []byte(escape(got.Config))})
			}
			for _, f := range files {
				if string(f.Data) != want[f.Name] && !*update {
					t.Errorf("%s:\n%s\nwant:\n%s", f.Name, f.Data, want[f.Name])
				}
			}
			if *update {
				archive.Files = append(archive.Files[:1], files...)
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func finishOf(comment string) model.Finish {
	for line := range strings.Lines(comment) {
		if reason, ok := strings.CutPrefix(line, "finish: "); ok {
			return model.Finish(strings.TrimSpace(reason))
		}
	}
	return model.Stop
}

var escapes = []string{"\r", `\r`, "\uFEFF", `\ufeff`}

func escape(s string) string {
	s = strings.NewReplacer(escapes...).Replace(s)
	if s != "" && !strings.HasSuffix(s, "\n") {
		s += "\n\\n\n"
	}
	return s
}

func unescape(s string) string {
	s = strings.NewReplacer(`\r`, "\r", `\ufeff`, "\uFEFF").Replace(s)
	if rest, ok := strings.CutSuffix(s, "\n\\n\n"); ok {
		s = rest
	}
	return s
}

func describe(r Result) string {
	lines := append([]string{string(r.Status)}, r.Dropped...)
	if r.Excerpt != "" {
		lines = append(lines, "excerpt: "+r.Excerpt)
	}
	return strings.Join(lines, "\n") + "\n"
}

// TestEveryPrefixIsToldApart cuts a reply at every byte: only the whole module
// may be called whole, and nothing cut by the output limit may be written. Three
// = on a line of their own pass for a footer, which the contract reports.
func TestEveryPrefixIsToldApart(t *testing.T) {
	const text = "---- MODULE etcdraft ----\nEXTENDS Naturals\nVARIABLE x\nInit == x = \"====\" \\* ====\n(* ==== *)\n" +
		"---- MODULE Inner ----\nA == 1\n====\nNext == x' = x + 1\nSpec == Init /\\ [][Next]_x\n====\n"
	footer := strings.LastIndex(text, "====") + len("===")
	for i := range len(text) {
		r := Extract(text[:i], "etcdraft", model.Length)
		if got, want := r.Status == Whole, i >= footer; got != want {
			t.Errorf("cut at byte %d: status %q", i, r.Status)
		}
		if r.Status == NoFooter {
			t.Errorf("cut at byte %d: status %q though the reply met the output limit", i, r.Status)
		}
	}
}

func TestHostileSizes(t *testing.T) {
	for name, text := range map[string]string{
		"headers":  strings.Repeat("---- MODULE a ----\n", 50_000),
		"fences":   strings.Repeat("```\n", 100_000),
		"brackets": "---- MODULE etcdraft ----\n" + strings.Repeat("(*", 200_000),
		"tags":     strings.Repeat("<think>\n</think>\n", 50_000),
	} {
		if r := Extract(text, "etcdraft", model.Stop); r.Status == Whole {
			t.Errorf("%s: status %q", name, r.Status)
		}
	}
}

func FuzzExtract(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(unescape(string(archive.Files[0].Data)), string(finishOf(string(archive.Comment))))
	}
	f.Fuzz(func(t *testing.T, text, finish string) {
		r := Extract(text, "etcdraft", model.Finish(finish))
		switch r.Status {
		case Whole, NoFooter:
			if r.Module == "" {
				t.Errorf("status %q without a module", r.Status)
			}
		}
		again := Extract(r.Module, "etcdraft", model.Finish(finish))
		if r.Status == Whole && again.Module != r.Module {
			t.Errorf("the module taken out of itself differs:\n%q\n%q", r.Module, again.Module)
		}
		if _, ok := found(r.Module); r.Status == Whole && !ok && len(r.Module) > 0 {
			t.Errorf("a module called whole has no footer: %q", r.Module)
		}
	})
}

// found reports whether a text holds a footer at all.
func found(text string) (int, bool) {
	i := strings.LastIndex(text, "===")
	return i, i >= 0
}
