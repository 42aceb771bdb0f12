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
	built := map[string]bool{}
	for e := range m.extended() {
		for domain := range e.built {
			built[domain] = true
		}
	}
	facts := buildFacts{b: b, known: map[*Symbol]bool{}}
	m.built = map[string]bool{}
	for _, r := range b.records {
		if slices.ContainsFunc(fieldsOf(r), func(f syntax.Node) bool { return facts.isBuilt(f.Last()) }) {
			m.built[domainOf(r)] = true
			built[domainOf(r)] = true
		}
	}
	for _, r := range b.records {
		if built[domainOf(r)] {
			continue
		}
		for _, f := range fieldsOf(r) {
			if s := m.table[f.Name()]; s != nil {
				b.warn(RuleRecordName, f.NameSpan(), "The field "+quote(f.Name())+" is a string that has nothing to do with the "+s.Kind.String()+" "+
					quote(f.Name())+elsewhereThan(s, m)+": fields are never names of values", b.relatedTo(s)...)
			}
		}
	}
}

// extended goes through the modules that a module extends, directly or not.
func (m *Module) extended() map[*Module]bool {
	seen := map[*Module]bool{}
	queue := slices.Clone(m.Extends)
	for len(queue) > 0 {
		e := queue[0]
		queue = queue[1:]
		if !seen[e] {
			seen[e] = true
			queue = append(queue, e.Extends...)
		}
	}
	return seen
}

func elsewhereThan(s *Symbol, m *Module) string {
	if s.Module == m {
		return ""
	}
	return where(s)
}

func fieldsOf(record syntax.Node) []syntax.Node {
	var fields []syntax.Node
	for f := range record.Children() {
		if f.Kind() == syntax.KindField && f.Token().Valid() {
			fields = append(fields, f)
		}
	}
	return fields
}

// domainOf returns a text that two records share if they have the same fields.
func domainOf(record syntax.Node) string {
	var names []string
	for _, f := range fieldsOf(record) {
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
