package kernel

import "slices"

// A matrix x (rows, cols) with a vector along its rows (row, cols long) or its
// columns (col, rows long).

// byRow runs a job for chunks of whole rows, each of about a chunk's size.
func (j *job) byRow(rows, cols, grain int) {
	j.n = cols
	j.do(rows, max(1, grain/max(1, cols)))
}

// wideRow is how many values a loop is called for, where rows are narrower.
const wideRow = 256

// besideRows runs a job on a matrix, its first array, and vectors along the rows, its
// arrays from the third on. Narrow rows are taken several at a time, beside as many
// copies of the vectors: a call for each would cost more than its loop.
func (j *job) besideRows(vectors int) {
	size, n := len(j.x[0]), len(j.x[2])
	j.n = n * max(1, min(wideRow/n, size/n))
	if j.n > n {
		j.wide = slices.Grow(j.wide[:0], vectors*j.n)[:vectors*j.n]
		for i := range vectors {
			copies := j.wide[i*j.n:][:j.n]
			for done := copy(copies, j.x[2+i]); done < j.n; {
				done += copy(copies[done:], copies[:done])
			}
			j.x[2+i] = copies
		}
	}
	j.byRow((size+j.n-1)/j.n, j.n, elementGrain)
}

// AddRow is x + row.
func AddRow(dst, x, row []float32) { withRow(dst, x, row, vec().add) }

// MulRow is x·row.
func MulRow(dst, x, row []float32) { withRow(dst, x, row, vec().mul) }

// withRow runs a loop over every row of x and row.
func withRow(dst, x, row []float32, f func(dst, a, b []float32)) {
	j := begin(func(j *job, lo, hi int) {
		for r := lo; r < hi; r++ {
			dst := j.row(0, r)
			j.pair(dst, j.row(1, r), j.x[2][:len(dst)])
		}
	}, dst, x[:len(dst)], row)
	j.pair = f
	j.besideRows(1)
}

// BroadcastRow copies row to every row.
func BroadcastRow(dst, row []float32) {
	j := begin(func(j *job, lo, hi int) {
		for r := lo; r < hi; r++ {
			copy(j.row(0, r), j.x[1])
		}
	}, dst, row)
	j.byRow(len(dst)/len(row), len(row), elementGrain)
}

// AddCol is x + col.
func AddCol(dst, x, col []float32) { withCol(dst, x, col, vec().addScalar) }

// MulCol is x·col.
func MulCol(dst, x, col []float32) { withCol(dst, x, col, vec().scale) }

// withCol runs a loop over every row of x and its value of col.
func withCol(dst, x, col []float32, f func(dst, x []float32, c float32)) {
	j := begin(func(j *job, lo, hi int) {
		for r := lo; r < hi; r++ {
			j.scalar(j.row(0, r), j.row(1, r), j.x[2][r])
		}
	}, dst, x[:len(dst)], col)
	j.scalar = f
	j.byRow(len(col), len(dst)/len(col), elementGrain)
}

// BroadcastCol copies col[r] to all of row r.
func BroadcastCol(dst, col []float32) {
	j := begin(func(j *job, lo, hi int) {
		fill := vec().fill
		for r := lo; r < hi; r++ {
			fill(j.row(0, r), j.x[1][r])
		}
	}, dst, col)
	j.byRow(len(col), len(dst)/len(col), elementGrain)
}
