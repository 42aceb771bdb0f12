package syntax

// nameTable gives each distinct identifier of a text a number, 0-based, in the
// order of their first places. So who resolves names can use slices, not maps.
type nameTable struct {
	names []nameEntry
	// slots is a hash table with linear probing. It holds numbers plus one, 0
	// for an empty slot; its length is a power of two.
	slots []int32
}

type nameEntry struct {
	start, end int32
	hash       uint32
}

// number returns the number of the identifier text[start:end], which it adds if
// it is new. The text is the same at each call.
func (t *nameTable) number(text string, start, end int) int32 {
	if 2*len(t.names) >= len(t.slots) {
		t.grow()
	}
	name := text[start:end]
	hash := hashName(name)
	slot, number := t.find(text, name, hash)
	if number < 0 {
		number = int32(len(t.names))
		t.names = append(t.names, nameEntry{int32(start), int32(end), hash})
		t.slots[slot] = number + 1
	}
	return number
}

// find returns the number of a name and its slot; where the text has no such
// name, -1 and the slot where its number belongs.
func (t *nameTable) find(text, name string, hash uint32) (slot uint32, number int32) {
	mask := uint32(len(t.slots) - 1)
	for slot = hash & mask; ; slot = (slot + 1) & mask {
		number = t.slots[slot] - 1
		if number < 0 {
			return slot, -1
		}
		if e := &t.names[number]; e.hash == hash && text[e.start:e.end] == name {
			return slot, number
		}
	}
}

func (t *nameTable) grow() {
	t.slots = make([]int32, max(128, 2*len(t.slots)))
	t.names = append(make([]nameEntry, 0, len(t.slots)/2), t.names...)
	mask := uint32(len(t.slots) - 1)
	for i, e := range t.names {
		slot := e.hash & mask
		for t.slots[slot] != 0 {
			slot = (slot + 1) & mask
		}
		t.slots[slot] = int32(i) + 1
	}
}

// hashName hashes a name, eight bytes at a time.
func hashName(s string) uint32 {
	const factor = 0x9E3779B97F4A7C15
	h := uint64(len(s))
	for ; len(s) >= 8; s = s[8:] {
		word := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
			uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
		h = (h ^ word) * factor
		h ^= h >> 32
	}
	word := uint64(0)
	for i := range len(s) {
		word = word<<8 | uint64(s[i])
	}
	return uint32((h ^ word) * factor >> 32)
}

// NumNames returns how many distinct identifiers the text has.
func (t *Tree) NumNames() int { return len(t.identifiers.names) }

// NameNumber returns the number of an identifier, 0-based, or -1 where the text
// has none that is spelled so.
func (t *Tree) NameNumber(name string) int {
	if len(t.identifiers.slots) == 0 {
		return -1
	}
	_, number := t.identifiers.find(t.text, name, hashName(name))
	return int(number)
}

// NameText returns the spelling of identifier number i, 0-based.
func (t *Tree) NameText(i int) string {
	e := t.identifiers.names[i]
	return t.text[e.start:e.end]
}

// NameNumber returns the number of the identifier that the token is, 0-based,
// or -1 for a token that is none.
func (t Token) NameNumber() int {
	if t.Kind() != Identifier {
		return -1
	}
	return int(t.tree.tokens[t.index].link)
}
