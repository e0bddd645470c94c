package metrics

import (
	"math"

	"latentspace/kernel"
	"latentspace/tensor"
)

// Factors are what examples were drawn from: for each factor the number of its value in
// each example.
type Factors struct {
	Values [][]int // of each factor, of n examples, 0 … Sizes−1
	Sizes  []int   // how many values a factor has, at least 2
	// Kinds says which factors are kinds, whose values have no order, rather than
	// quantities.
	Kinds []bool
}

// check returns an error if codes (n, d) do not have as many examples as the factors.
func (f Factors) check(z *tensor.Tensor) error {
	if len(f.Values) == 0 {
		return unfit("no factors, want at least one")
	}
	for k, v := range f.Values {
		if len(v) != z.Shape[0] {
			return unfit("factor %d of %d examples, want %d as there are codes", k, len(v), z.Shape[0])
		}
	}
	if i := kernel.FirstNonFinite(z.Data); i >= 0 {
		return unfit("code %d has the value %v, want numbers", i/z.Shape[1], z.Data[i])
	}
	return nil
}

// some is the factors of the examples for which out is false.
func (f Factors) some(out func(i int) bool) Factors {
	g := Factors{Sizes: f.Sizes, Kinds: f.Kinds}
	for _, v := range f.Values {
		var kept []int
		for i, value := range v {
			if !out(i) {
				kept = append(kept, value)
			}
		}
		g.Values = append(g.Values, kept)
	}
	return g
}

// column is one dimension of codes.
func column(z *tensor.Tensor, k int) []float64 {
	x := make([]float64, z.Shape[0])
	for i := range x {
		x[i] = float64(z.Data[i*z.Shape[1]+k])
	}
	return x
}

// byValue lists the examples of each value of a factor.
func (f Factors) byValue(k int) [][]int {
	lists := make([][]int, f.Sizes[k])
	for i, v := range f.Values[k] {
		lists[v] = append(lists[v], i)
	}
	return lists
}

// stream is random whole numbers of a key.
type stream struct {
	key  kernel.Key
	u    []float32
	used int
	n    uint64
}

// below is a number in 0 … n−1.
func (s *stream) below(n int) int {
	if s.used == len(s.u) {
		s.u, s.used = make([]float32, 4096), 0
		kernel.Uniform(s.u, s.key.Mix(s.n))
		s.n++
	}
	s.used++
	return min(int(float64(s.u[s.used-1])*float64(n)), n-1)
}

// activeShare is the least variance, as a share of the largest, of a dimension that takes part in
// votes by variances.
const activeShare = 0.01

// deviations are those of the dimensions, 0 for one that does not take part.
func deviations(z *tensor.Tensor) []float64 {
	s := make([]float64, z.Shape[1])
	most := 0.0
	for k := range s {
		s[k] = math.Sqrt(variance(column(z, k)).Value)
		most = max(most, s[k])
	}
	for k, v := range s {
		if float64(v*v) <= activeShare*float64(most*most) {
			s[k] = 0
		}
	}
	return s
}
