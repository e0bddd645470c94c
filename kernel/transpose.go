package kernel

// Transpose is the transpose of the matrix x (rows, cols), for dst (cols, rows). They must
// not overlap.
func Transpose(dst, x []float32, rows, cols int) {
	const tile = 16 // of rows and columns that are in a cache together
	j := begin(func(j *job, lo, hi int) {
		rows, cols := j.rows, j.n
		for r := 0; r < rows; r += tile {
			for c := lo; c < hi; c++ {
				for i := r; i < min(r+tile, rows); i++ {
					j.x[0][c*rows+i] = j.x[1][i*cols+c]
				}
			}
		}
	}, dst, x)
	j.rows, j.n = rows, cols
	j.do(cols, max(tile, elementGrain/max(1, rows)))
}
