package data

// IsKind reports whether a factor of a name says which kind an example is of, and is no
// quantity: its values are the numbers of classes.
func IsKind(factor string) bool { return factor == "class" || factor == "shape" || factor == "style" }

// Factored is a Dataset that knows what its examples were drawn from: numbers by
// name, such as where a shape is and how large.
type Factored interface {
	Dataset
	FactorNames() []string
	// Cardinality has for each factor the number of values that it can take, 0 for
	// one that is continuous.
	Cardinality() []int
	// Factors writes those of example i to dst, in the order of the names.
	Factors(i int, dst []float64)
}
