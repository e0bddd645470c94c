package kernel

import "unsafe"

// combination is sums and differences of vectors s, by which [winograd] takes pixels
// apart and puts them together.
type combination int

// Those of one row of vectors, and those of several: of the rows first, and then within
// them. Where pixels come in pairs, there is one for the last pair, if its second pixel
// is missing: zero as an operand, and not made as a result.
const (
	plus        combination = iota // s₀ + s₁
	mergeEven                      // s₀ + s₁ of the sum of two rows
	mergeDown                      // the sum of s₁ − (s₀ + s₂) of two rows
	mergeAcross                    // s₁ − (s₀ + s₂) of the sum of two rows
	mergeBoth                      // s₁ − (s₀ + s₂) of three rows, and then within it
	split                          // s₀, s₀ + s₁, s₁
	splitShortAcross
	differ // s₀ − s₁, s₁, s₂ − s₁
	differShortAcross
	join // s₀ + s₁, s₁ + s₂
	joinShortAcross
	splitBoth // split, of 2 rows to 3
	splitBothShortAcross
	splitBothShortDown
	splitBothShort
	differBoth // differ, of 3 rows to 3
	differBothShortAcross
	differBothShortDown
	differBothShort
	joinBoth // join, of 3 rows to 2
	joinBothShortAcross
	joinBothShortDown
	joinBothShort
	combinations = iota
)

// combinationSizes is how many rows of how many vectors there are as operands and as
// results.
var combinationSizes = [combinations]struct{ fromRows, from, toRows, to int }{
	plus: {1, 2, 1, 1}, mergeEven: {2, 2, 1, 1}, mergeDown: {2, 3, 1, 1}, mergeAcross: {2, 3, 1, 1}, mergeBoth: {3, 3, 1, 1},
	split: {1, 2, 1, 3}, splitShortAcross: {1, 1, 1, 3},
	differ: {1, 3, 1, 3}, differShortAcross: {1, 2, 1, 3},
	join: {1, 3, 1, 2}, joinShortAcross: {1, 3, 1, 1},
	splitBoth: {2, 2, 3, 3}, splitBothShortAcross: {2, 1, 3, 3}, splitBothShortDown: {1, 2, 3, 3}, splitBothShort: {1, 1, 3, 3},
	differBoth: {3, 3, 3, 3}, differBothShortAcross: {3, 2, 3, 3}, differBothShortDown: {2, 3, 3, 3}, differBothShort: {2, 2, 3, 3},
	joinBoth: {3, 3, 2, 2}, joinBothShortAcross: {3, 3, 2, 1}, joinBothShortDown: {3, 3, 1, 2}, joinBothShort: {3, 3, 1, 1},
}

// vectors is where vectors are that are combined: the first of each row, how far apart the
// vectors of a row are, and how far on the next ones are, those of the next run and of the
// next group.
type vectors struct {
	values []float32
	at     [3]int
	apart  [2]int // in the first row and the second; the same in three rows, and in results
	run    int
	group  [3]int // of each row
}

// repeats says how often vectors of a length, a multiple of 16, are combined.
type repeats struct{ length, runs, groups int }

// combining is the arguments of the assembly that combines vectors, in bytes. From run
// to run, and from group to group, is what lies between the end of one and the next.
type combining struct {
	to, from             [3]unsafe.Pointer
	toApart              uintptr
	fromApart            [2]uintptr
	length, runs, groups uintptr
	toRun, fromRun       uintptr
	toGroup, fromGroup   [3]uintptr
}

// combine combines vectors. Results are not operands.
func (w *scratch) combine(f combination, n repeats, to, from *vectors) {
	if n.length == 0 || n.runs == 0 || n.groups == 0 {
		return
	}
	size := &combinationSizes[f]
	to.check(n, size.toRows, size.to)
	from.check(n, size.fromRows, size.from)
	g := &gemms[current]
	if g.combine[f] == nil {
		combineTwin(f, n, to, from)
		return
	}
	c := &w.combining
	for i := range size.toRows {
		c.to[i] = unsafe.Pointer(&to.values[to.at[i]])
		c.toGroup[i] = 4 * uintptr(to.group[i]-n.runs*to.run)
	}
	for i := range size.fromRows {
		c.from[i] = unsafe.Pointer(&from.values[from.at[i]])
		c.fromGroup[i] = 4 * uintptr(from.group[i]-n.runs*from.run)
	}
	c.toApart, c.fromApart = 4*uintptr(to.apart[0]), [2]uintptr{4 * uintptr(from.apart[0]), 4 * uintptr(from.apart[1])}
	c.toRun, c.fromRun = 4*uintptr(to.run-n.length), 4*uintptr(from.run-n.length)
	c.length, c.runs, c.groups = uintptr(n.length/g.lanes), uintptr(n.runs), uintptr(n.groups)
	g.combine[f]((*uint64)(unsafe.Pointer(c)))
	c.to, c.from = [3]unsafe.Pointer{}, [3]unsafe.Pointer{}
}

