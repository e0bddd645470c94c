package example

// Set is a sequence of examples, each a row of values that its schema names. Implementations are
// safe for concurrent use.
type Set interface {
	Len() int
	Schema() Schema
	// Read writes example i to dst, which has as many values as the schema.
	Read(i int, dst []float32) error
}

// Described is a Set that knows more about its examples, such as their class or the factors they
// were drawn from. This is a second row for each example.
type Described interface {
	Set
	// About returns the schema of the second row. A class is a category.
	About() Schema
	// ReadAbout writes the second row of example i to dst, whose length is the width of About.
	ReadAbout(i int, dst []float32) error
}

// Knows returns a set as [Described], if it is one or wraps one: its method Unwrap returns the same
// examples then.
func Knows(s Set) (Described, bool) {
	for {
		if d, ok := s.(Described); ok {
			return d, true
		}
		around, ok := s.(interface{ Unwrap() Set })
		if !ok {
			return nil, false
		}
		s = around.Unwrap()
	}
}
