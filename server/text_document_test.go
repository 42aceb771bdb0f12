package server

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"go.lsp.dev/uri"
)

// editsPerEncoding makes 21,000 random edits over the three encodings.
const editsPerEncoding = 7000

// After any edits the server holds the same text, and says the same of it, as
// if the text had just been opened.
func TestRandomEdits(t *testing.T) {
	for _, encoding := range []string{"utf-8", "utf-16", "utf-32"} {
		t.Run(encoding, func(t *testing.T) {
			t.Parallel()
			capabilities := object{
				"general":      object{"positionEncodings": []string{encoding}},
				"textDocument": object{"diagnostic": object{}},
			}
			c, dir := openClient(t, capabilities, nil)
			edited, fresh := fileURI(dir, "a/etcdraft.tla"), fileURI(dir, "b/etcdraft.tla")
			e := &editor{random: rand.New(rand.NewPCG(1, uint64(len(encoding)))), encoding: encoding}
			c.open(edited, "tla", 0, "")
			for version := 1; version <= editsPerEncoding; version++ {
				c.change(edited, version, e.changes()...)
				if version%100 != 0 {
					continue
				}
				got := c.pull(edited)
				if text := c.server.current.Load().documents[edited].text(); text != string(e.text) {
					t.Fatalf("after %d edits the server has\n%q\nand the editor\n%q", version, text, string(e.text))
				}
				c.open(fresh, "tlaplus", version, string(e.text))
				if want := c.pull(fresh); got != want {
					t.Fatalf("after %d edits the diagnostics are\n%s\nand those of a fresh open\n%s", version, got, want)
				}
				c.notify("textDocument/didClose", object{"textDocument": object{"uri": fresh}})
			}
		})
	}
}

// pull returns the diagnostics of a document, as JSON.
func (c *testClient) pull(u uri.URI) string {
	c.t.Helper()
	report := decode[struct{ Items json.RawMessage }](c.t, c.mustCall("textDocument/diagnostic", object{"textDocument": object{"uri": u}}))
	return string(report.Items)
}

// editor is a naive text editor: it finds positions by walking over characters.
type editor struct {
	random   *rand.Rand
	encoding string
	text     []rune
}

// pieces are what the editor types: text that TLA+ is made of, line ends of
// all three kinds, and characters of one to four bytes.
var pieces = []string{
	"---- MODULE etcdraft ----\n", "====\n", "EXTENDS Naturals\r\n", "VARIABLE x\n", "Spec == Init /\\ [][Next]_x\r\n", "WF_x(Next)",
	"(*", "*)", "\\*", "\"", "```tla\n", "/\\ ", "\\/ ", "Init == x = 0", "\n", "\r\n", "\r", "a", "é", "∈", "𝔸", "🙂", "\t", " ", "",
}

// changes makes one to three edits and returns them as LSP has them.
func (e *editor) changes() []object {
	var changes []object
	for range 1 + e.random.IntN(3) {
		changes = append(changes, e.change())
	}
	return changes
}

func (e *editor) change() object {
	inserted := pieces[e.random.IntN(len(pieces))]
	if e.random.IntN(50) == 0 || len(e.text) > 3000 {
		whole := strings.Repeat(inserted, e.random.IntN(5)) + string(e.text[:min(len(e.text), e.random.IntN(1000))])
		e.text = []rune(whole)
		if e.random.IntN(2) == 0 {
			return object{"range": nil, "text": whole}
		}
		return object{"text": whole}
	}
	start := e.random.IntN(len(e.text) + 1)
	end := min(len(e.text), start+e.random.IntN(1+e.random.IntN(20)))
	start, end = e.outsideLineEnd(start), e.outsideLineEnd(end)
	change := object{"range": object{"start": e.position(start), "end": e.position(end)}, "text": inserted}
	e.text = append(append(append([]rune(nil), e.text[:start]...), []rune(inserted)...), e.text[end:]...)
	return change
}

