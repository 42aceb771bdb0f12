package model_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/specls/specls/commands/model"
	"github.com/specls/specls/commands/model/anthropic"
	"github.com/specls/specls/commands/model/modeltest"
	"github.com/specls/specls/commands/model/ollama"
	"github.com/specls/specls/commands/model/openai"
	"github.com/specls/specls/commands/model/wire"
)

const testKey = "sk-secret-0123456789"

var makers = map[string]func(wire.Options) (*wire.Model, error){
	"anthropic": anthropic.New, "openai": openai.New, "ollama": ollama.New,
}

// newModel returns the back end for a service at an address.
func newModel(t *testing.T, v modeltest.Vendor, url string, change ...func(*wire.Options)) *wire.Model {
	t.Helper()
	o := wire.Options{
		Name: v.Name + ":test", Model: "test", BaseURL: url + v.BasePath, BaseURLFrom: "BASE_URL",
		Key: testKey, KeyFrom: "KEY", Pause: time.Millisecond,
	}
	for _, c := range change {
		c(&o)
	}
	m, err := makers[v.Name](o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// everyVendor runs a test for every kind of service.
func everyVendor(t *testing.T, test func(t *testing.T, v modeltest.Vendor)) {
	for _, v := range modeltest.Vendors {
		t.Run(v.Name, func(t *testing.T) { test(t, v) })
	}
}

var (
	request = model.Request{Prompt: "Convert “this” <to> TLA⁺ & be quick"}
	// reply has characters of one to four bytes, and what JSON escapes.
	reply = modeltest.Reply{
		Thinking: []string{"Let me ", "see… ∀"},
		Text:     []string{"---- MODULE étcd ----\n", "x == \"∈𝔸\\\"\" /\\ ", "\u2028<>&\n", "====\n"},
		Finish:   model.Stop, PromptTokens: 1234, ReplyTokens: 56,
	}
	want = model.Reply{
		Text: strings.Join(reply.Text, ""), Reasoning: strings.Join(reply.Thinking, ""),
		Finish: model.Stop, PromptTokens: 1234, ReplyTokens: 56, Attempts: 1,
	}
)

// generate asks, and holds that progress was told the text and nothing else,
// each time whole characters.
func generate(t *testing.T, ctx context.Context, m model.Model, req model.Request) (model.Reply, error) {
	t.Helper()
	var progress strings.Builder
	got, err := m.Generate(ctx, req, func(delta string) {
		if !utf8.ValidString(delta) {
			t.Errorf("progress was told %q, which is cut through a character", delta)
		}
		progress.WriteString(delta)
	})
	if progress.String() != got.Text {
		t.Errorf("progress was told %q, the reply is %q", progress.String(), got.Text)
	}
	return got, err
}

// wantReply holds a reply to what it should be, but for the model's name.
func wantReply(t *testing.T, got model.Reply, err error, want model.Reply) {
	t.Helper()
	got.Model = ""
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v, %v\nwant %+v", got, err, want)
	}
}

// TestStreamsCutAnywhere sends each service's stream in two packets, cut at
// every byte: within events, lines, escapes and characters.
func TestStreamsCutAnywhere(t *testing.T) {
	everyVendor(t, func(t *testing.T, v modeltest.Vendor) {
		stream := v.Stream(reply)
		server := modeltest.Serve(t, func(w http.ResponseWriter, r *http.Request, i int) {
			v.Send(stream[:i%len(stream)], stream[i%len(stream):])(w, r)
		})
		m := newModel(t, v, server.URL)
		for range len(stream) {
			got, err := generate(t, t.Context(), m, request)
			if wantReply(t, got, err, want); t.Failed() {
				t.Fatalf("cut at byte %d", len(server.Requests())-1)
			}
		}
		t.Logf("a stream of %d bytes, cut at each", len(stream))
	})
}

// TestStreamsReadInSmallPieces has the network hand over no more than a few
// bytes at a time, whatever was sent, so that every cut is really seen.
func TestStreamsReadInSmallPieces(t *testing.T) {
	everyVendor(t, func(t *testing.T, v modeltest.Vendor) {
		server := modeltest.Serve(t, func(w http.ResponseWriter, r *http.Request, _ int) { v.Answer(reply)(w, r) })
		for _, size := range []int{1, 2, 3, 5, 7, 64} {
			withSmallReads(t, size, func() {
				got, err := generate(t, t.Context(), newModel(t, v, server.URL), request)
				wantReply(t, got, err, want)
			})
		}
	})
}

// withSmallReads runs f while new models read no more than size bytes at a time.
func withSmallReads(t *testing.T, size int, f func()) {
	t.Helper()
	transport := http.DefaultTransport.(*http.Transport)
	dial := transport.DialContext
	defer func() { transport.DialContext = dial }()
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		return smallReads{conn, size}, err
	}
	f()
}

