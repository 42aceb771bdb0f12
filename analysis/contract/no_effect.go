// Rule no-effect: every action can change something.
//
// An action of Next whose every branch leaves all variables as they are adds no step
// that [Next]_vars does not allow anyway: what it was to model is missing. So it is with
// an action that has no branch at all, because each of them ends in FALSE. Actions whose
// names say that they are there to stand still, such as Terminating, which keeps TLC from
// reporting a deadlock, are left alone.
//
// Asked for by: no requirement of its own; a specification that models the system's
// behaviour must run (etcd prompt, "Generate a TLA+ specification that accurately
// models etcd's distributed behavior"; raftkvs prompt, the same).
//
// Broken:
//
//	---- MODULE etcdraft ----
//	EXTENDS Naturals
//	VARIABLES x, y
//	vars == <<x, y>>
//	Init == x = 0 /\ y = 0
//	Step == x' = x + 1 /\ y' = x
//	Heartbeat == x > 0 /\ UNCHANGED vars
//	Next == Step \/ Heartbeat
//	Spec == Init /\ [][Next]_vars /\ WF_vars(Next)
//	====
//
// Mended:
//
//	---- MODULE etcdraft ----
//	EXTENDS Naturals
//	VARIABLES x, y
//	vars == <<x, y>>
//	Init == x = 0 /\ y = 0
//	Step == x' = x + 1 /\ y' = x
//	Heartbeat == x > 0 /\ y' = 0 /\ UNCHANGED x
//	Next == Step \/ Heartbeat
//	Spec == Init /\ [][Next]_vars /\ WF_vars(Next)
//	====

package contract

import (
	"fmt"
	"regexp"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/step"
	"github.com/specls/specls/analysis/syntax"
)

// standsStill matches the names of actions that are there to change nothing.
var standsStill = regexp.MustCompile(`(?i)terminat|nothing|done|stutter|idle|skip|halt|finish|noop|no_?op|wait|unchanged|same|still|allow|self_?loop|deadlock`)

func checkNoEffect(p *Pass) {
	steps := p.theSteps()
	if steps == nil {
		return
	}
	reported := map[*definition]bool{}
	for _, next := range steps.nexts {
		if !next.Complete || !next.sure {
			continue
		}
		effects := effectsOf(next)
		for symbol := range next.Called {
			def := p.table().bySymbol[symbol]
			if def == nil || reported[def] || p.table().levelOf(def) != module.Action || def.Kind() != syntax.KindDefinition {
				continue
			}
			f := finding.Finding{Span: def.NameSpan()}
			switch e := effects[symbol]; {
			case !next.Called[symbol]:
				f.Message = fmt.Sprintf("No step of the system is one of %s: each of its branches ends in FALSE or in choices that exclude each other", def.Name())
			case e != nil && !e.opaque && e.changes.Empty() && e.sets == steps.Variables.All():
				f.Message = fmt.Sprintf("%s leaves every variable as it is, on each of its branches, so it adds nothing to what [Next]_vars allows anyway. What should it change?", def.Name())
			default:
				continue
			}
			if reported[def] = true; !standsStill.MatchString(def.Name()) {
				p.Report(f)
			}
		}
	}
}

// effect is what the branches do that go through an action.
type effect struct {
	sets, changes step.Set // on all of them, on any of them
	opaque        bool
}

// effectsOf returns the effect of each action that a formula applies and that has a
// branch.
func effectsOf(f *followed) map[*module.Symbol]*effect {
	effects := map[*module.Symbol]*effect{}
	for _, b := range f.Branches {
		for c := b.Path; c != nil; c = c.Before {
			if c.Called == nil {
				continue
			}
			e := effects[c.Called]
			if e == nil {
				e = &effect{sets: b.Sets}
				effects[c.Called] = e
			}
			e.sets = e.sets.Without(e.sets.Without(b.Sets))
			e.changes = e.changes.Union(b.Changes)
			e.opaque = e.opaque || b.Opaque
		}
	}
	return effects
}
