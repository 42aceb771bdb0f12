package openai

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

// chunk is what the server sends: a whole answer, one piece of a streamed one,
// or an error. Only what is used is decoded.
type chunk struct {
	Model   string `json:"model"`
	Choices []struct {
		// Delta stands in a streamed answer, Message in a whole one.
		Delta        message `json:"delta"`
		Message      message `json:"message"`
		FinishReason string  `json:"finish_reason"`
	} `json:"choices"`
	Usage *struct {
		PromptTokens     int `json:"prompt_tokens"`
		CompletionTokens int `json:"completion_tokens"`
	} `json:"usage"`
	Error json.RawMessage `json:"error"`
}

type message struct {
	Content string `json:"content"`
	Refusal string `json:"refusal"`
}

// maxReply bounds the bytes of a reply. The longest specifications seen have
// 60 KB.
const maxReply = 32 << 20

// finishes maps the servers' words for why a reply ended.
var finishes = map[string]model.Finish{
	"stop": model.Stop, "eos": model.Stop, "end_turn": model.Stop,
	"length": model.Length, "max_tokens": model.Length,
	"content_filter": model.Filter, "safety": model.Filter,
}

// read reads the response to its end. With an error it returns what of the
// reply had arrived.
func (m *Model) read(response *http.Response, body io.Reader, prompt string, progress func(string)) (model.Reply, error) {
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return model.Reply{}, m.statusError(response, body, prompt)
	}
	in := bufio.NewReader(body)
	// Servers mislabel: what decides between a stream and one JSON value is how
	// the body begins. The label serves for a good message.
	start, err := in.Peek(1)
	if err != nil {
		return model.Reply{}, err
	}
	kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	answer := answer{model: m, prompt: prompt, progress: progress}
	switch {
	case kind == "text/event-stream":
		err = answer.stream(in)
	case start[0] == '{':
		err = answer.whole(in)
	case kind == "":
		err = answer.stream(in)
	default:
		err = m.fail(model.Malformed, fmt.Sprintf("%s answered with %s instead of a stream of events", m.Host(), kind),
			"check "+BaseURLVariable+": it usually ends in /v1", nil)
	}
	return answer.finished(), err
}

// answer collects a reply from its chunks.
type answer struct {
	model    *Model
	prompt   string
	progress func(string)
	text     strings.Builder
	reply    model.Reply
	ended    bool // a finish reason was given
}

func (a *answer) finished() model.Reply {
	a.reply.Text = a.text.String()
	return a.reply
}

// done is the data of the event that ends a stream.
const done = "[DONE]"

// stream reads a streamed answer. A stream is complete when it ends with
// [DONE], or, for servers that leave that out, after a finish reason.
func (a *answer) stream(in io.Reader) error {
	events := newEventReader(in)
	for {
		e, err := events.next()
		if strings.TrimSpace(e.data) == done {
			return nil
		}
		if err == io.EOF {
			return a.endOfStream(e)
		}
		if err != nil {
			return err
		}
		if err := a.addEvent(e); err != nil {
			return err
		}
	}
}

// endOfStream takes the event that the stream ended in.
func (a *answer) endOfStream(e event) error {
	if json.Valid([]byte(e.data)) {
		if err := a.addEvent(e); err != nil {
			return err
		}
	}
	if !a.ended {
		return io.ErrUnexpectedEOF
	}
	return nil
}

func (a *answer) addEvent(e event) error {
	if strings.TrimSpace(e.data) == "" {
		return nil // a sign of life
	}
	var c chunk
	err := json.Unmarshal([]byte(e.data), &c)
	if e.name == "error" && c.Error == nil {
		return a.model.serverError(0, []byte(e.data), a.prompt)
	}
	if err != nil {
		return a.malformed(err)
	}
	return a.add(c)
}

// whole reads an answer that is one JSON value: what servers send that don't
// stream.
func (a *answer) whole(in io.Reader) error {
	data, err := io.ReadAll(io.LimitReader(in, maxReply+1))
	if err != nil {
		return err
	}
	if len(data) > maxReply {
		return a.tooLong()
	}
	var c chunk
	if err := json.Unmarshal(data, &c); err != nil {
		return a.malformed(err)
	}
	if c.Error == nil && len(c.Choices) == 0 {
		return a.malformed(errors.New("there are no choices in it"))
	}
	return a.add(c)
}

func (a *answer) add(c chunk) error {
	if len(c.Error) > 0 && string(c.Error) != "null" {
		return a.model.serverError(0, []byte(`{"error":`+string(c.Error)+`}`), a.prompt)
	}
	if c.Model != "" {
		a.reply.Model = c.Model
	}
	if c.Usage != nil {
		a.reply.PromptTokens, a.reply.ReplyTokens = c.Usage.PromptTokens, c.Usage.CompletionTokens
	}
	if len(c.Choices) == 0 {
		return nil
	}
	choice := c.Choices[0]
	if choice.FinishReason != "" {
		a.ended = true
		a.reply.Finish = finishes[strings.ToLower(choice.FinishReason)]
	}
	return a.write(choice.Delta.Content + choice.Message.Content + choice.Delta.Refusal + choice.Message.Refusal)
}

func (a *answer) write(delta string) error {
	if delta == "" {
		return nil
	}
	if a.text.Len()+len(delta) > maxReply {
		return a.tooLong()
	}
	a.text.WriteString(delta)
	if a.progress != nil {
		a.progress(delta)
	}
	return nil
}

func (a *answer) tooLong() error {
	return a.model.fail(model.Malformed, fmt.Sprintf("the reply is longer than %d MB", maxReply>>20), "no specification is; try again, or choose another model", nil)
}

func (a *answer) malformed(err error) error {
	return a.model.fail(model.Malformed, fmt.Sprintf("%s sent what the chat-completions protocol does not allow (%v)", a.model.Host(), jsonFault(err)),
		"check "+BaseURLVariable+", or try again", err)
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
