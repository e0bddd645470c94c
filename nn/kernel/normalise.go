package kernel

// Normalise is (x − mean)·factor + bias for each row of x (rows, cols), with one
// value of mean, factor and bias for every column: the last pass of a batch
// normalisation, where factor = γ/√(σ² + ε). Every operation is rounded, so that
// the bits are those of AddRow, MulRow and AddRow.
func Normalise(dst, x, mean, factor, bias []float32) {
	n, f := len(mean), vec().normalise
	factor, bias = factor[:n], bias[:n]
	byRow(len(dst)/n, n, func(lo, hi int) {
		for r := lo; r < hi; r++ {
			f(dst[r*n:(r+1)*n], x[r*n:(r+1)*n], mean, factor, bias)
		}
	})
}

func normaliseTwin(dst, x, mean, factor, bias []float32) {
	for i := range dst {
		dst[i] = float32((x[i]-mean[i])*factor[i]) + bias[i]
	}
}
