package syntax

// markDefinitions marks the first token of what each "==" defines. TLA+ has no
// sign between a definition and the next one, so an expression can only end
// where the head of a definition begins; and that is found by looking left from
// the "==". The rules are SANY's, which takes "a ++ b ==" for a definition of
// ++ even if "a" ends the expression before it. The buffer, which is returned,
// holds the "(" and "[" since the last "=="; SANY does not tell them apart.
func markDefinitions(tokens []token, open []int32) []int32 {
	start := 0   // the first token that may belong to the head
	opener := -1 // what the last ")" or "]" closes
	for i := range tokens {
		switch tokens[i].kind {
		case LeftParen, LeftBracket:
			open = append(open, int32(i))
		case RightParen, RightBracket:
			opener = -1
			if n := len(open); n > 0 {
				opener = int(open[n-1])
				open = open[:n-1]
			}
		case Define:
			if head := definitionStart(tokens, start, i, opener); head >= start {
				tokens[head].flags |= definitionHead
			}
			open = open[:0]
			start = i + 1
		}
	}
	return open
}

// definitionStart returns the index of the first token of the head that ends
// before the "==" at i, or -1. opener is what the ")" or "]" before the "=="
// closes, if there is one.
func definitionStart(tokens []token, start, i, opener int) int {
	t := i - 1
	if t < start {
		return -1
	}
	// before returns the kind of the token left of index j, within bounds.
	before := func(j int) Kind {
		if j-1 < start {
			return EndOfText
		}
		return tokens[j-1].kind
	}
	switch kind := tokens[t].kind; {
	case kind == RightParen || kind == RightBracket:
		if opener < start {
			return -1
		}
		if before(opener) == Identifier {
			return opener - 1
		}
		return opener
	case kind == Identifier:
		switch operators[before(t)].fixity {
		case Infix:
			if before(t-1) == Identifier {
				return t - 2
			}
		case Prefix:
			if before(t-1) != LeftArrow {
				return t - 1
			}
		}
		return t
	case operators[kind].fixity != NoFixity && t > start:
		return t - 1 // a postfix operator, or else an error
	}
	return t
}
