package tables

import (
	"maps"
	"math"
	"slices"
)

// Pair is how alike the relation of two columns is in two tables, from 0 to 1: of numbers
// 1 − ½ |r − s| by Pearson's correlations, of rows in which both are known; of words 1 − ½ Σ |p − q|
// over the pairs of words, where a missing cell is a word too; of a number and a word the same, with
// the numbers of each table in ten parts of their range. It is NaN where the correlation is not
// defined in the first table, the real one. A correlation that is not defined in the second alone,
// as that of a constant, counts as 0: whoever loses a column must not gain by it. SDMetrics has them
// as CorrelationSimilarity, which leaves out such constants too, and ContingencySimilarity, and
// divides the range of either table by itself as well.
func Pair(a1, a2, b1, b2 Column) float64 {
	if a1.Words == 0 && a2.Words == 0 {
		r, s := correlation(a1.Values, a2.Values), correlation(b1.Values, b2.Values)
		if math.IsNaN(s) {
			s = 0
		}
		return 1 - float64(math.Abs(r-s)/2)
	}
	return 1 - totalVariation(contingency(a1, a2), contingency(b1, b2), len(a1.Values), len(b1.Values))
}

// Related reports whether two columns are related enough in a table for a mean over related pairs:
// a correlation beyond ±0.5, or Cramér's V above 0.3, as in SDMetrics' quality report.
func Related(a, b Column) bool {
	if a.Words == 0 && b.Words == 0 {
		return math.Abs(correlation(a.Values, b.Values)) > 0.5
	}
	return cramer(contingency(a, b), len(a.Values)) > 0.3
}

// cramer is √(χ²/n/(min(rows, columns) − 1)) of a contingency table of n pairs, NaN if a column has
// one value.
//
// Cramér, Mathematical Methods of Statistics, 1946, section 21.9.
func cramer(pairs map[[2]int]int, n int) float64 {
	rows, columns := counts{}, counts{}
	for p, k := range pairs {
		rows[float64(p[0])] += k
		columns[float64(p[1])] += k
	}
	least := min(len(rows), len(columns))
	if least < 2 {
		return math.NaN()
	}
	// χ²/n is Σ n_ij²/(n_i·n_j) − 1; in order, since the order of a map is not always the same.
	sum := 0.0
	for _, r := range slices.Sorted(maps.Keys(rows)) {
		for _, c := range slices.Sorted(maps.Keys(columns)) {
			k := float64(pairs[[2]int{int(r), int(c)}])
			sum += float64(k*k) / (float64(rows[r]) * float64(columns[c]))
		}
	}
	return math.Sqrt(max(0, sum-1) / float64(least-1))
}

// correlation is Pearson's, NaN if a column is constant.
func correlation(x, y []float64) float64 {
	n, mx, my := 0, 0.0, 0.0
	for i := range x {
		if !math.IsNaN(x[i]) && !math.IsNaN(y[i]) {
			n, mx, my = n+1, mx+x[i], my+y[i]
		}
	}
	mx, my = mx/float64(n), my/float64(n)
	var xx, xy, yy float64
	for i := range x {
		if !math.IsNaN(x[i]) && !math.IsNaN(y[i]) {
			dx, dy := x[i]-mx, y[i]-my
			xx, xy, yy = xx+float64(dx*dx), xy+float64(dx*dy), yy+float64(dy*dy)
		}
	}
	if xx == 0 || yy == 0 {
		return math.NaN()
	}
	return xy / math.Sqrt(xx) / math.Sqrt(yy)
}

// contingency counts the pairs of two columns.
func contingency(a, b Column) map[[2]int]int {
	x, y := parts(a), parts(b)
	c := map[[2]int]int{}
	for i := range x {
		c[[2]int{x[i], y[i]}]++
	}
	return c
}

// rangeParts is the number of parts that the range of a column of numbers is divided into.
const rangeParts = 10

// parts are the words of a column, −1 for a missing one; of numbers the parts of their range, the
// largest and a missing one in a part of their own.
func parts(c Column) []int {
	out := make([]int, len(c.Values))
	if c.Words > 0 {
		for i, v := range c.Values {
			out[i] = -1
			if !math.IsNaN(v) {
				out[i] = int(v)
			}
		}
		return out
	}
	edges := edgesOf(c.Values)
	for i, v := range c.Values {
		out[i] = len(edges)
		if !math.IsNaN(v) {
			out[i], _ = slices.BinarySearchFunc(edges, v, func(edge, v float64) int {
				if edge <= v {
					return -1
				}
				return 1
			})
		}
	}
	return out
}

// edgesOf are the ends of ten even parts of the range of numbers; of a constant c those of
// [c − ½, c + ½].
func edgesOf(values []float64) []float64 {
	x := known(values)
	if len(x) == 0 {
		return nil
	}
	lo, hi := slices.Min(x), slices.Max(x)
	if lo == hi {
		lo, hi = lo-0.5, hi+0.5
	}
	edges := make([]float64, rangeParts+1)
	step := (hi - lo) / rangeParts
	for k := range edges {
		edges[k] = lo + float64(float64(k)*step)
	}
	edges[rangeParts] = hi
	return edges
}
