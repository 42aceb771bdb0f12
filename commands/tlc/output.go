package tlc

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Outcome is what a run of TLC showed.
type Outcome string

// The outcomes.
const (
	// Passed: all states that can be reached were looked at, and there is no error.
	Passed Outcome = "passed"
	// Unfinished: there was no error until the run was ended.
	Unfinished Outcome = "unfinished"
	// Violated: something that was to hold does not.
	Violated Outcome = "violated"
	// Broken: TLC cannot run the specification.
	Broken Outcome = "broken"
)

// Result is what TLC said, as far as it could be read.
type Result struct {
	Outcome Outcome
	// Errors are TLC's own messages, the first one first.
	Errors []string
	// Trace are the states that lead to the error, each TLC's text: the step that
	// was made, and the variables' values.
	Trace []string
	// Distinct is how many different states were found, Left how many of them are
	// still to be looked at, and Depth how far from the start the search came.
	Distinct, Left, Depth int
}

// The numbers of TLC's messages that say something of the run as a whole
// (tlc2.output.EC).
const (
	errorSeverity  = 1
	stateSeverity  = 4
	messageStats   = 2199
	messageTrace   = 2121 // "The behavior up to this point is"
	messageNested  = 2103 // the positions of nested expressions
	messageDepth   = 2194
	messageProcess = 2200
)

// violations are the numbers of errors in what a specification allows: of
// invariants, of properties, deadlock. All others are such that TLC could not run
// it.
var violations = []int{2107, 2108, 2110, 2112, 2113, 2114, 2116, 2122, 2302}

var (
	messageStart = regexp.MustCompile(`^@!@!@STARTMSG (\d+)(?::(\d+))? @!@!@$`)
	messageEnd   = regexp.MustCompile(`^@!@!@ENDMSG \d+ @!@!@$`)
	statistics   = regexp.MustCompile(`([\d,]+) distinct states found.*?, ([\d,]+) states left on queue`)
	progress     = regexp.MustCompile(`^Progress\((\d+)\)`)
	depth        = regexp.MustCompile(`search is (\d+)`)
)

// Ending is how TLC's process ended.
type Ending int

// The endings.
const (
	Succeeded Ending = iota // with exit code 0: TLC has no error to report
	Failed
	Stopped // it was ended before it was done
)

// Read reads what TLC printed with -tool. What cannot be made sense of gives
// Broken, with the last lines as the error.
func Read(output string, ending Ending) Result {
	r := Result{}
	violated := false
	for _, m := range messages(output) {
		switch {
		case m.code == messageStats || m.code == messageProcess:
			r.count(m.text)
		case m.code == messageDepth:
			if found := depth.FindStringSubmatch(m.text); found != nil {
				r.Depth = number(found[1])
			}
		case m.severity == stateSeverity:
			r.Trace = append(r.Trace, m.text)
		case m.severity == errorSeverity && m.code != messageTrace:
			if m.code == messageNested && len(r.Errors) > 0 || m.text == "" {
				continue
			}
			r.Errors = append(r.Errors, m.text)
			violated = violated || slices.Contains(violations, m.code)
		}
	}
	switch {
	case violated:
		r.Outcome = Violated
	case len(r.Errors) > 0:
		r.Outcome = Broken
	case ending == Succeeded:
		r.Outcome = Passed
	case ending == Stopped:
		r.Outcome = Unfinished
	default:
		r.Outcome, r.Errors = Broken, []string{lastLines(output)}
	}
	return r
}

// count reads how many states there were.
func (r *Result) count(text string) {
	if found := progress.FindStringSubmatch(text); found != nil {
		r.Depth = number(found[1])
	}
	if found := statistics.FindStringSubmatch(text); found != nil {
		r.Distinct, r.Left = number(found[1]), number(found[2])
	}
}

// number reads digits with commas between them; more than an int holds are 0.
func number(text string) int {
	n, _ := strconv.Atoi(strings.ReplaceAll(text, ",", ""))
	return n
}

// message is one of TLC's messages.
type message struct {
	code, severity int
	text           string
}

// messages returns TLC's messages, also one that was never ended.
func messages(output string) []message {
	var all []message
	var text []string
	open := false
	end := func() {
		if open {
			all[len(all)-1].text = strings.TrimSpace(strings.Join(text, "\n"))
		}
		open, text = false, nil
	}
	for line := range strings.Lines(output) {
		line = strings.TrimRight(line, "\r\n")
		if found := messageStart.FindStringSubmatch(line); found != nil {
			end()
			all = append(all, message{code: number(found[1]), severity: number(found[2])})
			open = true
			continue
		}
		if messageEnd.MatchString(line) {
			end()
			continue
		}
		if open {
			text = append(text, line)
		}
	}
	end()
	return all
}

// lastLines returns the end of an output, without the marks of messages.
func lastLines(output string) string {
	var lines []string
	for line := range strings.Lines(output) {
		line = strings.TrimRight(line, "\r\n")
		if line != "" && !messageStart.MatchString(line) && !messageEnd.MatchString(line) && !strings.HasPrefix(line, "Parsing file ") && !strings.HasPrefix(line, "Semantic processing ") {
			lines = append(lines, line)
		}
	}
	const most = 12
	return strings.Join(lines[max(0, len(lines)-most):], "\n")
}
