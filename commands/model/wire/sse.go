package wire

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// Event is one server-sent event (WHATWG HTML, 9.2 "Server-sent events").
type Event struct {
	Name string // the Event field; empty for a plain message
	Data string // the data fields, joined by line feeds
}

// maxEvent bounds the bytes of one Event, so that a server that never ends a
// line cannot use up the memory.
const maxEvent = 16 << 20

var errEventTooLong = errors.New("an event of more than 16 MB")

// eventReader takes a stream of server-sent events apart. Lines end with CR,
// LF or both; where the stream is cut into packets does not matter.
type eventReader struct {
	in *bufio.Reader
	// skipLF says that the last line ended with CR, so that an LF belongs to it.
	// It is looked for only when the next line is read: waiting for it would
	// hold an event back.
	skipLF bool
}

func newEventReader(in io.Reader) *eventReader {
	r := &eventReader{in: bufio.NewReader(in)}
	if mark, err := r.in.Peek(3); err == nil && string(mark) == "\uFEFF" {
		r.in.Discard(3)
	}
	return r
}

// next returns the next event. At the end of the stream it returns io.EOF, and
// with it the Event that was under way, if any: to the standard that one is
// void, but servers are known to leave out the last blank line.
func (r *eventReader) next() (Event, error) {
	var e Event
	var data []string
	size := 0
	for {
		line, err := r.line()
		if size += len(line); size > maxEvent {
			return Event{}, errEventTooLong
		}
		if field, value, _ := strings.Cut(line, ":"); field != "" {
			value = strings.TrimPrefix(value, " ")
			switch field {
			case "data":
				data = append(data, value)
			case "event":
				e.Name = value
			}
		}
		if err != nil || line == "" && (data != nil || e.Name != "") {
			e.Data = strings.Join(data, "\n")
			return e, err
		}
	}
}

// line returns the next line without its end; at the end of the stream, with
// io.EOF, what there is of it. It takes what has arrived and never waits for
// more than a line.
func (r *eventReader) line() (string, error) {
	var line strings.Builder
	for {
		if _, err := r.in.Peek(1); err != nil {
			return line.String(), err
		}
		arrived, _ := r.in.Peek(r.in.Buffered())
		if r.skipLF {
			r.skipLF = false
			if arrived[0] == '\n' {
				r.in.Discard(1)
				continue
			}
		}
		end := bytes.IndexAny(arrived, "\r\n")
		if end < 0 {
			line.Write(arrived)
			r.in.Discard(len(arrived))
			if line.Len() > maxEvent {
				return "", errEventTooLong
			}
			continue
		}
		line.Write(arrived[:end])
		r.skipLF = arrived[end] == '\r'
		r.in.Discard(end + 1)
		return line.String(), nil
	}
}