// outsideLineEnd moves an index from between "\r" and "\n", where no position
// points, to before both.
func (e *editor) outsideLineEnd(i int) int {
	if i > 0 && i < len(e.text) && e.text[i-1] == '\r' && e.text[i] == '\n' {
		return i - 1
	}
	return i
}

// position returns the position of an index; at a line's end sometimes one far
// beyond it, which means the same.
func (e *editor) position(index int) object {
	line, character := 0, 0
	for i := 0; i < index; i++ {
		r := e.text[i]
		switch {
		case r == '\n', r == '\r' && (i+1 == len(e.text) || e.text[i+1] != '\n'):
			line, character = line+1, 0
		case r == '\r':
		default:
			character += e.units(r)
		}
	}
	atEnd := index == len(e.text) || e.text[index] == '\n' || e.text[index] == '\r'
	if atEnd && e.random.IntN(10) == 0 {
		character += 1000
	}
	return object{"line": line, "character": character}
}

func (e *editor) units(r rune) int {
	switch e.encoding {
	case "utf-8":
		return utf8.RuneLen(r)
	case "utf-16":
		return utf16.RuneLen(r)
	}
	return 1
}

// A burst of edits is applied in the order of the wire, and a request sees
// exactly the edits before it.
func TestBurst(t *testing.T) {
	c, dir := openClient(t, object{}, nil)
	u := fileURI(dir, "burst.tla")
	c.open(u, "tla", 0, "")
	var want strings.Builder
	const edits = 5000
	for i := 1; i <= edits; i++ {
		piece := fmt.Sprintf("%d ", i)
		c.change(u, i, object{"range": rangeAt(0, want.Len(), 0, want.Len()), "text": piece})
		want.WriteString(piece)
	}
	c.mustCall("textDocument/codeAction", codeActionParams(u, rangeAt(0, 0, 0, 0)))
	if got := c.server.current.Load().documents[u].text(); got != want.String() {
		t.Errorf("after %d edits the text is wrong:\n%.200s…", edits, got)
	}
}

// Diagnostics that are pushed carry versions that only rise, and end with the
// newest.
func TestPushedVersionsRise(t *testing.T) {
	c, dir := openClient(t, pushCapabilities(), nil)
	u := fileURI(dir, "etcdraft.tla")
	c.open(u, "tla", 0, "---- MODULE etcdraft ----\n====\n")
	const edits = 300
	for i := 1; i <= edits; i++ {
		c.change(u, i, object{"range": rangeAt(1, 0, 1, 0), "text": fmt.Sprintf("A%d == %d\n", i, i)})
	}
	type published struct{ Version int }
	all := c.wait("textDocument/publishDiagnostics", func(all []json.RawMessage) bool {
		return len(all) > 0 && decode[published](t, all[len(all)-1]).Version == edits
	})
	last := -1
	for _, raw := range all {
		if v := decode[published](t, raw).Version; v <= last {
			t.Errorf("version %d was published after version %d", v, last)
		} else {
			last = v
		}
	}
	c.notify("textDocument/didClose", object{"textDocument": object{"uri": u}})
	c.waitLast("textDocument/publishDiagnostics", func(raw json.RawMessage) bool {
		return strings.Contains(string(raw), `"diagnostics":[]`)
	})
}

// Text that no UTF-8 can express is made so without moving what comes after.
func TestLoneSurrogates(t *testing.T) {
	c, dir := openClient(t, object{}, nil)
	u := fileURI(dir, "a.tla")
	c.notify("textDocument/didOpen", json.RawMessage(`{"textDocument":{"uri":"`+string(u)+`","languageId":"tla","version":1,"text":"a\ud83d\ud83db"}}`))
	c.change(u, 2, object{"range": rangeAt(0, 3, 0, 4), "text": "c"})
	c.mustCall("textDocument/codeAction", codeActionParams(u, rangeAt(0, 0, 0, 0)))
	if got, want := c.server.current.Load().documents[u].text(), "a\uFFFD\uFFFDc"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
