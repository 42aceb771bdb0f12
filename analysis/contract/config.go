// Rule config: the .cfg file fits the module.
//
// TLC reads the file that has the module's name and .cfg for .tla. It must say what each
// constant is, those of the modules that are extended too, by N = 3 or N <- Three; and
// what it names behind <- and as INIT, NEXT, SPECIFICATION, INVARIANT and so on must be
// defined in the module. Otherwise TLC stops before it has begun. It may give values
// to names that the module does not have. Without such a file nothing is reported,
// unless the profile's prompt asks for one (reply.config): then it must be there,
// and name the behaviour to check.
//
// Asked for by: no requirement of its own; a specification that models the system's
// behaviour must run (etcd prompt, "Generate a TLA+ specification that accurately
// models etcd's distributed behavior"; raftkvs prompt, the same).
//
// Config:
//
//	SPECIFICATION Spec
//	CONSTANT Server = {a, b}
//
// Broken:
//
//	---- MODULE etcdraft ----
//	EXTENDS Naturals
//	CONSTANTS Server, Limit
//	VARIABLE x
//	Init == x = 0
//	Next == x < Limit /\ x' = x + 1 /\ Server # {}
//	Spec == Init /\ [][Next]_x /\ WF_x(Next)
//	====
//
// Mended:
//
//	---- MODULE etcdraft ----
//	EXTENDS Naturals
//	CONSTANT Server
//	VARIABLE x
//	Limit == 3
//	Init == x = 0
//	Next == x < Limit /\ x' = x + 1 /\ Server # {}
//	Spec == Init /\ [][Next]_x /\ WF_x(Next)
//	====

package contract

import (
	"fmt"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/module"
)

func checkConfig(p *Pass) {
	m, ok := p.Tree.Module()
	if ok && p.Profile != nil && p.Profile.Reply.Config {
		p.checkAskedFor(m.NameSpan())
	}
	if !ok || p.Config == "" || p.Names.Module == nil || p.hasSyntaxErrors() || p.table().foreign {
		return
	}
	c := p.theConfig()
	at := m.NameSpan()
	for _, problem := range c.Problems {
		p.Report(finding.Finding{Span: at, Message: fmt.Sprintf("TLC cannot read the .cfg file, line %d: %s", p.configLine(problem.Span.Start), problem.Message)})
	}
	p.checkBound(at)
	for _, n := range c.Names {
		if n.Statement != "CHECK_DEADLOCK" {
			p.checkNamed(at, n.Statement, n.Name, n.Span.Start)
		}
	}
	for _, k := range c.Constants {
		if k.Substitute != "" && k.Module == "" {
			p.checkNamed(at, "CONSTANT "+k.Name+" <-", k.Substitute, k.Span.Start)
		}
	}
}

// checkAskedFor reports what is missing where the prompt asks for a .cfg file.
func (p *Pass) checkAskedFor(at finding.Span) {
	c := p.theConfig()
	switch {
	case p.Config == "":
		p.Report(finding.Finding{Span: at, Message: "There is no .cfg file beside the module. The contract wants a configuration for TLC with it"})
	case len(c.Of("SPECIFICATION")) == 0 && (len(c.Of("INIT")) == 0 || len(c.Of("NEXT")) == 0):
		p.Report(finding.Finding{Span: at, Message: "The .cfg file names no behaviour, so that TLC has none to check. Add SPECIFICATION " + specName + " there"})
	}
}

// checkBound reports the constants that the .cfg file does not bind.
func (p *Pass) checkBound(at finding.Span) {
	for _, s := range p.Names.Module.Symbols {
		if s.Kind != module.KindConstant || p.theConfig().Binds(s.Name) {
			continue
		}
		f := finding.Finding{Span: at, Message: fmt.Sprintf("The .cfg file does not say what the constant %s is; TLC stops for want of it. Add CONSTANT %s = … there", s.Name, s.Name)}
		if s.Arity > 0 {
			f.Message = fmt.Sprintf("The .cfg file does not say what the constant %s is; TLC stops for want of it. Add CONSTANT %s <- … there, with the name of a definition", s.Name, s.Name)
		}
		if s.Node.Tree() == p.Tree {
			f.Span = s.NameSpan()
		} else if s.Module != nil {
			f.Message = fmt.Sprintf("%s. It comes from the module %s", f.Message, s.Module.Name)
		}
		p.Report(f)
	}
}

// checkNamed reports a name in the .cfg file that the module does not define.
func (p *Pass) checkNamed(at finding.Span, statement, name string, offset int) {
	if p.Names.Module.Lookup(name) != nil || isQualified(name) {
		return
	}
	p.Report(finding.Finding{
		Span:    at,
		Message: fmt.Sprintf("The .cfg file names %s in line %d (%s), which this module does not define; TLC stops there", name, p.configLine(offset), statement),
	})
}

func isQualified(name string) bool { return !isName.MatchString(name) }

// configLine returns the 1-based line of an offset in the .cfg file.
func (p *Pass) configLine(offset int) int {
	line := 1
	for _, c := range []byte(p.Config[:min(offset, len(p.Config))]) {
		if c == '\n' {
			line++
		}
	}
	return line
}
