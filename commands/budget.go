package commands

import (
	"fmt"
	"strconv"

	"github.com/specls/specls/commands/model"
)

// LeastReply is the fewest tokens that a specification worth having takes: the
// smallest replies seen have 3,000, those of the built-in profiles up to 15,000.
const LeastReply = 3000

// CheckBudget refuses a prompt of about so many tokens (see [EstimateTokens])
// that the model cannot take, and a model that cannot give a whole
// specification, as far as its limits are known. The window of a model holds
// the prompt and the reply; as much of it is kept for the reply as may be asked
// for. Nothing is sent. The error is a *model.Error of kind TooLarge and says by
// how much.
func CheckBudget(m model.Model, promptTokens int) error {
	limits := model.LimitsOf(m)
	refuse := func(message, advice string) error {
		return &model.Error{Kind: model.TooLarge, Model: m.Name(), Host: m.Host(), Message: message + "; nothing was sent", Advice: advice}
	}
	if 0 < limits.OutputLimit && limits.OutputLimit < LeastReply {
		return refuse(fmt.Sprintf("its replies are limited to %s tokens, and the smallest specifications take %s: %s too few",
			Thousands(limits.OutputLimit), Thousands(LeastReply), Thousands(LeastReply-limits.OutputLimit)),
			"raise max_output, or choose another model")
	}
	if limits.ContextWindow == 0 {
		return nil
	}
	kept := max(limits.OutputLimit, LeastReply)
	if over := promptTokens + kept - limits.ContextWindow; over > 0 {
		return refuse(fmt.Sprintf("the prompt has about %s tokens; the model takes %s with the %s that are kept for its reply: about %s too many",
			Thousands(promptTokens), Thousands(limits.ContextWindow), Thousands(kept), Thousands(over)),
			"choose a model with a larger context window, or fewer files")
	}
	return nil
}

// Thousands writes a number with a comma between every three digits.
func Thousands(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