type smallReads struct {
	net.Conn
	size int
}

func (c smallReads) Read(p []byte) (int, error) { return c.Conn.Read(p[:min(c.size, len(p))]) }

// TestFinishes maps each service's words for the end of a reply.
func TestFinishes(t *testing.T) {
	everyVendor(t, func(t *testing.T, v modeltest.Vendor) {
		for finish, word := range v.Finishes {
			r := reply
			r.Finish = finish
			server := modeltest.Serve(t, func(w http.ResponseWriter, req *http.Request, _ int) { v.Answer(r)(w, req) })
			got, err := newModel(t, v, server.URL).Generate(t.Context(), request, nil)
			if err != nil || got.Finish != finish {
				t.Errorf("%s: got %q, %v", word, got.Finish, err)
			}
		}
	})
}

// TestConversation sends the turns as messages of their own.
func TestConversation(t *testing.T) {
	everyVendor(t, func(t *testing.T, v modeltest.Vendor) {
		server := modeltest.Serve(t, func(w http.ResponseWriter, r *http.Request, _ int) { v.Answer(reply)(w, r) })
		req := model.Request{Prompt: "p", Turns: []model.Turn{{FromModel: true, Text: "---- MODULE"}, {Text: "go on"}}}
		if _, err := newModel(t, v, server.URL).Generate(t.Context(), req, nil); err != nil {
			t.Fatal(err)
		}
		sent := server.Requests()[0]
		messages := `"messages":[{"role":"user","content":"p"},{"role":"assistant","content":"---- MODULE"},{"role":"user","content":"go on"}]`
		if !strings.Contains(sent.Body, messages) || sent.Path != v.Path {
			t.Errorf("sent to %s: %s", sent.Path, sent.Body)
		}
		name, value := v.KeyHeader(testKey)
		if sent.Header.Get(name) != value {
			t.Errorf("%s is %q", name, sent.Header.Get(name))
		}
		for header, values := range sent.Header {
			if header != name && strings.Contains(strings.Join(values, " "), testKey) {
				t.Errorf("the key is in %s too", header)
			}
		}
	})
}

// TestWhatIsAskedFor holds that nothing is asked for that was not configured,
// but what the service insists on, and all that was.
func TestWhatIsAskedFor(t *testing.T) {
	temperature := 0.5
	all := func(o *wire.Options) {
		o.MaxOutput, o.ContextWindow, o.Temperature, o.Price = 9000, 64000, &temperature, model.Price{Input: 1}
	}
	for _, c := range []struct {
		vendor         modeltest.Vendor
		little, plenty string
	}{
		{modeltest.Anthropic,
			`{"model":"test","max_tokens":32000,"messages":[{"role":"user","content":"p"}],"stream":true}`,
			`{"model":"test","max_tokens":9000,"messages":[{"role":"user","content":"p"}],"stream":true,"temperature":0.5}`},
		{modeltest.OpenAI,
			`{"model":"test","messages":[{"role":"user","content":"p"}],"stream":true}`,
			`{"model":"test","messages":[{"role":"user","content":"p"}],"stream":true,"stream_options":{"include_usage":true},"max_tokens":9000,"temperature":0.5}`},
		{modeltest.Ollama,
			`{"model":"test","messages":[{"role":"user","content":"p"}],"stream":true,"options":{"num_ctx":16384}}`,
			`{"model":"test","messages":[{"role":"user","content":"p"}],"stream":true,"options":{"num_ctx":64000,"num_predict":9000,"temperature":0.5}}`},
	} {
		server := modeltest.Serve(t, func(w http.ResponseWriter, r *http.Request, _ int) { c.vendor.Answer(reply)(w, r) })
		for i, m := range []*wire.Model{newModel(t, c.vendor, server.URL), newModel(t, c.vendor, server.URL, all)} {
			if _, err := m.Generate(t.Context(), model.Request{Prompt: "p"}, nil); err != nil {
				t.Fatal(err)
			}
			if got, want := server.Requests()[i].Body, []string{c.little, c.plenty}[i]+"\n"; got != want {
				t.Errorf("%s\nsent %swant %s", c.vendor.Name, got, want)
			}
		}
	}
}

