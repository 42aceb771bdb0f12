package commands

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/specls/specls/commands/config"
	"github.com/specls/specls/commands/model"
)

// counting is a model that answers by what it is asked, and counts.
type counting struct {
	name   string
	answer func(n int, req model.Request) (model.Reply, error)

	mu    sync.Mutex
	asked int
}

func (c *counting) Name() string  { return c.name }
func (c *counting) Title() string { return c.name }
func (c *counting) Host() string  { return c.name + ".example" }

func (c *counting) Generate(ctx context.Context, req model.Request, progress func(string)) (model.Reply, error) {
	c.mu.Lock()
	c.asked++
	n := c.asked
	c.mu.Unlock()
	reply, err := c.answer(n, req)
	if progress != nil {
		progress(reply.Text)
	}
	return reply, err
}

// priced is a reply that cost something.
func priced(text string) model.Reply {
	return model.Reply{Text: text, Finish: model.Stop, PromptTokens: 1000, ReplyTokens: 200, Cost: 0.5, Currency: "EUR"}
}

func batchRequest(t *testing.T, models ...model.Model) BatchRequest {
	req := BatchRequest{ConvertRequest: repairRequest(t, nil), Models: models, Samples: 3, Jobs: 2, Dir: t.TempDir()}
	req.StateDir = ""
	return req
}

