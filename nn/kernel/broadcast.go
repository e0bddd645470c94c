package kernel

// A matrix x (rows, cols) with a vector along its rows (row, cols long) or its
// columns (col, rows long).

// byRow calls f for chunks of whole rows, each of about a chunk's size.
func byRow(rows, cols int, f func(lo, hi int)) {
	For(rows, max(1, elementGrain/max(1, cols)), f)
}

// AddRow is x + row.
func AddRow(dst, x, row []float32) { withRow(dst, x, row, vec().add) }

// MulRow is x·row.
func MulRow(dst, x, row []float32) { withRow(dst, x, row, vec().mul) }

// withRow runs a loop over every row of x and row.
func withRow(dst, x, row []float32, f func(dst, a, b []float32)) {
	n := len(row)
	x = x[:len(dst)]
	byRow(len(dst)/n, n, func(lo, hi int) {
		for r := lo; r < hi; r++ {
			f(dst[r*n:(r+1)*n], x[r*n:(r+1)*n], row)
		}
	})
}

// BroadcastRow copies row to every row.
func BroadcastRow(dst, row []float32) {
	n := len(row)
	byRow(len(dst)/n, n, func(lo, hi int) {
		for r := lo; r < hi; r++ {
			copy(dst[r*n:(r+1)*n], row)
		}
	})
}

// AddCol is x + col.
func AddCol(dst, x, col []float32) { withCol(dst, x, col, vec().addScalar) }

// MulCol is x·col.
func MulCol(dst, x, col []float32) { withCol(dst, x, col, vec().scale) }

// withCol runs a loop over every row of x and its value of col.
func withCol(dst, x, col []float32, f func(dst, x []float32, c float32)) {
	n := len(dst) / len(col)
	x = x[:len(dst)]
	byRow(len(col), n, func(lo, hi int) {
		for r := lo; r < hi; r++ {
			f(dst[r*n:(r+1)*n], x[r*n:(r+1)*n], col[r])
		}
	})
}

// BroadcastCol copies col[r] to all of row r.
func BroadcastCol(dst, col []float32) {
	n, f := len(dst)/len(col), vec().fill
	byRow(len(col), n, func(lo, hi int) {
		for r := lo; r < hi; r++ {
			f(dst[r*n:(r+1)*n], col[r])
		}
	})
}
