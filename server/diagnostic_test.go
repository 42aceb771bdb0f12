package server

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.lsp.dev/uri"
)

// A specification is checked against the modules that it extends as they stand
// in the editor, and again when they change there.
func TestDiagnosticsFollowOtherDocuments(t *testing.T) {
	extended, extending := "---- MODULE Base ----\nMine == 1\n====\n", "---- MODULE Top ----\nEXTENDS Base\nHas == Mine\n====\n"
	for _, way := range []string{"pushed", "pulled"} {
		t.Run(way, func(t *testing.T) {
			capabilities := object{}
			if way == "pulled" {
				capabilities = object{"textDocument": object{"diagnostic": object{}}}
			}
			c, dir := openClient(t, capabilities, nil)
			base, top := fileURI(dir, "Base.tla"), fileURI(dir, "Top.tla")
			expect := func(why, part string) {
				t.Helper()
				if way == "pulled" {
					if got := c.pull(top); part == "" && got != "[]" || !strings.Contains(got, part) {
						t.Errorf("%s: the diagnostics are %s, want %q", why, got, part)
					}
					return
				}
				c.wait("textDocument/publishDiagnostics", func(all []json.RawMessage) bool {
					last := lastOf(t, all, top)
					return part == "" && last == "[]" || part != "" && strings.Contains(last, part)
				})
			}
			c.open(top, "tla", 1, extending)
			expect("without the module", "unknown-module")
			c.open(base, "tla", 1, extended)
			expect("with the module open", "")
			c.change(base, 2, object{"text": strings.Replace(extended, "Mine", "Yours", 1)})
			expect("with the name gone", "Mine")
			if err := os.WriteFile(filepath.Join(dir, "Base.tla"), []byte(extended), 0o666); err != nil {
				t.Fatal(err)
			}
			c.notify("textDocument/didClose", object{"textDocument": object{"uri": base}})
			expect("with the module on disk", "")
			if err := os.Remove(filepath.Join(dir, "Base.tla")); err != nil {
				t.Fatal(err)
			}
			c.notify("workspace/didChangeWatchedFiles", object{"changes": []object{{"uri": base, "type": 3}}})
			expect("with the file gone", "unknown-module")
		})
	}
}

// lastOf returns the diagnostics that were published last for a document.
func lastOf(t *testing.T, published []json.RawMessage, u uri.URI) string {
	t.Helper()
	last := ""
	for _, raw := range published {
		p := decode[struct {
			URI         uri.URI
			Diagnostics json.RawMessage
		}](t, raw)
		if p.URI == u {
			last = string(p.Diagnostics)
		}
	}
	return last
}
