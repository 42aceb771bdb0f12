package openai

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/specls/specls/commands/model"
	"github.com/specls/specls/commands/model/wire"
)

const (
	testKey    = "sk-secret-0123456789"
	testPrompt = "Convert this to TLA+, please: package raft; func becomeFollower() {}"
)

// testModel returns the model at a server.
func testModel(t *testing.T, url string, stall time.Duration) *wire.Model {
	t.Helper()
	m, err := New(wire.Options{
		Name: "openai:gpt-test", Model: "gpt-test",
		BaseURL: url + "/v1", BaseURLFrom: "OPENAI_BASE_URL", Key: testKey, KeyFrom: "OPENAI_API_KEY",
		Stall: stall, Pause: time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// serve starts a loopback server and returns the model that talks to it.
func serve(t *testing.T, handler http.HandlerFunc) *wire.Model { return serveWithStall(t, handler, 0) }

func serveWithStall(t *testing.T, handler http.HandlerFunc, stall time.Duration) *wire.Model {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Only a server that has read the request notices that the client left.
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		handler(w, r)
	}))
	t.Cleanup(server.Close)
	return testModel(t, server.URL, stall)
}

// stream answers with the text of an event stream.
func stream(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
		io.WriteString(w, text)
	}
}

// delta is the event of a piece of the reply.
func delta(text string) string {
	quoted, _ := json.Marshal(text)
	return fmt.Sprintf("data: {\"model\":\"gpt-test-2026\",\"choices\":[{\"index\":0,\"delta\":{\"content\":%s},\"finish_reason\":null}]}\n\n", quoted)
}

func finish(reason string) string {
	return fmt.Sprintf("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":%q}]}\n\n", reason)
}

const end = "data: [DONE]\n\n"

func generate(t *testing.T, m *wire.Model) (model.Reply, error) {
	t.Helper()
	var progress strings.Builder
	reply, err := m.Generate(t.Context(), model.Request{Prompt: testPrompt}, func(s string) { progress.WriteString(s) })
	if progress.String() != reply.Text {
		t.Errorf("progress was told %q, the reply is %q", progress.String(), reply.Text)
	}
	if err != nil {
		for _, secret := range []string{testKey, "becomeFollower", "sk-secr"} {
			if strings.Contains(fmt.Sprintf("%v %+v", err, err), secret) {
				t.Errorf("the error holds %q: %v", secret, err)
			}
		}
	}
	return reply, err
}

func TestReplies(t *testing.T) {
	hello := delta("") + delta("---- MODULE ") + delta("étcd ----") + finish("stop")
	usage := "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":34}}\n\n"
	const text = "---- MODULE étcd ----"
	for _, c := range []struct {
		name, body string
		want       model.Reply
	}{
		{"plain", hello + end, model.Reply{Text: text, Finish: model.Stop}},
		{"usage", hello + usage + end, model.Reply{Text: text, Finish: model.Stop, PromptTokens: 12, ReplyTokens: 34}},
		{"CRLF", strings.ReplaceAll(hello+end, "\n", "\r\n"), model.Reply{Text: text, Finish: model.Stop}},
		{"CR", strings.ReplaceAll(hello+end, "\n", "\r"), model.Reply{Text: text, Finish: model.Stop}},
		{"comments and other fields", ": keep-alive\n\nid: 7\nretry: 10\n" + hello + ":\n\n" + end, model.Reply{Text: text, Finish: model.Stop}},
		{"data in several lines", "data: {\"choices\":[{\"delta\":\ndata: {\"content\":\"a\"}}]}\n\n" + finish("stop") + end, model.Reply{Text: "a", Finish: model.Stop}},
		{"no space behind the colon", strings.ReplaceAll(hello+end, "data: ", "data:"), model.Reply{Text: text, Finish: model.Stop}},
		{"byte-order mark", "\uFEFF" + hello + end, model.Reply{Text: text, Finish: model.Stop}},
		{"no [DONE]", hello, model.Reply{Text: text, Finish: model.Stop}},
		{"no blank line at the end", hello + "data: [DONE]", model.Reply{Text: text, Finish: model.Stop}},
		{"no finish reason", delta("a") + end, model.Reply{Text: "a"}},
		{"cut by length", delta("a") + finish("length") + end, model.Reply{Text: "a", Finish: model.Length}},
		{"filtered", delta("a") + finish("content_filter") + end, model.Reply{Text: "a", Finish: model.Filter}},
		{"a reason of its own", delta("a") + finish("tool_calls") + end, model.Reply{Text: "a"}},
		{"reasoning", "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\",\"content\":null}}]}\n\n" + delta("a") + finish("stop") + end, model.Reply{Text: "a", Reasoning: "hm", Finish: model.Stop}},
		{"refusal", "data: {\"choices\":[{\"delta\":{\"refusal\":\"I can't.\"}}]}\n\n" + finish("stop") + end, model.Reply{Text: "I can't.", Finish: model.Stop}},
		{"empty", finish("stop") + end, model.Reply{Finish: model.Stop}},
		{"what follows [DONE]", delta("a") + finish("stop") + end + delta("b"), model.Reply{Text: "a", Finish: model.Stop}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := generate(t, serve(t, stream(c.body)))
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(c.body, "gpt-test-2026") {
				c.want.Model = "gpt-test-2026"
			}
			c.want.Attempts = 1
			if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

// TestChunksSplitAnywhere sends every byte in a packet of its own.
func TestChunksSplitAnywhere(t *testing.T) {
	m := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for _, b := range []byte(delta("é∈𝔸") + finish("stop") + end) {
			w.Write([]byte{b})
			w.(http.Flusher).Flush()
		}
	})
	reply, err := generate(t, m)
	if err != nil || reply.Text != "é∈𝔸" {
		t.Errorf("got %q, %v", reply.Text, err)
	}
}

