package wire

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/specls/specls/commands/model"
)

// Answer collects a reply from the events of a stream.
type Answer struct {
	model    *Model
	req      model.Request
	progress func(string)

	text, reasoning strings.Builder
	reply           model.Reply
	ended           bool // a finish reason was given
	told            int  // bytes of reasoning when the person was last told
}

// Write adds to the text of the reply.
func (a *Answer) Write(delta string) error {
	if delta == "" {
		return nil
	}
	if err := a.room(delta); err != nil {
		return err
	}
	a.text.WriteString(delta)
	if a.progress != nil {
		a.progress(delta)
	}
	return nil
}

// reasoningStep is after how many bytes of reasoning the person is told of it
// again.
const reasoningStep = 500

// Think adds to what the model writes before its reply.
func (a *Answer) Think(delta string) error {
	if delta == "" {
		return nil
	}
	if err := a.room(delta); err != nil {
		return err
	}
	a.reasoning.WriteString(delta)
	if n := a.reasoning.Len(); a.told == 0 || n-a.told >= reasoningStep {
		a.told = n
		a.req.Tell("the model is thinking: %d characters so far", n)
	}
	return nil
}

func (a *Answer) room(delta string) error {
	if a.text.Len()+a.reasoning.Len()+len(delta) <= model.MaxReply {
		return nil
	}
	return &failure{what: model.TooLong(a.model)}
}

// End takes why the reply ended.
func (a *Answer) End(finish model.Finish) { a.ended, a.reply.Finish = true, finish }

// AnsweredBy takes the name under which the service says it answers.
func (a *Answer) AnsweredBy(name string) {
	if name != "" {
		a.reply.Model = name
	}
}

// Count takes tokens as the service counts them so far; 0 leaves the count as
// it is.
func (a *Answer) Count(promptTokens, replyTokens int) {
	if promptTokens > 0 {
		a.reply.PromptTokens = promptTokens
	}
	if replyTokens > 0 {
		a.reply.ReplyTokens = replyTokens
	}
}

// Remark adds a sentence for the person who asked.
func (a *Answer) Remark(sentence string) { a.reply.Report = append(a.reply.Report, sentence) }

// ServerError words an error that the server sent within a stream, or instead
// of one with a status of success. body is the JSON that holds it.
func (a *Answer) ServerError(body []byte) error { return a.model.serverError(0, body, a.req.Prompt) }

// PromptBytes returns the size of the conversation that was sent.
func (a *Answer) PromptBytes() int {
	n := len(a.req.Prompt)
	for _, turn := range a.req.Turns {
		n += len(turn.Text)
	}
	return n
}

// begun reports whether anything of the reply has arrived.
func (a *Answer) begun() bool { return a.text.Len()+a.reasoning.Len() > 0 }

func (a *Answer) finished() model.Reply {
	reply := a.reply
	reply.Text, reply.Reasoning = a.text.String(), a.reasoning.String()
	if price := a.model.Price; price != (model.Price{}) && reply.PromptTokens+reply.ReplyTokens > 0 {
		reply.Cost, reply.Currency = price.Of(reply.PromptTokens, reply.ReplyTokens), price.Currency
	}
	return reply
}

// read reads a response to its end.
func (a *Answer) read(response *http.Response, body io.Reader) error {
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return a.model.statusError(response, body, a.req.Prompt)
	}
	in := bufio.NewReader(body)
	// Servers mislabel: what decides between a stream and one JSON value is how
	// the body begins. The label serves for a good message.
	start, err := in.Peek(1)
	if err != nil {
		return err
	}
	kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	switch {
	case a.model.protocol.Lines && start[0] == '{':
		return a.stream(newLineReader(in))
	case a.model.protocol.Lines:
	case kind == "text/event-stream":
		return a.stream(newEventReader(in))
	case start[0] == '{':
		return a.whole(in)
	case kind == "":
		return a.stream(newEventReader(in))
	}
	if kind == "" {
		kind = "something else"
	}
	return a.model.fail(model.Malformed, fmt.Sprintf("%s answered with %s instead of a stream of events", a.model.Host(), kind),
		"check "+a.model.BaseURLFrom+a.model.protocol.Hint, nil)
}

// Done is the data of the event that ends a stream, where a protocol has such
// an event that is not JSON.
const Done = "[DONE]"

// eventSource is a stream taken apart. At its end next returns io.EOF, and with
// it what there is of the last event.
type eventSource interface{ next() (Event, error) }

// stream reads a streamed answer. It is complete when it ends with the
// protocol's last event, or, for servers that leave that out, after a finish
// reason.
func (a *Answer) stream(events eventSource) error {
	for {
		e, err := events.next()
		if err != nil && err != io.EOF {
			return err
		}
		// What the stream ended in may be whole but for its end.
		if err == nil || e.Data == Done || json.Valid([]byte(e.Data)) {
			if last, err := a.add(e); last || err != nil {
				return err
			}
		}
		switch {
		case err == io.EOF && a.ended:
			return nil
		case err == io.EOF:
			return io.ErrUnexpectedEOF
		}
	}
}

// add takes an event; one without data is a sign of life.
func (a *Answer) add(e Event) (last bool, err error) {
	if strings.TrimSpace(e.Data) == "" {
		return false, nil
	}
	last, err = a.model.protocol.Decode(a, e)
	var known *failure
	if err != nil && !errors.As(err, &known) {
		err = a.malformed(err)
	}
	return last, err
}

// whole reads an answer that is one JSON value: what servers send that don't
// stream.
func (a *Answer) whole(in io.Reader) error {
	data, err := io.ReadAll(io.LimitReader(in, model.MaxReply+1))
	if err != nil {
		return err
	}
	if err := a.room(string(data)); err != nil {
		return err
	}
	if _, err = a.add(Event{Data: string(data)}); err == nil && !a.ended && !a.begun() {
		return a.malformed(errors.New("there is no reply in it"))
	}
	return err
}

func (a *Answer) malformed(err error) *failure {
	return a.model.fail(model.Malformed, fmt.Sprintf("%s sent what %s does not allow (%v)", a.model.Host(), a.model.protocol.Name, jsonFault(err)),
		"check "+a.model.BaseURLFrom+", or try again", err)
}

// jsonFault words a decoding error without quoting the data.
func jsonFault(err error) string {
	var wrongType *json.UnmarshalTypeError
	if errors.As(err, &wrongType) {
		return fmt.Sprintf("%s is a %s", wrongType.Field, wrongType.Value)
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Sprintf("not JSON at byte %d of an event", syntax.Offset)
	}
	return err.Error()
}
