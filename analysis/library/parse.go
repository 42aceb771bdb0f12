package library

import (
	"fmt"
	"strconv"
	"strings"
)

// origins are the words for what a module is delivered with.
var origins = map[string]Origin{"standard": Standard, "community": Community, "proofs": ProofSystem, "apalache": Apalache}

// defaultMax is the highest level that an argument may have where none is given.
const defaultMax Level = 2

// parse reads a module file. Its form is described at the head of the package;
// the error names the line that does not have it.
func parse(text string) (*Module, error) {
	m := &Module{}
	doc := &m.Doc
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSuffix(line, "\n")
		if prose, ok := strings.CutPrefix(line, "  "); ok {
			if *doc != "" {
				*doc += " "
			}
			*doc += prose
			continue
		}
		if err := m.parseLine(line); err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		if n := len(m.Symbols); n > 0 {
			doc = &m.Symbols[n-1].Doc
		}
	}
	return m, nil
}

// parseLine reads a line that is not prose.
func (m *Module) parseLine(line string) error {
	rest, local := strings.CutPrefix(line, "local ")
	rest, recursive := strings.CutPrefix(rest, "recursive ")
	word, rest, _ := strings.Cut(rest, " ")
	if rest == "" {
		return fmt.Errorf("%q says nothing", line)
	}
	s := Symbol{Name: rest, Module: m.Name, Local: local, Recursive: recursive, Parts: UnknownParts}
	switch word {
	case "module":
		name, origin, _ := strings.Cut(rest, " ")
		m.Name, m.Origin = name, origins[origin]
		if m.Origin == Unknown {
			return fmt.Errorf("unknown origin %q", origin)
		}
		return nil
	case "extends":
		m.Extends = strings.Fields(rest)
		return nil
	case "instance":
		m.Instances = append(m.Instances, Instance{Module: rest, Local: local})
		return nil
	case "constant":
		s.Kind = Constant
	case "variable":
		s.Kind = Variable
		s.Level = 1
	case "theorem":
		s.Kind = Theorem
		s.Name, s.Sequent = strings.CutSuffix(rest, " sequent")
	case "def":
		if err := s.parseDefinition(rest); err != nil {
			return err
		}
	default:
		return fmt.Errorf("unknown word %q", word)
	}
	m.Symbols = append(m.Symbols, s)
	return nil
}

// parseDefinition reads what stands behind "def".
func (s *Symbol) parseDefinition(text string) error {
	text, uses, _ := strings.Cut(text, " uses ")
	text, level, hasLevel := strings.Cut(text, " level ")
	text, parts, hasParts := strings.Cut(text, " parts ")
	if hasParts {
		n, err := strconv.Atoi(parts)
		if err != nil || n < 0 {
			return fmt.Errorf("unknown number of parts %q", parts)
		}
		s.Parts = n
	}
	if hasLevel {
		if len(level) != 1 || level[0] < '0' || level[0] > '3' {
			return fmt.Errorf("unknown level %q", level)
		}
		s.Level = Level(level[0] - '0')
	}
	for _, use := range strings.Fields(uses) {
		p, err := parseParam(use)
		if err != nil {
			return err
		}
		s.Uses = append(s.Uses, Use{Name: p.Name, Max: p.Max, Counts: p.Counts})
	}
	params, err := s.parseSignature(text)
	if err != nil {
		return err
	}
	for _, param := range params {
		p, err := parseParam(param)
		if err != nil {
			return err
		}
		s.Params = append(s.Params, p)
	}
	for i, param := range params {
		if err := s.parseFed(&s.Params[i], param); err != nil {
			return err
		}
	}
	return nil
}

