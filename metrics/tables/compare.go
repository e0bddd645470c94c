package tables

import (
	"math"

	"latentspace/kernel"
	"latentspace/metrics"
)

// Similarity is how alike two tables are, from 0 to 1: see [Shape] and [Pair].
type Similarity struct {
	Shapes []float64 // of each column; NaN where it is not defined
	Pairs  []PairOf  // of each pair of columns, or of mostPairs of them at random
	// Shape and Trend are the means over columns and pairs, RelatedTrend that over pairs that are
	// related in the first table, NaN if there are none.
	Shape, Trend, RelatedTrend metrics.Estimate
}

// PairOf is a pair of columns and how alike their relation is.
type PairOf struct {
	A, B    int     // the columns
	Alike   float64 // NaN where it is not defined
	Related bool    // in the first table: see [Related]
}

// mostPairs bounds how many pairs are compared: all of 64 columns.
const mostPairs = 64 * 63 / 2

// Compare compares a second table with a first, the real one, of the same columns. The errors of the means are those of leaving out
// a tenth of the rows of both after another.
func Compare(a, b Table) (Similarity, error) {
	if len(a) == 0 || a.Len() == 0 || b.Len() == 0 || len(a) != len(b) {
		return Similarity{}, metrics.Unfit("there are no rows or columns to compare")
	}
	pairs := pairsOf(len(a))
	s := Similarity{Shapes: make([]float64, len(a)), Pairs: pairs}
	whole := true
	means, err := metrics.Jackknife(min(a.Len(), b.Len()), func(out func(int) bool) ([]float64, error) {
		x, y := a, b
		if !whole {
			kept := func(i int) bool { return !out(i) }
			x, y = a.Rows(kept), b.Rows(kept)
		}
		shapes, alike := shapesOf(x, y), trendsOf(x, y, pairs)
		if whole {
			s.Shapes = shapes
			for k, p := range pairs {
				pairs[k].Alike, pairs[k].Related = alike[k], Related(a[p.A], a[p.B])
			}
		}
		whole = false
		var related []float64
		for k, p := range pairs {
			if p.Related {
				related = append(related, alike[k])
			}
		}
		return []float64{meanKnown(shapes), meanKnown(alike), meanKnown(related)}, nil
	})
	if err != nil {
		return Similarity{}, err
	}
	s.Shape, s.Trend, s.RelatedTrend = means[0], means[1], means[2]
	return s, nil
}

func shapesOf(a, b Table) []float64 {
	alike := make([]float64, len(a))
	kernel.For(len(a), 1, func(lo, hi int) {
		for k := lo; k < hi; k++ {
			alike[k] = Shape(a[k], b[k])
		}
	})
	return alike
}

func trendsOf(a, b Table, pairs []PairOf) []float64 {
	alike := make([]float64, len(pairs))
	kernel.For(len(pairs), 1, func(lo, hi int) {
		for k := lo; k < hi; k++ {
			p := pairs[k]
			alike[k] = Pair(a[p.A], a[p.B], b[p.A], b[p.B])
		}
	})
	return alike
}

// pairsOf are the pairs of n columns, or mostPairs of them at random.
func pairsOf(n int) []PairOf {
	var pairs []PairOf
	if n*(n-1)/2 <= mostPairs {
		for a := range n {
			for b := a + 1; b < n; b++ {
				pairs = append(pairs, PairOf{A: a, B: b})
			}
		}
		return pairs
	}
	key, seen := kernel.Seed(1, "tables.pairs"), map[[2]int]bool{}
	for i := uint64(0); len(pairs) < mostPairs; i++ {
		m := key.Mix(i)
		a, b := int(m[0]%uint64(n)), int(m[1]%uint64(n))
		if a, b = min(a, b), max(a, b); a == b || seen[[2]int{a, b}] {
			continue
		}
		seen[[2]int{a, b}] = true
		pairs = append(pairs, PairOf{A: a, B: b})
	}
	return pairs
}

// meanKnown is the mean of the values that are numbers.
func meanKnown(values []float64) float64 {
	sum, n := 0.0, 0
	for _, v := range values {
		if !math.IsNaN(v) {
			sum, n = sum+v, n+1
		}
	}
	return sum / float64(n)
}