func TestCost(t *testing.T) {
	everyVendor(t, func(t *testing.T, v modeltest.Vendor) {
		server := modeltest.Serve(t, func(w http.ResponseWriter, r *http.Request, _ int) { v.Answer(reply)(w, r) })
		priced := func(o *wire.Options) { o.Price = model.Price{Input: 3, Output: 15, Currency: "EUR"} }
		got, err := newModel(t, v, server.URL, priced).Generate(t.Context(), request, nil)
		if want := (1234*3.0 + 56*15.0) / 1e6; err != nil || got.Cost != want || got.Currency != "EUR" {
			t.Errorf("got %v %s, want %v, %v", got.Cost, got.Currency, want, err)
		}
	})
}

// TestRepeats has a service turn requests away before it answers.
func TestRepeats(t *testing.T) {
	everyVendor(t, func(t *testing.T, v modeltest.Vendor) {
		for _, c := range []struct {
			name     string
			failures []http.HandlerFunc
			attempts int
			notices  []string
			fails    string
		}{
			{"once", []http.HandlerFunc{v.Status(429, "slow down")}, 2, []string{"too many requests; it says: slow down; trying again in 0s (1 of 2)"}, ""},
			{"twice", []http.HandlerFunc{v.Status(500, "x"), v.Status(529, "Overloaded")}, 3, []string{"500", "529: the service failed; it says: Overloaded; trying again in 0s (2 of 2)"}, ""},
			{"three times", []http.HandlerFunc{v.Status(503, ""), v.Status(503, ""), v.Status(502, "")}, 3, []string{"503", "503"}, "answered 502: the service failed (tried 3 times); try again later"},
			{"with Retry-After", []http.HandlerFunc{v.Status(429, "", "Retry-After", "0.1")}, 2, []string{"trying again in 100ms"}, ""},
			{"with a long Retry-After", []http.HandlerFunc{v.Status(429, "", "Retry-After", "61")}, 1, nil, "answered 429: too many requests; try again in 1m1s"},
			{"with a date long from now", []http.HandlerFunc{v.Status(429, "", "Retry-After", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))}, 1, nil, "answered 429: too many requests; try again in "},
			{"with a date that is past", []http.HandlerFunc{v.Status(503, "", "Retry-After", "Fri, 31 Dec 1999 23:59:59 GMT")}, 2, []string{"503"}, ""},
			{"no right", []http.HandlerFunc{v.Status(401, "no")}, 1, nil, "answered 401"},
			{"no money", []http.HandlerFunc{v.Status(429, "insufficient_quota")}, 1, nil, "quota"},
			{"in the stream, before the reply", []http.HandlerFunc{v.Send(v.ErrorEvent(529, "rate_limit"))}, 0, nil, "*"},
		} {
			t.Run(c.name, func(t *testing.T) {
				server := modeltest.Serve(t, func(w http.ResponseWriter, r *http.Request, i int) {
					if i < len(c.failures) {
						c.failures[i](w, r)
						return
					}
					v.Answer(reply)(w, r)
				})
				var notices []string
				req := request
				req.Notice = func(text string) {
					if !strings.Contains(text, "thinking") {
						notices = append(notices, text)
					}
				}
				got, err := newModel(t, v, server.URL).Generate(t.Context(), req, nil)
				if c.fails == "*" {
					// Ollama does not say what kind of error it is, so that it is told.
					if requests := len(server.Requests()); requests != got.Attempts || (err == nil) == (requests == 1) {
						t.Errorf("%d requests, %d attempts, %v", requests, got.Attempts, err)
					}
					return
				}
				if (err != nil) != (c.fails != "") || err != nil && !strings.Contains(err.Error(), c.fails) {
					t.Errorf("got error %v, want %q", err, c.fails)
				}
				if got.Attempts != c.attempts || len(server.Requests()) != c.attempts {
					t.Errorf("%d attempts, %d requests, want %d", got.Attempts, len(server.Requests()), c.attempts)
				}
				if err == nil && len(got.Report) != c.attempts-1 {
					t.Errorf("the report is %q", got.Report)
				}
				if len(notices) != len(c.notices) {
					t.Fatalf("told %q, want %q", notices, c.notices)
				}
				for i, notice := range notices {
					if !strings.Contains(notice, c.notices[i]) {
						t.Errorf("told %q, want %q", notice, c.notices[i])
					}
				}
			})
		}
	})
}

