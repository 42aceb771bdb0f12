package wire

import (
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// readEvents returns all events of a stream, the last one as far as it came.
func readEvents(in io.Reader) ([]Event, error) {
	r := newEventReader(in)
	var events []Event
	for {
		e, err := r.next()
		if e != (Event{}) {
			events = append(events, e)
		}
		if err != nil {
			return events, err
		}
	}
}

// FuzzEvents holds that it does not matter how a stream is cut into packets,
// nor which line end it has.
func FuzzEvents(f *testing.F) {
	f.Add("data: a\n\ndata: b\ndata: c\n\n: comment\nevent: error\ndata:x\n\ndata: [DONE]")
	f.Add("\uFEFFdata\r\rdata: 1\r\n\r\n\n")
	f.Add("event: lonely\n\n:\n\ndata: {\"a\":\"\u2028\"}\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		whole, err := readEvents(strings.NewReader(text))
		if err != io.EOF {
			t.Fatal(err)
		}
		bytewise, _ := readEvents(iotest.OneByteReader(strings.NewReader(text)))
		if !slices.Equal(whole, bytewise) {
			t.Errorf("whole: %q, byte by byte: %q", whole, bytewise)
		}
		if strings.Contains(text, "\r") {
			return
		}
		for _, end := range []string{"\r\n", "\r"} {
			other, _ := readEvents(strings.NewReader(strings.ReplaceAll(text, "\n", end)))
			if !slices.Equal(whole, other) {
				t.Errorf("with LF: %q, with %q: %q", whole, end, other)
			}
		}
	})
}

func TestEvents(t *testing.T) {
	got, err := readEvents(strings.NewReader("data: a\n\ndata:b\ndata\ndata:  c\n\n: no\nid: 1\n\nevent: error\ndata: x:y\n\ndata: cut"))
	want := []Event{{Data: "a"}, {Data: "b\n\n c"}, {Name: "error", Data: "x:y"}, {Data: "cut"}}
	if err != io.EOF || !slices.Equal(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}
