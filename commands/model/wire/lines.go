package wire

import (
	"bufio"
	"io"
	"strings"
)

// lineReader takes a stream of JSON values apart, one a line. Its events have
// no name.
type lineReader struct{ in *bufio.Reader }

func newLineReader(in io.Reader) *lineReader { return &lineReader{bufio.NewReader(in)} }

// next returns the next line; at the end of the stream, with io.EOF, what there
// is of it.
func (r *lineReader) next() (Event, error) {
	var line strings.Builder
	for {
		piece, err := r.in.ReadSlice('\n')
		if line.Len()+len(piece) > maxEvent {
			return Event{}, errEventTooLong
		}
		line.Write(piece)
		if err != bufio.ErrBufferFull {
			return Event{Data: strings.TrimRight(line.String(), "\r\n")}, err
		}
	}
}