// TestNoRepeatOnceBegun breaks or fails after the first token, or after tokens
// were counted.
func TestNoRepeatOnceBegun(t *testing.T) {
	everyVendor(t, func(t *testing.T, v modeltest.Vendor) {
		stream := v.Stream(modeltest.Reply{Text: []string{"---- MODULE", " raft ----"}, PromptTokens: 10})
		begun := stream[:strings.Index(stream, " raft")]
		begun = begun[:strings.LastIndex(begun, "\n")+1]
		for name, handler := range map[string]http.HandlerFunc{
			"broken": func(w http.ResponseWriter, r *http.Request) {
				v.Send(begun)(w, r)
				panic(http.ErrAbortHandler)
			},
			"overloaded": v.Send(begun + v.ErrorEvent(529, "Overloaded")),
		} {
			server := modeltest.Serve(t, func(w http.ResponseWriter, r *http.Request, _ int) { handler(w, r) })
			got, err := generate(t, t.Context(), newModel(t, v, server.URL), request)
			if err == nil || got.Text != "---- MODULE" || got.Attempts != 1 || len(server.Requests()) != 1 {
				t.Errorf("%s: got %+v, %v after %d requests", name, got, err, len(server.Requests()))
			}
		}
	})
}

// patience is how long a cancelled call may take to return in a test, on a
// machine that does other things too: far more than the 100 ms that are
// promised, and far less than the minutes for which the service hangs.
const patience = 10 * time.Second

// whereItHangs are the places in which a service can hang.
func whereItHangs(v modeltest.Vendor) map[string]http.HandlerFunc {
	stream := v.Stream(reply)
	return map[string]http.HandlerFunc{
		"before it answers": modeltest.Hang,
		"after the header": func(w http.ResponseWriter, r *http.Request) {
			v.Send("")(w, r)
			modeltest.Hang(w, r)
		},
		"in the middle of the reply": func(w http.ResponseWriter, r *http.Request) {
			v.Send(stream[:len(stream)/2])(w, r)
			modeltest.Hang(w, r)
		},
		"between two attempts": v.Status(503, "", "Retry-After", "50"),
	}
}

// TestCancelled cancels calls that would never return, at every place where
// they can hang.
func TestCancelled(t *testing.T) {
	var slowest time.Duration
	everyVendor(t, func(t *testing.T, v modeltest.Vendor) {
		for where, handler := range whereItHangs(v) {
			arrived := make(chan struct{}, 9)
			server := modeltest.Serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
				arrived <- struct{}{}
				handler(w, r)
			})
			ctx, cancel := context.WithCancel(t.Context())
			returned := make(chan error, 1)
			go func() {
				_, err := newModel(t, v, server.URL).Generate(ctx, request, nil)
				returned <- err
			}()
			<-arrived
			time.Sleep(20 * time.Millisecond) // let it get to where it hangs
			start := time.Now()
			cancel()
			select {
			case err := <-returned:
				slowest = max(slowest, time.Since(start))
				if err != context.Canceled {
					t.Errorf("%s: got %v", where, err)
				}
			case <-time.After(patience):
				t.Fatalf("%s: it did not return", where)
			}
		}
	})
	t.Logf("the slowest cancelled call returned after %v", slowest)
}

// TestCancelledWhileConnecting has nobody take the connection.
func TestCancelledWhileConnecting(t *testing.T) {
	everyVendor(t, func(t *testing.T, v modeltest.Vendor) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		for _, scheme := range []string{"http://", "https://"} {
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
			_, err = newModel(t, v, scheme+l.Addr().String()).Generate(ctx, request, nil)
			cancel()
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s got %v", scheme, err)
			}
		}
	})
}

// TestReplyIsBounded has a service send 20 MB.
func TestReplyIsBounded(t *testing.T) {
	everyVendor(t, func(t *testing.T, v modeltest.Vendor) {
		piece := strings.Repeat("x", 1<<20)
		stream := v.Stream(modeltest.Reply{Text: []string{piece}})
		whole := stream[:strings.LastIndex(stream[:strings.LastIndex(stream, piece)], "\n")+1]
		event := stream[len(whole):][:strings.Index(stream[len(whole):], "\n")+1]
		if v.Name != "ollama" {
			event += "\n"
		}
		if v.Name == "anthropic" {
			event = "event: content_block_delta\n" + event
		}
		sent := 0
		server := modeltest.Serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
			w.Header().Set("Content-Type", v.ContentType)
			for range 20 {
				n, err := io.WriteString(w, event)
				if sent += n; err != nil {
					return
				}
			}
		})
		got, err := newModel(t, v, server.URL).Generate(t.Context(), request, nil)
		var me *model.Error
		if !errors.As(err, &me) || me.Kind != model.Malformed || !strings.Contains(me.Message, "longer than 4 MB") {
			t.Errorf("got %v", err)
		}
		if len(got.Text) > model.MaxReply || len(got.Text) < model.MaxReply/2 {
			t.Errorf("kept %d bytes", len(got.Text))
		}
	})
}

