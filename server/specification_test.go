package server

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"go.lsp.dev/uri"
)

// cursor marks a place in the texts of tests.
const cursor = "¦"

// languageCapabilities is a client that knows all that specls offers on names.
func languageCapabilities() object {
	c := fullCapabilities()
	t := c["textDocument"].(object)
	t["hover"] = object{"contentFormat": []string{"markdown", "plaintext"}}
	t["documentSymbol"] = object{"hierarchicalDocumentSymbolSupport": true}
	t["semanticTokens"] = object{"requests": object{"full": true}, "tokenTypes": []string{}, "tokenModifiers": []string{}, "formats": []string{"relative"}}
	t["rename"] = object{"prepareSupport": true}
	return c
}

// marked is a document that is open with the cursor somewhere.
type marked struct {
	*testClient
	dir    string
	uri    uri.URI
	text   string
	cursor object
}

// openMarked opens Main.tla, in which a cursor stands, in a workspace with the
// given other files.
func openMarked(t *testing.T, text string, files map[string]string) *marked {
	t.Helper()
	c, dir := openClient(t, languageCapabilities(), nil)
	m := &marked{testClient: c, dir: dir, uri: fileURI(dir, "Main.tla")}
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	before, after, found := strings.Cut(text, cursor)
	if !found {
		t.Fatalf("no cursor in %q", text)
	}
	m.text = before + after
	line := before[strings.LastIndex(before, "\n")+1:]
	m.cursor = object{"line": strings.Count(before, "\n"), "character": len(utf16.Encode([]rune(line)))}
	m.open(m.uri, "tlaplus", 1, m.text)
	return m
}

// ask sends a request about the cursor; more is added to its parameters.
func (m *marked) ask(method string, more object) json.RawMessage {
	m.t.Helper()
	return m.mustCall(method, m.params(more))
}

func (m *marked) params(more object) object {
	params := object{"textDocument": object{"uri": m.uri}, "position": m.cursor}
	for key, value := range more {
		params[key] = value
	}
	return params
}

type wirePosition struct{ Line, Character int }

type wireRange struct{ Start, End wirePosition }

type wireLocation struct {
	URI   uri.URI
	Range wireRange
}

// textOf returns the text of a range of a document with lines that are ASCII.
func textOf(text string, r wireRange) string {
	offset := func(p wirePosition) int {
		lines := strings.SplitAfter(text, "\n")
		return len(strings.Join(lines[:p.Line], "")) + p.Character
	}
	return text[offset(r.Start):offset(r.End)]
}

// A request about a document that is not open, or is no specification, has an
// empty answer.
func TestLanguageFeaturesElsewhere(t *testing.T) {
	c, dir := openClient(t, languageCapabilities(), nil)
	source := fileURI(dir, "raft.go")
	c.open(source, "go", 1, raftSource)
	for _, u := range []uri.URI{source, fileURI(dir, "Closed.tla")} {
		for _, method := range []string{"hover", "definition", "references", "documentHighlight", "documentSymbol", "foldingRange", "selectionRange",
			"completion", "signatureHelp", "semanticTokens/full", "prepareRename"} {
			params := object{"textDocument": object{"uri": u}, "position": object{"line": 0, "character": 0},
				"positions": []object{{"line": 0, "character": 0}}, "context": object{"includeDeclaration": true}}
			if got := c.mustCall("textDocument/"+method, params); string(got) != "null" && string(got) != "[]" {
				t.Errorf("%s on %s gave %s", method, u, got)
			}
		}
	}
}

// No place in a text, however broken it is, makes a request fail.
func TestLanguageFeaturesOnBrokenTexts(t *testing.T) {
	const whole = "---- MODULE Main ----\nEXTENDS Naturals\nVARIABLE x\nF(a, b) == \\E i \\in {1} : a + b[i]!C\nI == INSTANCE Main\nG == F(x, I!F(1, 2))\n====\n"
	c, dir := openClient(t, languageCapabilities(), nil)
	u := fileURI(dir, "Main.tla")
	c.open(u, "tla", 1, whole)
	for end, version := len(whole), 2; end >= 0; end, version = end-9, version+1 {
		c.change(u, version, object{"text": whole[:end]})
		lines := strings.Split(whole[:end], "\n")
		at := object{"line": len(lines) - 1, "character": len(lines[len(lines)-1])}
		params := object{"textDocument": object{"uri": u}, "position": at, "positions": []object{at}, "context": object{"includeDeclaration": true}}
		for _, method := range []string{"hover", "definition", "references", "documentHighlight", "documentSymbol", "foldingRange", "selectionRange",
			"completion", "signatureHelp", "semanticTokens/full"} {
			c.mustCall("textDocument/"+method, params)
		}
	}
}
