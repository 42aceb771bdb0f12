package module

// slab hands out pieces of larger allocations, which is cheaper than one
// allocation each. What it hands out lives as long as any of it is used.
type slab[T any] struct {
	rest  []T
	taken int
}

// take returns n zero values.
func (s *slab[T]) take(n int) []T {
	if n > len(s.rest) {
		s.rest = make([]T, max(n, min(max(s.taken/2, 8), 128)))
	}
	s.taken += n
	taken := s.rest[:n:n]
	s.rest = s.rest[n:]
	return taken
}

// one returns a pointer to a zero value.
func (s *slab[T]) one() *T { return &s.take(1)[0] }

// copy returns a copy of a list, nil for an empty one.
func (s *slab[T]) copy(list []T) []T {
	if len(list) == 0 {
		return nil
	}
	taken := s.take(len(list))
	copy(taken, list)
	return taken
}