// A batch is interrupted in its middle and given again: what was finished is not
// asked for again, and what was begun is taken up.
func TestBatchIsTakenUp(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	good := &counting{name: "good", answer: func(int, model.Request) (model.Reply, error) { return priced(small), nil }}
	mending := &counting{name: "vendor/mending"}
	var begun atomic.Int32
	mending.answer = func(_ int, req model.Request) (model.Reply, error) {
		if len(req.Turns) > 0 {
			return priced(small), nil
		}
		if begun.Add(1) == 2 {
			cancel()
			return model.Reply{Text: small[:100]}, context.Canceled
		}
		return priced(replaced(small, "x + 1", "x + One")), nil
	}
	req := batchRequest(t, good, mending)
	var last BatchProgress
	req.OnProgress = func(p BatchProgress) { last = p }
	if _, err := Batch(ctx, req); err != context.Canceled {
		t.Fatalf("got %v", err)
	}
	before := good.asked + mending.asked

	runs, err := Batch(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	if len(runs) != 6 || runs[0].Model != "good" || runs[5].Model != "vendor/mending" || runs[5].Sample != 3 {
		t.Fatalf("runs %+v", runs)
	}
	earlier, tokens := 0, 0
	for _, r := range runs {
		if r.Status != Written || !r.After.Clean() {
			t.Errorf("%+v", r)
		}
		if text, err := os.ReadFile(r.Module); err != nil || string(text) != small {
			t.Errorf("%s sample %d: %q, %v", r.Model, r.Sample, text, err)
		}
		if r.Earlier {
			earlier++
		}
		tokens += r.PromptTokens
	}
	// 3 calls by good; 3 first replies and 3 repairs by mending, one of which was
	// cut off and gone on with.
	if total := good.asked + mending.asked; total > 3+3+3+1+1 || earlier == 0 || before < 2 {
		t.Errorf("asked %d times before and %d in all, %d finished earlier", before, total, earlier)
	}
	if last.Done != 6 || last.Failed != 0 || last.Cost < 4 || last.Currency != "EUR" || last.Remaining != 0 {
		t.Errorf("progress %+v", last)
	}
	if dirs, _ := filepath.Glob(filepath.Join(req.Dir, "*", "[123]", "small.tla")); len(dirs) != 6 {
		t.Errorf("modules %q", dirs)
	}

	asked := good.asked + mending.asked
	if _, err := Batch(t.Context(), req); err != nil || good.asked+mending.asked != asked {
		t.Errorf("asked again: %d, %v", good.asked+mending.asked, err)
	}
}

// A reply that gave no module was paid for, and is a result; a request that failed
// before it brought anything is made again.
func TestBatchFailures(t *testing.T) {
	prose := &counting{name: "prose", answer: func(int, model.Request) (model.Reply, error) { return priced("It is a fine program."), nil }}
	flaky := &counting{name: "flaky", answer: func(n int, _ model.Request) (model.Reply, error) {
		if n == 1 {
			return model.Reply{}, &model.Error{Kind: model.RateLimit, Model: "flaky", Message: "too many requests"}
		}
		return priced(small), nil
	}}
	req := batchRequest(t, prose, flaky)
	req.Samples = 1
	runs, err := Batch(t.Context(), req)
	if err != nil || runs[0].Status != Failed || runs[0].Cost != 0.5 || runs[1].Status != Failed || !strings.Contains(runs[1].Error, "too many requests") {
		t.Errorf("got %+v, %v", runs, err)
	}
	runs, err = Batch(t.Context(), req)
	if err != nil || prose.asked != 1 || !runs[0].Earlier || runs[1].Status != Written {
		t.Errorf("got %+v, %v", runs, err)
	}
}

func TestBatchIsAloneInItsDirectory(t *testing.T) {
	req := batchRequest(t)
	req.Models = []model.Model{&counting{name: "outer", answer: func(int, model.Request) (model.Reply, error) {
		inner := req
		inner.Models = []model.Model{says(small)}
		_, err := Batch(t.Context(), inner)
		if err == nil || !strings.Contains(err.Error(), "another process makes runs in ") {
			t.Errorf("got %v", err)
		}
		return priced(small), nil
	}}}
	req.Samples = 1
	if _, err := Batch(t.Context(), req); err != nil {
		t.Error(err)
	}
}

func TestTable(t *testing.T) {
	runs := []Run{
		{Model: "a|b", Sample: 1, Status: Written, Before: Tally{Errors: 3}, After: Tally{Met: 17, Required: 18}, Rounds: 2, Kept: 1,
			PromptTokens: 30000, ReplyTokens: 9000, Cost: 0.25, Currency: "USD", Seconds: 61.25, Finish: "stop"},
		{Model: "a|b", Sample: 2, Status: CutOff, Finish: "length"},
		{Model: "c", Sample: 1},
	}
	for format, want := range map[string]string{
		"md": `| model | sample | result | errors before | warnings before | errors | warnings | requirements met | rounds | tokens sent | tokens received | cost | seconds | finish |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
| a\|b | 1 | clean | 3 | 0 | 0 | 0 | 17/18 | 1/2 | 30000 | 9000 | 0.2500 USD | 61.2 | stop |
| a\|b | 2 | cut off | 0 | 0 | 0 | 0 | 0/0 | 0/0 | 0 | 0 | 0.0000 | 0.0 | length |
| c | 1 | not begun | 0 | 0 | 0 | 0 | 0/0 | 0/0 | 0 | 0 | 0.0000 | 0.0 |  |

| model | clean | errors before | errors | requirements met | cost | seconds |
| --- | --- | --- | --- | --- | --- | --- |
| a\|b | 1 of 2 | 3.0 | 0.0 | 17.0 of 18 | 0.2500 USD | 61.2 |
| c | 0 of 1 | – | – | – of 0 | 0.0000 | – |
`,
		"csv": "model,sample,result,errors before,",
	} {
		var out bytes.Buffer
		if err := WriteTable(&out, format, runs); err != nil || !strings.HasPrefix(out.String(), want) {
			t.Errorf("%s, %v:\n%s", format, err, out.String())
		}
	}
	var out bytes.Buffer
	var again []Run
	if err := WriteTable(&out, "json", runs); err != nil || json.Unmarshal(out.Bytes(), &again) != nil || len(again) != 3 || again[0].After.Met != 17 {
		t.Errorf("json, %v: %s", err, out.String())
	}
	out.Reset()
	if err := WriteTable(&out, "csv", runs); err != nil {
		t.Error(err)
	}
	if rows, err := csv.NewReader(&out).ReadAll(); err != nil || len(rows) != 4 || !slices.Contains(rows[1], "17/18") {
		t.Errorf("csv, %v: %q", err, rows)
	}
	if err := WriteTable(&out, "xml", runs); err == nil {
		t.Error("xml is no format")
	}
}

// Requests are spread over the minute, by their number and by their tokens.
func TestTurns(t *testing.T) {
	now := time.Now()
	for _, c := range []struct {
		name  string
		limit config.Host
		want  []time.Duration // after now
	}{
		{"no limit", config.Host{}, []time.Duration{0, 0, 0}},
		{"requests", config.Host{RequestsPerMinute: 4}, []time.Duration{0, 15 * time.Second, 30 * time.Second}},
		{"tokens", config.Host{TokensPerMinute: 2000}, []time.Duration{0, 30 * time.Second, time.Minute}},
		{"both", config.Host{TokensPerMinute: 2000, RequestsPerMinute: 1}, []time.Duration{0, time.Minute, 2 * time.Minute}},
		{"more tokens than a minute has", config.Host{TokensPerMinute: 500}, []time.Duration{0, 2 * time.Minute, 4 * time.Minute}},
	} {
		g := newLimiter(map[string]config.Host{"h": c.limit}).gate("h")
		for i, want := range c.want {
			if got := g.turn(now, 1000).Sub(now); got != want {
				t.Errorf("%s: request %d after %v, want %v", c.name, i+1, got, want)
			}
		}
	}
}

func TestParallel(t *testing.T) {
	g := newLimiter(map[string]config.Host{"h": {Parallel: 1}}).gate("h")
	leave, err := g.enter(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := g.enter(ctx, 1); err != context.Canceled {
		t.Errorf("a second request: %v", err)
	}
	leave()
	if leave, err = g.enter(t.Context(), 1); err != nil {
		t.Error(err)
	}
	leave()
}
