package module

import (
	"slices"
	"strings"

	"github.com/specls/specls/analysis/syntax"
)

// checkRecordNames warns of fields of a module's records that have the names of
// symbols of the module. [size |-> 3] does not set the field that size names, as
// one may think; SANY warns where nothing shows that its writer knows.
func (b *builder) checkRecordNames(m *Module) {
	facts := buildFacts{b: b, known: map[*Symbol]bool{}}
	var doubtful []syntax.Node
	for _, r := range b.records {
		if m.hasField(r) && !facts.isKnowing(r) {
			doubtful = append(doubtful, r)
		}
	}
	if len(doubtful) == 0 && len(b.session.path) == 1 {
		return // no other module will ask for the records of this one
	}
	m.built = map[string]bool{}
	for _, r := range b.records {
		if facts.isKnowing(r) {
			m.built[domainOf(r)] = true
		}
	}
	for _, r := range doubtful {
		domain := domainOf(r)
		if m.built[domain] || slices.ContainsFunc(m.extended(), func(e *Module) bool { return e.built[domain] }) {
			continue
		}
		for f := range r.Children() {
			if s := m.Lookup(f.Name()); s != nil && f.Kind() == syntax.KindField {
				b.warn(RuleRecordName, f.NameSpan(), "The field "+quote(f.Name())+" is a string that has nothing to do with the "+s.Kind.String()+" "+
					quote(f.Name())+elsewhereThan(s, m)+": fields are never names of values", b.relatedTo(s)...)
			}
		}
	}
}

// hasField reports whether a record has a field with the name of a symbol.
func (m *Module) hasField(record syntax.Node) bool {
	for f := range record.Children() {
		if m.Lookup(f.Name()) != nil {
			return true
		}
	}
	return false
}

// extended returns the modules that a module extends, directly or not.
func (m *Module) extended() []*Module {
	all := slices.Clone(m.Extends)
	for i := 0; i < len(all); i++ {
		for _, e := range all[i].Extends {
			if !slices.Contains(all, e) {
				all = append(all, e)
			}
		}
	}
	return all
}

func elsewhereThan(s *Symbol, m *Module) string {
	if s.Module == m {
		return ""
	}
	return where(s)
}

// domainOf returns a text that two records share if they have the same fields.
func domainOf(record syntax.Node) string {
	var names []string
	for f := range record.Children() {
		names = append(names, f.Name())
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// buildFacts knows which definitions are built from declarations: that is, from
// something declared or bound, or from a set of all values of a kind.
type buildFacts struct {
	b     *builder
	known map[*Symbol]bool
}

// isKnowing reports whether a field of a record is built from declarations.
func (f *buildFacts) isKnowing(record syntax.Node) bool {
	for c := range record.Children() {
		if c.Kind() == syntax.KindField && f.isBuilt(c.Last()) {
			return true
		}
	}
	return false
}

// isBuilt reports whether an expression is built from declarations. Who writes
// such a value for a field knows that the field is no variable.
func (f *buildFacts) isBuilt(n syntax.Node) bool {
	for c := range n.Walk() {
		if s := f.b.refs[c.ID()]; s != nil && f.isBuiltSymbol(s) {
			return true
		}
	}
	return false
}

func (f *buildFacts) isBuiltSymbol(s *Symbol) bool {
	if s.isParam() {
		return true
	}
	if built, ok := f.known[s]; ok {
		return built
	}
	f.known[s] = false
	source := s.Source()
	built := false
	switch {
	case s.Kind == KindBuiltin:
		built = s.Name == "BOOLEAN"
	case source.Name == "Nat" || source.Name == "Int" || source.Name == "Real":
		built = source.Module != nil && !source.Node.Valid()
	case source.Node.Tree() == f.b.tree && source.Node.Kind() == syntax.KindDefinition:
		built = f.isBuilt(source.Node.Last())
	case source.Node.Tree() == f.b.tree && source.Node.Kind() == syntax.KindFunction:
		built = f.isBuilt(source.Node)
	default:
		built = len(source.Params) > 0 || len(source.free) > 0 || source.level > Constant
	}
	f.known[s] = built
	return built
}
