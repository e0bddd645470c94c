package kernel

// A matrix x (rows, cols) with a vector along its rows (row, cols long) or its
// columns (col, rows long).

// byRow runs a job for chunks of whole rows, each of about a chunk's size.
func (j *job) byRow(rows, cols, grain int) {
	j.n = cols
	j.do(rows, max(1, grain/max(1, cols)))
}

// AddRow is x + row.
func AddRow(dst, x, row []float32) { withRow(dst, x, row, vec().add) }

// MulRow is x·row.
func MulRow(dst, x, row []float32) { withRow(dst, x, row, vec().mul) }

// withRow runs a loop over every row of x and row.
func withRow(dst, x, row []float32, f func(dst, a, b []float32)) {
	j := begin(func(j *job, lo, hi int) {
		for r := lo; r < hi; r++ {
			j.pair(j.row(0, r), j.row(1, r), j.x[2])
		}
	}, dst, x[:len(dst)], row)
	j.pair = f
	j.byRow(len(dst)/len(row), len(row), elementGrain)
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
