package kernel

import (
	"testing"
)

// Every combination of every path is that of its definition, and writes nothing else.
func TestCombinationsAreTheirDefinitions(t *testing.T) {
	const length, runs, groups, apart, run, group, row = 32, 3, 2, 40, 130, 500, 1500
	lay := func(values []float32) vectors {
		return vectors{values: values, at: [3]int{0, row, 2 * row}, apart: [2]int{apart, apart}, run: run, group: [3]int{group, group, group}}
	}
	n := repeats{length, runs, groups}
	for f := range combination(combinations) {
		from := make([]float32, 3*row)
		small(from, uint64(f))
		want := make([]float32, 3*row)
		v, r := lay(from), lay(want)
		size := combinationSizes[f]
		for g := range groups {
			for i := range runs {
				for k := range length {
					s := func(row, j int) float32 {
						if row >= size.fromRows || j >= size.from {
							return 0
						}
						return from[v.vector(row, j, i, g)+k]
					}
					sums := definition(f, s)
					for row := range size.toRows {
						for j := range size.to {
							want[r.vector(row, j, i, g)+k] = sums[row][j]
						}
					}
				}
			}
		}
		test := func(t *testing.T) {
			got := make([]float32, 3*row)
			to, operands := lay(got), lay(from)
			s := scratches.get()
			s.combine(f, n, &to, &operands)
			scratches.put(s)
			if !equal(got, want) {
				t.Errorf("combination %d differs from its definition", f)
			}
		}
		everyPath(t, test)
		own := gemms[portable]
		gemms[portable] = gemm{}
		t.Run("in Go", func(t *testing.T) { onPath(portable, func() { test(t) }) })
		gemms[portable] = own
	}
}

// definition is a combination as sums of two numbers each, written out.
func definition(f combination, s func(row, i int) float32) [3][3]float32 {
	down := func(i int) (p [3]float32) { // the three products of a column
		return [3]float32{s(0, i), s(0, i) + s(1, i), s(1, i)}
	}
	apart := func(i int) (p [3]float32) {
		return [3]float32{s(0, i) - s(1, i), s(1, i), s(2, i) - s(1, i)}
	}
	var r [3][3]float32
	switch {
	case f == plus:
		r[0][0] = s(0, 0) + s(0, 1)
	case f == mergeEven:
		r[0][0] = (s(0, 0) + s(1, 0)) + (s(0, 1) + s(1, 1))
	case f == mergeDown:
		r[0][0] = (s(0, 1) - (s(0, 0) + s(0, 2))) + (s(1, 1) - (s(1, 0) + s(1, 2)))
	case f == mergeAcross:
		r[0][0] = (s(0, 1) + s(1, 1)) - ((s(0, 0) + s(1, 0)) + (s(0, 2) + s(1, 2)))
	case f == mergeBoth:
		q := func(i int) float32 { return s(1, i) - (s(0, i) + s(2, i)) }
		r[0][0] = q(1) - (q(0) + q(2))
	case f < differ:
		r[0] = [3]float32{s(0, 0), s(0, 0) + s(0, 1), s(0, 1)}
	case f < join:
		r[0] = [3]float32{s(0, 0) - s(0, 1), s(0, 1), s(0, 2) - s(0, 1)}
	case f < splitBoth:
		r[0] = [3]float32{s(0, 0) + s(0, 1), s(0, 1) + s(0, 2)}
	case f < differBoth:
		left, right := down(0), down(1)
		for i := range r {
			r[i] = [3]float32{left[i], left[i] + right[i], right[i]}
		}
	case f < joinBoth:
		left, middle, right := apart(0), apart(1), apart(2)
		for i := range r {
			r[i] = [3]float32{left[i] - middle[i], middle[i], right[i] - middle[i]}
		}
	default:
		for i := range 2 {
			q := func(j int) float32 { return s(i, j) + s(i+1, j) }
			r[i] = [3]float32{q(0) + q(1), q(1) + q(2)}
		}
	}
	return r
}

func TestCombiningOutsideItsValuesPanics(t *testing.T) {
	for name, change := range map[string]func(v *vectors){
		"a row before the first":  func(v *vectors) { v.at[0] = -1 },
		"a row behind the last":   func(v *vectors) { v.at[1] = 64 },
		"too far apart":           func(v *vectors) { v.apart[0] = 100 },
		"too far from run to run": func(v *vectors) { v.run = 100 },
	} {
		everyPath(t, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			from := vectors{values: make([]float32, 96), at: [3]int{0, 16, 32}, apart: [2]int{16, 16}, run: 16}
			to := vectors{values: make([]float32, 96)}
			change(&from)
			s := scratches.get()
			s.combine(mergeEven, repeats{16, 2, 1}, &to, &from)
		})
	}
}
