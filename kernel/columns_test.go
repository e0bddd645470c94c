package kernel

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// guardedAt returns an array of n at an offset from alignment, between values that
// must stay as they are.
func guardedAt[T float32 | float64](n, offset int) (x []T, intact func() bool) {
	const guard = 19
	all := slices.Repeat([]T{12345}, guard+offset+n+guard)
	x = all[guard+offset : guard+offset+n : guard+offset+n]
	return x, func() bool {
		around := append(slices.Clone(all[:guard+offset]), all[guard+offset+n:]...)
		return !slices.ContainsFunc(around, func(v T) bool { return v != 12345 })
	}
}

// TestColumnSumsHaveTheBitsOfTheirTwins runs the loops over rows on every path, at
// every width, offset and distance of the rows, over values of all kinds.
func TestColumnSumsHaveTheBitsOfTheirTwins(t *testing.T) {
	sums := func(l *loops, n, offset, stride, rows int) (all []float64, intact bool) {
		x, g := make([]float32, offset+rows*stride+n), make([]float32, offset+rows*stride+n)
		sample(x, 1)
		sample(g, 2)
		x, g = x[offset:offset+max(0, (rows-1)*stride+n)], g[offset:offset+max(0, (rows-1)*stride+n)]
		mean := make([]float64, n)
		for i := range mean {
			mean[i] = float64(i) / 3
		}
		for k, run := range []func(a, b []float64){
			func(a, _ []float64) { l.sumRows(a, x, stride, rows) },
			func(a, _ []float64) { l.squareRows(a, mean, x, stride, rows) },
			func(a, b []float64) { l.productRows(a, b, mean, g, x, stride, rows) },
		} {
			a, intactA := guardedAt[float64](n, (offset+k)%4)
			b, intactB := guardedAt[float64](n, (offset+k+1)%4)
			for i := range a {
				a[i], b[i] = float64(i), -float64(i)
			}
			run(a, b)
			if !intactA() || !intactB() {
				return nil, false
			}
			all = append(append(all, a...), b...)
		}
		return all, true
	}
	for p := portable + 1; p <= bestPath(); p++ {
		for n := range 68 {
			for offset := range 4 {
				for rows := range 4 {
					for _, stride := range []int{n, n + 3} {
						want, _ := sums(&twins, n, offset, stride, rows)
						got, intact := sums(&vecs[p], n, offset, stride, rows)
						if !intact {
							t.Fatalf("%s, width %d, offset %d, %d rows %d apart: writes around its result", p, n, offset, rows, stride)
						}
						for i := range want {
							if math.Float64bits(got[i]) != math.Float64bits(want[i]) && (got[i] == got[i] || want[i] == want[i]) {
								t.Fatalf("%s, width %d, offset %d, %d rows %d apart: sum %d: got %v, want %v", p, n, offset, rows, stride, i, got[i], want[i])
							}
						}
					}
				}
			}
		}
	}
}

// TestRunsHaveTheBitsOfTheirTwins adds runs of every length, with and
// without distances between them.
func TestRunsHaveTheBitsOfTheirTwins(t *testing.T) {
	const count, groups = 3, 2
	for length := 1; length <= 40; length++ {
		for offset := range 4 {
			for _, gap := range []int{0, 5} {
				to := grid{length + gap, count*(length+gap) + 2}
				from := grid{length + 2*gap, count*(length+2*gap) + 1}
				source := make([]float32, offset+from.end(length, count, groups))
				sample(source, uint64(length))
				source = source[offset:]
				for name, run := range map[string]func(s *scratch, to2, from2 []float32){
					"add": func(s *scratch, a, b []float32) { s.addRuns(a, b, to, from, length, count, groups) },
				} {
					var want []float32
					everyPath(t, func(t *testing.T) {
						x, intact := guardedAt[float32](to.end(length, count, groups), offset)
						sample(x, uint64(length+100))
						s := scratches.get()
						run(s, x, source)
						scratches.put(s)
						if want == nil {
							want = slices.Clone(x) // the twin comes first
						}
						where := fmt.Sprintf("%s, length %d, offset %d, gap %d", name, length, offset, gap)
						if !intact() {
							t.Errorf("%s: writes around its result", where)
						}
						for i := range want {
							if !same(x[i], want[i]) {
								t.Fatalf("%s: value %d: got %v, want %v", where, i, x[i], want[i])
							}
						}
					})
				}
			}
		}
	}
}
