package contract

import (
	"strings"

	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/syntax"
)

// behaviour is how a specification says what its system does: which
// definition, and which parts that has.
type behaviour struct {
	// spec is the definition called Spec of the outermost module, nil without.
	spec *definition
	// alternatives are the other parameterless definitions of the outermost
	// module that have the form of a specification, in order.
	alternatives []*definition
}

// likeliest returns the alternative that was probably meant to be Spec, or nil:
// the first that is called so in some way, or else the first.
func (b *behaviour) likeliest() *definition {
	for _, def := range b.alternatives {
		if strings.Contains(strings.ToLower(def.Name()), "spec") {
			return def
		}
	}
	if len(b.alternatives) > 0 {
		return b.alternatives[0]
	}
	return nil
}

// parts are the conjuncts of a temporal formula, through the definitions that
// it names.
type parts struct {
	initial []syntax.Node // state predicates
	always  []syntax.Node // the KindBoxAction of each [][A]_v
	bare    []syntax.Node // actions that no [] stands before
	// opaque says that some conjunct cannot be seen through: it could not be
	// read, or comes from a module that is not here.
	opaque bool
	// conjuncts counts those seen, up to maxConjuncts.
	conjuncts int
}

// maxConjuncts bounds how many conjuncts of a formula are looked at. One with
// more is opaque.
const maxConjuncts = 1000

// isSpecification reports whether the parts are those of Init /\ [][Next]_v.
func (p parts) isSpecification() bool { return len(p.initial) > 0 && len(p.always) > 0 }

// theBehaviour returns the behaviour, worked out once.
func (s *shared) theBehaviour() *behaviour {
	if s.behaviour != nil {
		return s.behaviour
	}
	b := &behaviour{}
	s.behaviour = b
	d := s.table()
	for _, def := range d.all {
		if !def.outermost {
			continue
		}
		if def.Name() == specName {
			if b.spec == nil {
				b.spec = def
			}
		} else if def.parameterless() && d.levelOf(def) == module.Temporal && d.partsOf(def.Body()).isSpecification() {
			b.alternatives = append(b.alternatives, def)
		}
	}
	return b
}

// specName is the name that the prompts want the behaviour to have.
const specName = "Spec"

// partsOf returns the conjuncts of a formula.
func (d *definitions) partsOf(n syntax.Node) parts {
	var p parts
	d.collect(&p, n, map[syntax.Node]bool{})
	return p
}

func (d *definitions) collect(p *parts, n syntax.Node, seen map[syntax.Node]bool) {
	if p.conjuncts++; p.conjuncts > maxConjuncts {
		p.opaque = true
		return
	}
	n = n.Unparen()
	switch n.Kind() {
	case syntax.KindConjunction:
		for c := range n.Children() {
			d.collect(p, c.Child(0), seen)
		}
		return
	case syntax.KindInfix:
		if k := n.Token().Kind(); k == syntax.OpAnd || k == syntax.OpLand {
			d.collect(p, n.Child(0), seen)
			d.collect(p, n.Child(1), seen)
			return
		}
	case syntax.KindLet:
		d.collect(p, n.Last(), seen)
		return
	case syntax.KindQuantifier:
		// \EE hides variables; \E and \A may stand before a formula too.
		if d.levelOfExpression(n) == module.Temporal {
			d.collect(p, n.Last(), seen)
			return
		}
	case syntax.KindPrefix:
		if inner := d.unfold(n.Child(0)); n.Token().Kind() == syntax.OpBox && inner.Kind() == syntax.KindBoxAction {
			p.always = append(p.always, inner)
			return
		}
	case syntax.KindIdentifier, syntax.KindApply, syntax.KindSelection:
		s := d.names.Symbol(n)
		body, _ := d.lookup(n)
		if s == nil || s.Level() == module.Temporal && !body.Valid() {
			p.opaque = true
			return
		}
		if body.Valid() && s.Level() == module.Temporal && !seen[body] {
			seen[body] = true
			d.collect(p, body, seen)
			return
		}
	case syntax.KindError:
		p.opaque = true
		return
	}
	switch d.levelOfExpression(n) {
	case module.Constant, module.State:
		p.initial = append(p.initial, n)
	case module.Action:
		p.bare = append(p.bare, n)
	}
}

// unfold returns what a name stands for, through any names in between, or n
// itself where it is no name.
func (d *definitions) unfold(n syntax.Node) syntax.Node {
	n = n.Unparen()
	for range maxShapeDepth {
		if k := n.Kind(); k != syntax.KindIdentifier && k != syntax.KindSelection {
			break
		}
		body, _ := d.lookup(n)
		if !body.Valid() {
			break
		}
		n = body.Unparen()
	}
	return n
}

// reach returns the definitions that the roots refer to, by any way, the roots
// with them.
func (d *definitions) reach(roots []*definition) reached {
	all := make(reached, len(d.all))
	var queue []*definition
	add := func(def *definition) {
		if def != nil && !all[def.number] {
			all[def.number] = true
			queue = append(queue, def)
		}
	}
	for _, def := range roots {
		add(def)
	}
	for len(queue) > 0 {
		def := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		for _, ref := range def.refs {
			add(ref.to)
		}
	}
	return all
}

// reached says of definitions, by number, whether they were reached.
type reached []bool

func (r reached) has(def *definition) bool { return def != nil && r[def.number] }
