package kernel

import "math"

// Gather is, for each index, that row of a table whose rows are width long, and zeros for
// an index of −1.
func Gather(dst, table, index []float32, width int) {
	j := begin(func(j *job, lo, hi int) {
		for r := lo; r < hi; r++ {
			row := j.row(0, r)
			if k := int(j.x[2][r]); k < 0 {
				clear(row)
			} else {
				copy(row, j.row(1, k))
			}
		}
	}, dst, table, index)
	j.byRow(len(index), width, elementGrain)
}

// ScatterAdd is the adjoint of [Gather] in its table: every row of x is added to the row
// of dst that its index says, and to none for −1.
//
// In float64, in the order of x. The scratch has ScatterScratch values.
func ScatterAdd(dst, x, index, scratch []float32, width int) {
	rows := len(dst) / width
	// A list of the rows of x for each row of dst: integers as bits, one more than the
	// position, 0 at the end.
	first, next := scratch[:rows], scratch[rows:][:len(index)]
	clear(first)
	for i := len(index) - 1; i >= 0; i-- {
		if k := int(index[i]); k >= 0 {
			next[i] = first[k]
			first[k] = math.Float32frombits(uint32(i + 1))
		}
	}
	j := begin(func(j *job, lo, hi int) {
		for r := lo; r < hi; r++ {
			row := j.row(0, r)
			for c := 0; c < j.n; c += columnBlock {
				var sums [columnBlock]float64
				to := row[c:min(c+columnBlock, j.n)]
				for at := math.Float32bits(j.x[2][r]); at != 0; at = math.Float32bits(j.x[3][at-1]) {
					for i, v := range j.row(1, int(at-1))[c:][:len(to)] {
						sums[i] += float64(v)
					}
				}
				for i := range to {
					to[i] = float32(sums[i])
				}
			}
		}
	}, dst, x, first, next)
	j.byRow(rows, width, elementGrain)
}

// ScatterScratch is the working memory of [ScatterAdd] for a number of rows and of
// indices.
func ScatterScratch(rows, indices int) int { return rows + indices }
