// Rule module-name: the module has the name that is asked for.
//
// The module's name is exactly the one of the contract, letter for letter. TLA+
// tools moreover want a module's file to be called as the module is, with .tla
// behind it; this holds for every module, and is checked for those without a
// contract too.
//
// Asked for by: etcd prompt, critical output requirement 1 ("The MODULE name
// must be exactly "etcdraft""); raftkvs prompt, the same with "raftkvs".
//
// Broken:
//
//	---- MODULE EtcdRaft ----
//	EXTENDS Naturals
//	VARIABLE x
//	Init == x = 0
//	Next == x' = 1 - x
//	Spec == Init /\ [][Next]_x /\ WF_x(Next)
//	====
//
// Mended:
//
//	---- MODULE etcdraft ----
//	EXTENDS Naturals
//	VARIABLE x
//	Init == x = 0
//	Next == x' = 1 - x
//	Spec == Init /\ [][Next]_x /\ WF_x(Next)
//	====

package contract

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/syntax"
)

func checkModuleName(p *Pass) {
	m, ok := p.Tree.Module()
	if !ok || m.Name() == "" {
		return
	}
	file, isTLA := strings.CutSuffix(path.Base(p.Path), ".tla")
	switch {
	case p.Profile != nil && m.Name() != p.Profile.Module:
		p.reportName(m, fmt.Sprintf("The module is called %s, but the contract wants exactly %s", m.Name(), p.Profile.Module))
	case !isTLA || file == m.Name():
	case p.Profile != nil:
		p.Report(finding.Finding{
			Span: m.NameSpan(),
			Message: fmt.Sprintf("The module is called %s as it should be, but its file is %s.tla: TLA+ tools want the file to be called %s.tla. Rename the file",
				m.Name(), file, m.Name()),
		})
	default:
		p.reportFileName(m, file)
	}
}

// reportName reports a name that the contract does not want. Where the module
// that it wants is there too, renaming this one would make two of them.
func (p *Pass) reportName(m syntax.Module, message string) {
	f := finding.Finding{Span: m.NameSpan(), Message: message}
	if other, found := p.moduleCalled(p.Profile.Module); found {
		f.Message += ". The module of that name further down does not count: only the first is read"
		f.Related = []finding.Related{{Span: other, Message: "The module " + p.Profile.Module}}
	} else {
		f.Fixes = []finding.Fix{renameModule(m, p.Profile.Module)}
	}
	p.Report(f)
}

func (p *Pass) reportFileName(m syntax.Module, file string) {
	f := finding.Finding{
		Span:    m.NameSpan(),
		Message: fmt.Sprintf("The module is called %s, but its file %s.tla: TLA+ tools want both to have one name", m.Name(), file),
	}
	if isName.MatchString(file) {
		f.Fixes = []finding.Fix{renameModule(m, file)}
	}
	p.Report(f)
}

// isName matches what may be the name of a module.
var isName = regexp.MustCompile(`^[A-Za-z0-9_]*[A-Za-z][A-Za-z0-9_]*$`)

func renameModule(m syntax.Module, name string) finding.Fix {
	return finding.Fix{
		Title: "Rename the module to " + name, Preferred: true, Safe: true,
		Edits: []finding.Edit{{Span: m.NameSpan(), NewText: name}},
	}
}

// moduleCalled returns the place of the name of a module other than the
// outermost.
func (p *Pass) moduleCalled(name string) (finding.Span, bool) {
	for _, m := range p.Tree.Modules() {
		if m.Nested() && m.Name() == name {
			return m.NameSpan(), true
		}
	}
	for _, s := range p.outside() {
		if s.kind != otherModule {
			continue
		}
		if m, _ := s.tree.Module(); m.Name() == name {
			at := m.NameSpan()
			return finding.Span{Start: s.offset + at.Start, End: s.offset + at.End}, true
		}
	}
	return finding.Span{}, false
}
