package commands

import (
	"context"
	"errors"
	"testing"

	"github.com/specls/specls/commands/model"
)

// limited is a model of which nothing but its limits matters.
type limited struct{ limits model.Limits }

func (limited) Name() string           { return "small" }
func (limited) Title() string          { return "small" }
func (limited) Host() string           { return "localhost" }
func (l limited) Limits() model.Limits { return l.limits }
func (limited) Generate(context.Context, model.Request, func(string)) (model.Reply, error) {
	return model.Reply{}, errors.New("it was asked")
}

func TestCheckBudget(t *testing.T) {
	for _, c := range []struct {
		window, output, prompt int
		want                   string // empty where the prompt may be sent
	}{
		{0, 0, 1e9, ""},
		{32000, 0, 29000, ""},
		{32000, 0, 29001, "small: the prompt has about 29,001 tokens; the model takes 32,000 with the 3,000 that are kept for its reply: about 1 too many; nothing was sent; choose a model with a larger context window, or fewer files"},
		{200000, 32000, 168000, ""},
		{200000, 32000, 180000, "small: the prompt has about 180,000 tokens; the model takes 200,000 with the 32,000 that are kept for its reply: about 12,000 too many; nothing was sent; choose a model with a larger context window, or fewer files"},
		{0, 3000, 1e6, ""},
		{0, 1024, 10, "small: its replies are limited to 1,024 tokens, and the smallest specifications take 3,000: 1,976 too few; nothing was sent; raise max_output, or choose another model"},
	} {
		err := CheckBudget(limited{model.Limits{ContextWindow: c.window, OutputLimit: c.output}}, c.prompt)
		var me *model.Error
		switch {
		case err == nil && c.want == "":
		case err == nil || err.Error() != c.want:
			t.Errorf("%+v:\ngot  %v", c, err)
		case !errors.As(err, &me) || me.Kind != model.TooLarge:
			t.Errorf("%+v: got kind %v", c, me)
		}
	}
	if err := CheckBudget(backendWithoutLimits{}, 1e9); err != nil {
		t.Error(err)
	}
}

// backendWithoutLimits does not say what it takes.
type backendWithoutLimits struct{ model.Model }

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 7: "7", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1: "-1", -100: "-100", -1000: "-1,000"} {
		if got := Thousands(n); got != want {
			t.Errorf("%d: got %s", n, got)
		}
	}
}