// parseSignature reads a definition's name and fixity, and returns its
// parameters as text.
func (s *Symbol) parseSignature(text string) ([]string, error) {
	name := text[:wordLength(text)]
	rest := text[len(name):]
	s.Name = name
	switch {
	case name != "" && rest == "":
		return nil, nil
	case name != "" && rest[0] == '(' && strings.HasSuffix(rest, ")"):
		return splitList(rest[1 : len(rest)-1]), nil
	case name != "" && rest[0] == '[' && strings.HasSuffix(rest, "]"):
		s.Kind = Function
		s.Arguments = splitList(rest[1 : len(rest)-1])
		return nil, nil
	}
	fields := strings.Fields(text)
	switch {
	case len(fields) == 3:
		s.Name, s.Fixity = fields[1], Infix
		return []string{fields[0], fields[2]}, nil
	case len(fields) == 2 && name == "":
		s.Name, s.Fixity = fields[0], Prefix
		return fields[1:], nil
	case len(fields) == 2:
		s.Name, s.Fixity = fields[1], Postfix
		return fields[:1], nil
	}
	return nil, fmt.Errorf("%q is not the left side of a definition", text)
}

// parseParam reads a parameter, but for what stands in its parentheses.
func parseParam(text string) (Param, error) {
	p := Param{Max: defaultMax, Counts: true}
	head, marks := text, ""
	if i := strings.LastIndexByte(text, ':'); i >= 0 {
		head, marks = text[:i], text[i+1:]
	}
	if marks != "" && marks[0] >= '0' && marks[0] <= '3' {
		p.Max = Level(marks[0] - '0')
		marks = marks[1:]
	}
	if marks == "i" {
		p.Counts = false
	} else if marks != "" {
		return p, fmt.Errorf("unknown mark %q in %q", marks, text)
	}
	switch name, _, isOperator := strings.Cut(head, "("); {
	case isOperator:
		p.Name = name
	case len(head) > 2 && head[0] == '_' && head[len(head)-1] == '_' && wordLength(head) < len(head):
		p.Name, p.Fixity, p.Arity, p.Fed = head[1:len(head)-1], Infix, 2, make([][]int, 2)
	case head != "" && wordLength(head) == len(head):
		p.Name = head
	default:
		return p, fmt.Errorf("%q is not a parameter", text)
	}
	return p, nil
}

// parseFed reads what stands in the parentheses of a parameter that is an
// operator: the other parameters that its arguments are made of.
func (s *Symbol) parseFed(p *Param, text string) error {
	open := strings.IndexByte(text, '(')
	if open < 0 {
		return nil
	}
	end := strings.LastIndexByte(text, ')')
	if end < open {
		return fmt.Errorf("no closing parenthesis in %q", text)
	}
	for _, argument := range strings.Split(text[open+1:end], ", ") {
		var fed []int
		for _, name := range strings.Fields(argument) {
			if name == "_" {
				continue
			}
			i := s.paramIndex(name)
			if i < 0 {
				return fmt.Errorf("%q is not a parameter of %s", name, s.Name)
			}
			fed = append(fed, i)
		}
		p.Fed = append(p.Fed, fed)
	}
	p.Arity = len(p.Fed)
	return nil
}

func (s *Symbol) paramIndex(name string) int {
	for i := range s.Params {
		if s.Params[i].Name == name {
			return i
		}
	}
	return -1
}

// splitList splits at the commas outside parentheses.
func splitList(text string) []string {
	var parts []string
	depth, start := 0, 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '(':
			depth++
		case ')':
			depth--
		case ',':
			if depth == 0 {
				parts = append(parts, text[start:i])
				start = i + 1
				if start < len(text) && text[start] == ' ' {
					start++
				}
			}
		}
	}
	return append(parts, text[start:])
}

// wordLength returns how many bytes at the start of the text can be part of a
// name: letters, digits and underscores.
func wordLength(text string) int {
	for i := 0; i < len(text); i++ {
		if c := text[i] | 0x20; (c < 'a' || c > 'z') && (text[i] < '0' || text[i] > '9') && text[i] != '_' {
			return i
		}
	}
	return len(text)
}