// check panics if vectors are not within their values.
func (v *vectors) check(n repeats, rows, count int) {
	for r := range rows {
		near, far := v.vector(r, 0, 0, 0), v.vector(r, count-1, 0, 0)
		_ = v.values[min(near, far) : max(near, far)+(n.runs-1)*v.run+(n.groups-1)*v.group[r]+n.length]
	}
}

// vector is where a vector is.
func (v *vectors) vector(row, i, run, group int) int {
	return v.at[row] + i*v.apart[row%2*(1-row/2)] + run*v.run + group*v.group[row]
}

// sixteen is some values of a vector.
type sixteen [16]float32

// add is x + y.
func (x sixteen) add(y *sixteen) sixteen {
	for i, v := range y {
		x[i] += v
	}
	return x
}

// sub is x − y.
func (x sixteen) sub(y *sixteen) sixteen {
	for i, v := range y {
		x[i] -= v
	}
	return x
}

func combineTwin(f combination, n repeats, to, from *vectors) {
	size := &combinationSizes[f]
	var s, r [3][3]sixteen
	for group := range n.groups {
		for run := range n.runs {
			for k := 0; k < n.length; k += len(sixteen{}) {
				for row := range size.fromRows {
					for i := range size.from {
						s[row][i] = sixteen(from.values[from.vector(row, i, run, group)+k:])
					}
				}
				f.twin(&r, &s)
				for row := range size.toRows {
					for i := range size.to {
						copy(to.values[to.vector(row, i, run, group)+k:], r[row][i][:])
					}
				}
			}
		}
	}
}

// twin combines some values.
func (f combination) twin(r, s *[3][3]sixteen) {
	merged := func(s *[3]sixteen) sixteen {
		outer := s[0].add(&s[2])
		return s[1].sub(&outer)
	}
	add := func(a, b *[3]sixteen) (sum [3]sixteen) {
		for i := range sum {
			sum[i] = a[i].add(&b[i])
		}
		return sum
	}
	sub := func(a, b *[3]sixteen) (difference [3]sixteen) {
		for i := range difference {
			difference[i] = a[i].sub(&b[i])
		}
		return difference
	}
	switch f {
	case plus:
		r[0][0] = s[0][0].add(&s[0][1])
	case split, splitShortAcross:
		r[0] = [3]sixteen{s[0][0], s[0][0].add(&s[0][1]), s[0][1]}
	case differ, differShortAcross:
		r[0] = [3]sixteen{s[0][0].sub(&s[0][1]), s[0][1], s[0][2].sub(&s[0][1])}
	case join, joinShortAcross:
		r[0] = [3]sixteen{s[0][0].add(&s[0][1]), s[0][1].add(&s[0][2])}
	case splitBoth, splitBothShortAcross, splitBothShortDown, splitBothShort:
		for i, row := range [3][3]sixteen{s[0], add(&s[0], &s[1]), s[1]} {
			r[i] = [3]sixteen{row[0], row[0].add(&row[1]), row[1]}
		}
	case differBoth, differBothShortAcross, differBothShortDown, differBothShort:
		for i, row := range [3][3]sixteen{sub(&s[0], &s[1]), s[1], sub(&s[2], &s[1])} {
			r[i] = [3]sixteen{row[0].sub(&row[1]), row[1], row[2].sub(&row[1])}
		}
	case joinBoth, joinBothShortAcross, joinBothShortDown, joinBothShort:
		for i, row := range [2][3]sixteen{add(&s[0], &s[1]), add(&s[1], &s[2])} {
			r[i] = [3]sixteen{row[0].add(&row[1]), row[1].add(&row[2])}
		}
	case mergeEven:
		q := add(&s[0], &s[1])
		r[0][0] = q[0].add(&q[1])
	case mergeDown:
		first, second := merged(&s[0]), merged(&s[1])
		r[0][0] = first.add(&second)
	case mergeAcross:
		q := add(&s[0], &s[1])
		r[0][0] = merged(&q)
	case mergeBoth:
		outer := add(&s[0], &s[2])
		q := sub(&s[1], &outer)
		r[0][0] = merged(&q)
	}
}