// TestOllamaCutsThePrompt counts fewer tokens than the prompt can have.
func TestOllamaCutsThePrompt(t *testing.T) {
	v := modeltest.Ollama
	for tokens, told := range map[int]bool{2048: true, 20000: false, 0: false} {
		r := reply
		r.PromptTokens = tokens
		server := modeltest.Serve(t, func(w http.ResponseWriter, req *http.Request, _ int) { v.Answer(r)(w, req) })
		got, err := newModel(t, v, server.URL).Generate(t.Context(), model.Request{Prompt: strings.Repeat("func main() ", 8000)}, nil)
		if err != nil || (len(got.Report) == 1) != told {
			t.Errorf("%d tokens: told %q, %v", tokens, got.Report, err)
		}
		if told && !strings.Contains(fmt.Sprint(got.Report), "read 2048 tokens of a prompt of 96000 bytes") {
			t.Errorf("told %q", got.Report)
		}
	}
}

// TestWholeAnswers has services answer without streaming.
func TestWholeAnswers(t *testing.T) {
	for _, c := range []struct {
		vendor modeltest.Vendor
		body   string
	}{
		{modeltest.Anthropic, `{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"thinking","thinking":"hm","signature":"s"},{"type":"text","text":"spec"}],"stop_reason":"max_tokens","usage":{"input_tokens":7,"cache_read_input_tokens":3,"output_tokens":5}}`},
		{modeltest.OpenAI, `{"model":"m","choices":[{"message":{"role":"assistant","content":"spec","reasoning":"hm"},"finish_reason":"length"}],"usage":{"prompt_tokens":10,"completion_tokens":5}}`},
		{modeltest.Ollama, `{"model":"m","message":{"role":"assistant","content":"spec","thinking":"hm"},"done":true,"done_reason":"length","prompt_eval_count":10,"eval_count":5}`},
	} {
		server := modeltest.Serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, c.body)
		})
		got, err := generate(t, t.Context(), newModel(t, c.vendor, server.URL), request)
		wantReply(t, got, err, model.Reply{Text: "spec", Reasoning: "hm", Finish: model.Length, PromptTokens: 10, ReplyTokens: 5, Attempts: 1})
	}
}

// TestProbe has the service say what a model takes and gives.
func TestProbe(t *testing.T) {
	v := modeltest.Anthropic
	for _, c := range []struct {
		entry  string
		change func(*wire.Options)
		want   model.Limits
	}{
		{`{"id":"test","type":"model","max_input_tokens":200000,"max_tokens":8192}`, func(*wire.Options) {}, model.Limits{ContextWindow: 200000, OutputLimit: 8192}},
		{`{"id":"test","type":"model","max_input_tokens":1000000,"max_tokens":128000}`, func(*wire.Options) {}, model.Limits{ContextWindow: 1000000, OutputLimit: 32000}},
		{`{"id":"test","type":"model","max_input_tokens":1000000,"max_tokens":128000}`, func(o *wire.Options) { o.MaxOutput, o.ContextWindow = 64000, 150000 }, model.Limits{ContextWindow: 150000, OutputLimit: 64000}},
		{`{"id":"test","type":"model"}`, func(*wire.Options) {}, model.Limits{OutputLimit: 32000}},
		{`<html>`, func(*wire.Options) {}, model.Limits{OutputLimit: 32000}},
	} {
		server := modeltest.Serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
			if r.Method == http.MethodGet {
				io.WriteString(w, c.entry)
				return
			}
			v.Answer(reply)(w, r)
		})
		m := newModel(t, v, server.URL, c.change)
		m.Probe(t.Context())
		if got := m.Limits(); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.entry, got, c.want)
		}
		if _, err := m.Generate(t.Context(), request, nil); err != nil {
			t.Fatal(err)
		}
		requests := server.Requests()
		if want := fmt.Sprintf(`"max_tokens":%d,`, c.want.OutputLimit); requests[0].Path != "/v1/models/test" || !strings.Contains(requests[1].Body, want) {
			t.Errorf("%s: asked %s, then sent %s", c.entry, requests[0].Path, requests[1].Body)
		}
	}
}

// TestProbeHangs has the service not answer, and the caller leave.
func TestProbeHangs(t *testing.T) {
	server := modeltest.Serve(t, func(w http.ResponseWriter, r *http.Request, _ int) { modeltest.Hang(w, r) })
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	m := newModel(t, modeltest.Anthropic, server.URL)
	m.Probe(ctx)
	if got := m.Limits(); got != (model.Limits{OutputLimit: 32000}) {
		t.Errorf("got %+v", got)
	}
}
