package kernel

// A matrix x (rows, cols) with a vector along its rows (row, cols long) or its
// columns (col, rows long).

// byRow calls f for chunks of whole rows, each of about a chunk's size.
func byRow(rows, cols int, f func(lo, hi int)) {
	For(rows, max(1, elementGrain/max(1, cols)), f)
}

// AddRow is x + row.
func AddRow(dst, x, row []float32) {
	n := len(row)
	byRow(len(dst)/n, n, func(lo, hi int) {
		for r := lo; r < hi; r++ {
			d, s := dst[r*n:(r+1)*n], x[r*n:(r+1)*n]
			for j, v := range row {
				d[j] = s[j] + v
			}
		}
	})
}

// MulRow is x·row.
func MulRow(dst, x, row []float32) {
	n := len(row)
	byRow(len(dst)/n, n, func(lo, hi int) {
		for r := lo; r < hi; r++ {
			d, s := dst[r*n:(r+1)*n], x[r*n:(r+1)*n]
			for j, v := range row {
				d[j] = s[j] * v
			}
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
func AddCol(dst, x, col []float32) {
	n := len(dst) / len(col)
	byRow(len(col), n, func(lo, hi int) {
		for r := lo; r < hi; r++ {
			d, s, v := dst[r*n:(r+1)*n], x[r*n:(r+1)*n], col[r]
			for j := range d {
				d[j] = s[j] + v
			}
		}
	})
}

// MulCol is x·col.
func MulCol(dst, x, col []float32) {
	n := len(dst) / len(col)
	byRow(len(col), n, func(lo, hi int) {
		for r := lo; r < hi; r++ {
			d, s, v := dst[r*n:(r+1)*n], x[r*n:(r+1)*n], col[r]
			for j := range d {
				d[j] = s[j] * v
			}
		}
	})
}

// BroadcastCol copies col[r] to all of row r.
func BroadcastCol(dst, col []float32) {
	n := len(dst) / len(col)
	byRow(len(col), n, func(lo, hi int) {
		for r := lo; r < hi; r++ {
			d, v := dst[r*n:(r+1)*n], col[r]
			for j := range d {
				d[j] = v
			}
		}
	})
}
