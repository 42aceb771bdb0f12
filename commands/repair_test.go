package commands

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/specls/specls/analysis/gosource"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/commands/model"
)

// script is a model that gives one reply after another, and remembers what it
// was asked. Behind the last one it fails.
type script struct {
	replies []model.Reply
	errs    map[int]error // by the number of the call, from 0
	asked   []model.Request
}

func (s *script) Name() string  { return "script" }
func (s *script) Title() string { return "the script" }
func (s *script) Host() string  { return "script.example" }

func (s *script) Generate(ctx context.Context, req model.Request, progress func(string)) (model.Reply, error) {
	n := len(s.asked)
	s.asked = append(s.asked, req)
	if err := s.errs[n]; err != nil {
		return model.Reply{}, err
	}
	if n >= len(s.replies) {
		return model.Reply{}, &model.Error{Kind: model.Service, Model: "script", Message: "there is no reply left"}
	}
	if progress != nil {
		progress(s.replies[n].Text)
	}
	return s.replies[n], ctx.Err()
}

// says returns a script of replies that the model ended itself.
func says(texts ...string) *script {
	s := &script{}
	for _, text := range texts {
		s.replies = append(s.replies, model.Reply{Text: text, Finish: model.Stop})
	}
	return s
}

func etcd(t *testing.T) *profile.Profile {
	t.Helper()
	p, err := profile.Lookup(profile.Builtin(), "etcd")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// repairProfile has the rules that the modules of these tests can break, and asks
// for no actions.
func repairProfile(t *testing.T) *profile.Profile {
	t.Helper()
	p, err := profile.Parse(profile.Source{
		Name:   "small",
		Config: "title = 'Small'\nmodule = 'small'\nfocus = 'all'\n[contract]\nsyntax = 'error'\nheader = 'error'\nfooter = 'error'\nspec = 'error'\nfairness = 'error'\ncomments = 'warning'\nmodule-name = 'error'\n",
		Prompt: "Convert {file_path}: {source_code} ({focus})\nSpec must have fairness.\n",
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

const small = `---- MODULE small ----
EXTENDS Naturals
VARIABLES x, y
vars == <<x, y>>
Init == x = 0 /\ y = 0
Step == x' = x + 1 /\ UNCHANGED y
Reset == x' = 0 /\ y' = y + 1
Next == Step \/ Reset
Spec == Init /\ [][Next]_vars /\ WF_vars(Next)
====
`

func replaced(text string, oldNew ...string) string {
	for i := 0; i < len(oldNew); i += 2 {
		if !strings.Contains(text, oldNew[i]) {
			panic("no " + oldNew[i])
		}
	}
	return strings.NewReplacer(oldNew...).Replace(text)
}

func repairRequest(t *testing.T, m model.Model) ConvertRequest {
	return ConvertRequest{
		Profile: repairProfile(t), Model: m, Rounds: DefaultRounds, StateDir: t.TempDir(),
		Files: []gosource.File{{Path: "raft.go", Text: "package raft"}},
	}
}

func TestRepairLoop(t *testing.T) {
	undefined := replaced(small, "x + 1", "x + One")
	two := replaced(small, "x + 1", "x + One", "y + 1", "y + Two")
	shorter := replaced(small, `Step \/ Reset`, "Step", "Reset == x' = 0 /\\ y' = y + 1\n", "")
	for _, c := range []struct {
		name    string
		replies []string
		rounds  int
		want    string
		kept    []bool // of the rounds that asked the model
		remark  string // the last one
	}{
		{"clean at once", []string{small}, 2, small, nil, ""},
		{"turned off", []string{undefined}, 0, undefined, nil, ""},
		{"one round", []string{undefined, small}, 2, small, []bool{true}, "round 1 of repair: 0 findings left of 1 finding"},
		{"two rounds", []string{two, undefined, small}, 2, small, []bool{true, true}, "round 2 of repair: 0 findings left of 1 finding"},
		{"not a third", []string{two, undefined}, 1, undefined, []bool{true}, "round 1 of repair: 1 finding left of 2 findings"},
		{"nothing better", []string{undefined, undefined, small}, 2, undefined, []bool{false}, "round 1 of repair was not kept: it has 1 errors and 0 warnings, and had 1 and 0"},
		{"worse", []string{undefined, two, small}, 2, undefined, []bool{false}, "round 1 of repair was not kept: it has 2 errors and 0 warnings, and had 1 and 0"},
		{"an action less", []string{undefined, shorter, small}, 2, undefined, []bool{false}, "round 1 of repair was not kept: it loses Reset"},
		{"an action less for a cleaner module", []string{two, replaced(shorter, "x + 1", "x + One")}, 1, two, []bool{false}, "round 1 of repair was not kept: it loses Reset"},
		{"not a module", []string{undefined, "I mended it."}, 2, undefined, []bool{false}, "round 1 of repair was not kept: the reply is not a whole module: no module"},
		{"only what changed", []string{undefined, "```tla\nStep == x' = x + 1 /\\ UNCHANGED y\n```"}, 2, undefined, []bool{false}, ""},
		{"the model fails", []string{undefined}, 2, undefined, nil, "round 1 of repair: script: there is no reply left; the best version so far is kept"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := says(c.replies...)
			req := repairRequest(t, m)
			req.Rounds = c.rounds
			got, err := Convert(t.Context(), req)
			if err != nil {
				t.Fatal(err)
			}
			if got.Module != c.want {
				t.Errorf("got\n%s\nwant\n%s", got.Module, c.want)
			}
			var kept []bool
			for _, r := range got.Rounds {
				if r.Number > 0 {
					kept = append(kept, r.Kept)
				}
			}
			if !slices.Equal(kept, c.kept) {
				t.Errorf("kept %v, want %v", kept, c.kept)
			}
			last := ""
			if len(got.Report) > 0 {
				last = got.Report[len(got.Report)-1]
			}
			if c.remark != "" && last != c.remark || c.remark == "" && c.kept == nil && last != "" {
				t.Errorf("the last remark is %q, want %q", last, c.remark)
			}
		})
	}
}

func TestMechanicalFixesComeFirst(t *testing.T) {
	m := says(replaced(small, "MODULE small", "MODULE Raft"))
	c, err := Convert(t.Context(), repairRequest(t, m))
	if err != nil {
		t.Fatal(err)
	}
	if c.Module != small || len(m.asked) != 1 {
		t.Errorf("asked %d times, got\n%s", len(m.asked), c.Module)
	}
	if !slices.Equal(c.Report, []string{"mended: Rename the module to small"}) || c.Before.Errors != 1 || c.After.Errors != 0 {
		t.Errorf("report %q, %+v, %+v", c.Report, c.Before, c.After)
	}
	if len(c.Rounds) != 1 || c.Rounds[0].Number != 0 || !c.Rounds[0].Kept {
		t.Errorf("rounds %+v", c.Rounds)
	}
}

// What the model is told: the task as it was, its module, and the findings with
// their lines and reasons, each once.
func TestRepairRequest(t *testing.T) {
	broken := replaced(small, "x + 1", "x + One", "y + 1", "y + One")
	m := says(broken, small)
	req := repairRequest(t, m)
	if _, err := Convert(t.Context(), req); err != nil {
		t.Fatal(err)
	}
	if len(m.asked) != 2 {
		t.Fatalf("asked %d times", len(m.asked))
	}
	again := m.asked[1]
	if again.Prompt != m.asked[0].Prompt || len(again.Turns) != 2 || again.Turns[0] != (model.Turn{FromModel: true, Text: broken}) {
		t.Errorf("asked %+v", again)
	}
	const want = "Your module was checked. These are the findings, the worst first:\n\n" +
		"1. Line 6, column 21, error: Unknown operator: \"One\". Likewise at line 7\n" +
		"   | Step == x' = x + One /\\ UNCHANGED y\n"
	if got := again.Turns[1].Text; again.Turns[1].FromModel || !strings.HasPrefix(got, "Your module was checked.") || !strings.Contains(got, "Likewise at line 7") ||
		!strings.Contains(got, "   | Step == x' = x + One /\\ UNCHANGED y\n") || strings.Count(got, "One") > 3 {
		t.Errorf("told\n%s\nlike\n%s", got, want)
	}
}

func TestTokenBudget(t *testing.T) {
	m := says(replaced(small, "x + 1", "x + One"), small)
	req := repairRequest(t, m)
	req.TokenBudget = 400
	c, err := Convert(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.asked) != 1 || len(c.Report) != 1 || !strings.HasPrefix(c.Report[0], "no round 1 of repair: it would take about ") {
		t.Errorf("asked %d times, report %q", len(m.asked), c.Report)
	}
}

func TestCancelledInRepair(t *testing.T) {
	broken := replaced(small, "x + 1", "x + One")
	m := says(broken)
	m.errs = map[int]error{1: context.Canceled}
	c, err := Convert(t.Context(), repairRequest(t, m))
	if err != nil || c.Module != broken || !slices.Equal(c.Report, []string{"round 1 of repair: cancelled; the best version so far is kept"}) {
		t.Errorf("got %+v, %v", c, err)
	}
}

func TestRepairOfChosenFindings(t *testing.T) {
	broken := replaced(small, "x + 1", "x + One", "y + 1", "y + Two")
	m := says(replaced(small, "x + 1", "x + One"))
	req := RepairRequest{ConvertRequest: repairRequest(t, m), Module: broken}
	req.Files = nil
	w, err := req.begin(KindRepair, broken)
	if err != nil {
		t.Fatal(err)
	}
	all := w.judge(broken, "").result.Findings
	if len(all) != 2 {
		t.Fatalf("findings %v", all)
	}
	req.Only = all[1:]
	c, err := Repair(t.Context(), req)
	if err != nil || c.Module != m.replies[0].Text || c.After.Errors != 1 {
		t.Errorf("got %+v, %v", c, err)
	}
	told := m.asked[0].Turns[1].Text
	if strings.Contains(told, "One") && strings.Contains(told, "1. Line 6") || !strings.Contains(told, "Two") {
		t.Errorf("told\n%s", told)
	}
	if !strings.Contains(m.asked[0].Prompt, "The source is not at hand") {
		t.Errorf("prompt %q", m.asked[0].Prompt)
	}
}

func TestRepairFails(t *testing.T) {
	req := RepairRequest{ConvertRequest: repairRequest(t, says()), Module: replaced(small, "x + 1", "x + One")}
	var ce *ConvertError
	if _, err := Repair(t.Context(), req); !errors.As(err, &ce) || err.Error() != "script: there is no reply left" {
		t.Errorf("got %v", err)
	}
}

func TestContinue(t *testing.T) {
	m := &script{replies: []model.Reply{{Text: small[:150], Finish: model.Length}, {Text: small[150:], Finish: model.Stop}}}
	req := repairRequest(t, m)
	_, err := Convert(t.Context(), req)
	var ce *ConvertError
	if !errors.As(err, &ce) || !ce.Cut || ce.Record == "" {
		t.Fatalf("got %+v", err)
	}
	c, err := Continue(t.Context(), req, ce.Record)
	if err != nil {
		t.Fatal(err)
	}
	if c.Module != small || len(m.asked) != 2 {
		t.Errorf("asked %d times, got\n%s", len(m.asked), c.Module)
	}
	if turns := m.asked[1].Turns; len(turns) != 2 || turns[0].Text != small[:150] || turns[1].Text != goOn {
		t.Errorf("turns %+v", turns)
	}
	if c.Record != ce.Record {
		t.Errorf("record %s, want %s", c.Record, ce.Record)
	}
	// All that was paid for is there: to take it up again costs nothing.
	if c, err = Continue(t.Context(), req, ce.Record); err != nil || c.Module != small || len(m.asked) != 2 {
		t.Errorf("asked %d times, got %+v, %v", len(m.asked), c, err)
	}
}

func TestReplyText(t *testing.T) {
	req := repairRequest(t, nil)
	c, err := ReplyText(t.Context(), req, "Here it is:\n```tla\n"+small+"```\nand its configuration:\n```cfg\nSPECIFICATION Spec\n```\n")
	if err != nil || c.Module != small || c.Config != "SPECIFICATION Spec\n" || c.ConfigName != "small.cfg" {
		t.Errorf("got %+v, %v", c, err)
	}
	if c.AnsweredBy != "the text that was given" {
		t.Errorf("answered by %s", c.AnsweredBy)
	}
}