func TestWholeAnswer(t *testing.T) {
	m := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"model":"x","choices":[{"message":{"role":"assistant","content":"spec"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}`)
	})
	reply, err := generate(t, m)
	want := model.Reply{Text: "spec", Finish: model.Stop, Model: "x", PromptTokens: 1, ReplyTokens: 2, Attempts: 1}
	if err != nil || fmt.Sprintf("%+v", reply) != fmt.Sprintf("%+v", want) {
		t.Errorf("got %+v, %v", reply, err)
	}
}

func TestWhatIsSent(t *testing.T) {
	var got *http.Request
	var body []byte
	m := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		stream(finish("stop")+end)(w, r)
	})
	if _, err := generate(t, m); err != nil {
		t.Fatal(err)
	}
	if got.Method != "POST" || got.URL.Path != "/v1/chat/completions" || got.Header.Get("Authorization") != "Bearer "+testKey {
		t.Errorf("got %s %s with %v", got.Method, got.URL, got.Header)
	}
	want := fmt.Sprintf(`{"model":"gpt-test","messages":[{"role":"user","content":%q}],"stream":true}`+"\n", testPrompt)
	if string(body) != want {
		t.Errorf("sent %s\nwant %s", body, want)
	}
}

func TestFailures(t *testing.T) {
	status := func(code int, body string, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			for i := 0; i < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(code)
			io.WriteString(w, body)
		}
	}
	cut := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			stream(text)(w, r)
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}
	}
	for _, c := range []struct {
		name    string
		handler http.HandlerFunc
		kind    model.Kind
		want    string // the error, with HOST for the server's host
		text    string // what had arrived
	}{
		{"400", status(400, `{"error":{"message":"Unsupported value: 'stream'."}}`), model.Rejected,
			"HOST answered 400: it rejected the request; it says: Unsupported value: 'stream'; check the model's name, and OPENAI_BASE_URL", ""},
		{"400 context", status(400, `{"error":{"message":"This model's maximum context length is 8192 tokens.","code":"context_length_exceeded"}}`), model.TooLarge,
			"the prompt is too large for gpt-test at HOST; it says: This model's maximum context length is 8192 tokens; choose a model with a larger context window, or fewer files", ""},
		{"401", status(401, `{"error":{"message":"Incorrect API key provided: `+testKey+`. You can find it elsewhere.","code":"invalid_api_key"}}`), model.Auth,
			"HOST answered 401: it does not accept the key; it says: Incorrect API key provided: [key] You can find it elsewhere; check OPENAI_API_KEY", ""},
		{"401 with a part of the key", status(401, `{"error":{"message":"bad key sk-secret-****6789"}}`), model.Auth,
			"HOST answered 401: it does not accept the key; it says: bad key [key]; check OPENAI_API_KEY", ""},
		{"403", status(403, `{"detail":"Not in your country"}`), model.Auth,
			"HOST answered 403: the key may not use gpt-test; it says: Not in your country; check the key's permissions, or choose another model", ""},
		{"404", status(404, `{"error":"model 'gpt-test' not found"}`), model.NotFound,
			"HOST answered 404: it has no model gpt-test, or does not speak the chat-completions protocol; it says: model 'gpt-test' not found; check the model's name, and OPENAI_BASE_URL", ""},
		{"413", status(413, "<html>too big</html>"), model.TooLarge,
			"the prompt is too large for gpt-test at HOST; choose a model with a larger context window, or fewer files", ""},
		{"429", status(429, `{"error":{"message":"Rate limit reached"}}`), model.RateLimit,
			"HOST answered 429: too many requests; it says: Rate limit reached (tried 3 times); try again later", ""},
		{"429 with Retry-After", status(429, `{"error":{"message":"Rate limit reached"}}`, "Retry-After", "80"), model.RateLimit,
			"HOST answered 429: too many requests; it says: Rate limit reached; try again in 1m20s", ""},
		{"429 quota", status(429, `{"error":{"message":"You exceeded it","type":"insufficient_quota"}}`), model.RateLimit,
			"the account's quota at HOST is used up; it says: You exceeded it; check its plan and billing", ""},
		{"500", status(500, "oops"), model.Service, "HOST answered 500: the service failed (tried 3 times); try again later", ""},
		{"503 with Retry-After", status(503, "", "Retry-After", "500"), model.Service, "HOST answered 503: the service failed; try again in 8m20s", ""},
		{"529", status(529, `{"error":{"message":"Overloaded"}}`), model.Service, "HOST answered 529: the service failed; it says: Overloaded (tried 3 times); try again later", ""},
		{"message that quotes the prompt", status(400, `{"error":{"message":"cannot tokenise: `+testPrompt+`"}}`), model.Rejected,
			"HOST answered 400: it rejected the request; it says: (not shown, for it quotes the prompt); check the model's name, and OPENAI_BASE_URL", ""},
		{"redirect to another host", status(307, "", "Location", "https://elsewhere.example/v1"), model.NotFound,
			"HOST redirects to elsewhere.example (307), which nobody agreed to send the source to; set OPENAI_BASE_URL to the server's own address", ""},
		{"redirect", status(308, "", "Location", "/v2"), model.NotFound,
			"HOST redirects elsewhere (308); set OPENAI_BASE_URL to the server's own address", ""},
		{"cut in mid-reply", cut(delta("---- MODULE") + "data: {\"choi"), model.Interrupted,
			"the connection to HOST broke in the middle of the reply; try again", "---- MODULE"},
		{"cut before the reply", cut(""), model.Interrupted, "the connection to HOST broke before the reply began; try again", ""},
		{"ends without finish reason", stream(delta("a")), model.Interrupted, "the connection to HOST broke in the middle of the reply; try again", "a"},
		{"ends in an event", stream(delta("a") + "data: {\"choi"), model.Interrupted, "the connection to HOST broke in the middle of the reply; try again", "a"},
		{"ends before headers", func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) }, model.Interrupted,
			"the connection to HOST broke before the reply began; try again", ""},
		{"empty answer", status(200, ""), model.Interrupted, "the connection to HOST broke before the reply began; try again", ""},
		{"malformed event", stream(delta("a") + "data: {\"choices\":[}\n\n" + end), model.Malformed,
			"HOST sent what the chat-completions protocol does not allow (not JSON at byte 13 of an event); check OPENAI_BASE_URL, or try again", "a"},
		{"wrong type", stream("data: {\"choices\":[{\"delta\":{\"content\":7}}]}\n\n"), model.Malformed,
			"HOST sent what the chat-completions protocol does not allow (choices.delta.content is a number); check OPENAI_BASE_URL, or try again", ""},
		{"error in the stream", stream(delta("a") + "data: {\"error\":{\"message\":\"The server had an error\",\"code\":500}}\n\n"), model.Service,
			"HOST answered 500: the service failed; it says: The server had an error; try again later", "a"},
		{"error event", stream(delta("a") + "event: error\ndata: {\"message\":\"Overloaded\"}\n\n"), model.Service,
			"HOST reported an error in the middle of the reply; it says: Overloaded; try again", "a"},
		{"rate limit in the stream", stream("data: {\"error\":{\"message\":\"Slow down\",\"type\":\"rate_limit_error\"}}\n\n"), model.RateLimit,
			"HOST answered 429: too many requests; it says: Slow down (tried 3 times); try again later", ""},
		{"wrong content type", status(200, "<html>Welcome to Ollama</html>", "Content-Type", "text/html; charset=utf-8"), model.Malformed,
			"HOST answered with text/html instead of a stream of events; check OPENAI_BASE_URL: it usually ends in /v1", ""},
		{"JSON of another kind", status(200, `{"hello":"world"}`, "Content-Type", "application/json"), model.Malformed,
			"HOST sent what the chat-completions protocol does not allow (there is no reply in it); check OPENAI_BASE_URL, or try again", ""},
		{"error as JSON with 200", status(200, `{"error":{"message":"No such model"}}`, "Content-Type", "application/json"), model.Service,
			"HOST reported an error in the middle of the reply; it says: No such model; try again", ""},
		{"event without end", stream("data: " + strings.Repeat("x", 16<<20+10)), model.Malformed,
			"HOST sent an event of more than 16 MB; check OPENAI_BASE_URL", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := serve(t, c.handler)
			reply, err := generate(t, m)
			var me *model.Error
			if !errors.As(err, &me) {
				t.Fatalf("got error %v, want a *model.Error", err)
			}
			if want := "openai:gpt-test: " + strings.ReplaceAll(c.want, "HOST", m.Host()); me.Error() != want || me.Kind != c.kind {
				t.Errorf("got  %s (%s)\nwant %s (%s)", me, me.Kind, want, c.kind)
			}
			if reply.Text != c.text {
				t.Errorf("got text %q, want %q", reply.Text, c.text)
			}
		})
	}
}

func TestTooLongAReply(t *testing.T) {
	m := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		piece := delta(strings.Repeat("x", 1<<20))
		for range model.MaxReply>>20 + 1 {
			if _, err := io.WriteString(w, piece); err != nil {
				return
			}
		}
	})
	_, err := generate(t, m)
	var me *model.Error
	if !errors.As(err, &me) || me.Kind != model.Malformed || !strings.Contains(me.Message, "longer than 4 MB") {
		t.Errorf("got %v", err)
	}
}

func TestConnectionRefused(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	m := testModel(t, "http://"+l.Addr().String(), 0)
	_, err = generate(t, m)
	var me *model.Error
	if !errors.As(err, &me) || me.Kind != model.Refused || !strings.Contains(me.Message, "cannot connect to "+m.Host()) {
		t.Errorf("got %v", err)
	}
}

func TestUntrustedCertificate(t *testing.T) {
	server := httptest.NewUnstartedServer(stream(end))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	m := testModel(t, server.URL, 0)
	_, err := generate(t, m)
	var me *model.Error
	if !errors.As(err, &me) || me.Kind != model.Refused || !strings.Contains(me.Message, "no secure connection") {
		t.Errorf("got %v", err)
	}
}

// TestCancelled cancels once the first piece has arrived of a reply that would
// never end.
func TestCancelled(t *testing.T) {
	m := serve(t, func(w http.ResponseWriter, r *http.Request) {
		stream(delta("---- MODULE"))(w, r)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	reply, err := m.Generate(ctx, model.Request{Prompt: testPrompt}, func(string) { cancel() })
	if err != context.Canceled || reply.Text != "---- MODULE" {
		t.Errorf("got %q, %v", reply.Text, err)
	}
}

// TestStalled has a server fall silent, once before and once in the reply.
func TestStalled(t *testing.T) {
	for _, begin := range []string{"", delta("a")} {
		m := serveWithStall(t, func(w http.ResponseWriter, r *http.Request) {
			if begin != "" {
				stream(begin)(w, r)
				w.(http.Flusher).Flush()
			}
			<-r.Context().Done()
		}, 200*time.Millisecond)
		_, err := generate(t, m)
		var me *model.Error
		if !errors.As(err, &me) || me.Kind != model.Interrupted || !strings.Contains(me.Message, "sent nothing for 200ms") {
			t.Errorf("after %q: got %v", begin, err)
		}
	}
}

// TestSignsOfLifeHoldOffTheStall sends comments for longer than the stall
// timeout.
func TestSignsOfLifeHoldOffTheStall(t *testing.T) {
	m := serveWithStall(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for range 20 {
			io.WriteString(w, ": thinking\n\n")
			w.(http.Flusher).Flush()
			time.Sleep(100 * time.Millisecond)
		}
		io.WriteString(w, delta("a")+finish("stop")+end)
	}, 1500*time.Millisecond)
	if reply, err := generate(t, m); err != nil || reply.Text != "a" {
		t.Errorf("got %q, %v", reply.Text, err)
	}
}

// TestOutputLimit asks the vendor's own service by another name than the others.
func TestOutputLimit(t *testing.T) {
	for host, want := range map[string]string{
		"api.openai.com": `{"model":"m","messages":[{"role":"user","content":"p"}],"stream":true,"stream_options":{"include_usage":true},"max_completion_tokens":9}`,
		"localhost":      `{"model":"m","messages":[{"role":"user","content":"p"}],"stream":true,"max_tokens":9}`,
	} {
		got, err := json.Marshal(newRequest(wire.Options{Model: "m", MaxOutput: 9}, host, model.Request{Prompt: "p"}))
		if err != nil || string(got) != want {
			t.Errorf("%s is sent %s, %v\nwant %s", host, got, err, want)
		}
	}
}
