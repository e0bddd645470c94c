package tables

import (
	"math"
	"slices"
)

// Shape is how alike the distributions of a column are in two tables, from 0 to 1: of numbers 1 − D,
// where D is the largest difference of their distribution functions (Kolmogorov and Smirnov), of
// words 1 − ½ Σ |p − q| over them (total variation). Missing cells do not count. It is NaN if the
// first column, the real one, is missing altogether, and 0 if the second alone is. SDMetrics has them
// as KSComplement and TVComplement.
func Shape(a, b Column) float64 {
	x, y := known(a.Values), known(b.Values)
	switch {
	case len(x) == 0:
		return math.NaN()
	case len(y) == 0:
		return 0
	}
	if a.Words > 0 {
		return 1 - totalVariation(counted(x), counted(y), len(x), len(y))
	}
	return 1 - kolmogorovSmirnov(x, y)
}

// known are the values that are not missing.
func known(values []float64) []float64 {
	return slices.DeleteFunc(slices.Clone(values), math.IsNaN)
}

// kolmogorovSmirnov is max |F(x) − G(x)| of two samples.
func kolmogorovSmirnov(x, y []float64) float64 {
	slices.Sort(x)
	slices.Sort(y)
	most, i, j := 0.0, 0, 0
	for i < len(x) && j < len(y) {
		at := min(x[i], y[j])
		for i < len(x) && x[i] == at {
			i++
		}
		for j < len(y) && y[j] == at {
			j++
		}
		most = max(most, math.Abs(float64(i)/float64(len(x))-float64(j)/float64(len(y))))
	}
	return most
}

// counts are how often values came.
type counts map[float64]int

func counted(values []float64) counts {
	c := counts{}
	for _, v := range values {
		c[v]++
	}
	return c
}

// totalVariation is ½ Σ |p − q| of counts of n and m values.
func totalVariation[K comparable, M ~map[K]int](p, q M, n, m int) float64 {
	// Σ |p − q| over whole numbers owes nothing to the order of the map.
	sum := 0
	for v, k := range p {
		sum += abs(k*m - q[v]*n)
	}
	for v, k := range q {
		if _, ok := p[v]; !ok {
			sum += k * n
		}
	}
	return float64(sum) / 2 / float64(n) / float64(m)
}

func abs(k int) int {
	if k < 0 {
		return -k
	}
	return k
}
