package kernel

import "math"

// TopK is, for each row of x, whose rows are cols long, 1 in the places of its k largest values and
// 0 in the others. Of equal values the first are taken, and NaN counts as the largest. The scratch
// has TopKScratch values.
func TopK(dst, x, scratch []float32, cols, k int) {
	j := begin(func(j *job, lo, hi int) {
		k := j.rows
		for r := lo; r < hi; r++ {
			h := heap{j.row(1, r), j.x[2][r*k : (r+1)*k]}
			h.fill()
			row := j.row(0, r)
			clear(row)
			for i := range h.at {
				row[h.place(i)] = 1
			}
		}
	}, dst, x, scratch)
	j.rows = k
	j.byRow(len(dst)/cols, cols, elementGrain)
}

// TopKScratch is the working memory of [TopK].
func TopKScratch(rows, k int) int { return rows * k }

// heap has the places of the largest values of x, as the bits of integers, that of the least of them
// first.
type heap struct{ x, at []float32 }

func (h heap) place(i int) int { return int(math.Float32bits(h.at[i])) }

// fill finds the places. Most values are below all that the heap has, at a comparison each.
func (h heap) fill() {
	for i := range h.at {
		h.at[i] = math.Float32frombits(uint32(i))
	}
	for i := len(h.at)/2 - 1; i >= 0; i-- {
		h.sink(i)
	}
	for i := len(h.at); i < len(h.x); i++ {
		if h.less(h.place(0), i) {
			h.at[0] = math.Float32frombits(uint32(i))
			h.sink(0)
		}
	}
}

// less reports whether the value at place i comes after that at place j.
func (h heap) less(i, j int) bool {
	a, b := h.x[i], h.x[j]
	switch {
	case a < b, a == a && b != b:
		return true
	case a == b, a != a && b != b:
		return i > j
	}
	return false
}

func (h heap) sink(i int) {
	for {
		least := i
		for child := 2*i + 1; child <= min(2*i+2, len(h.at)-1); child++ {
			if h.less(h.place(child), h.place(least)) {
				least = child
			}
		}
		if least == i {
			return
		}
		h.at[i], h.at[least] = h.at[least], h.at[i]
		i = least
	}
}
