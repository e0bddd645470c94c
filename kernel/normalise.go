package kernel

// Normalise is (x − mean)·factor + bias for each row of x (rows, cols), with one
// value of mean, factor and bias for every column: the last pass of a batch
// normalisation, where factor = γ/√(σ² + ε). Every operation is rounded, so that
// the bits are those of AddRow, MulRow and AddRow.
func Normalise(dst, x, mean, factor, bias []float32) {
	n := len(mean)
	j := begin(func(j *job, lo, hi int) {
		f := vec().normalise
		for r := lo; r < hi; r++ {
			dst := j.row(0, r)
			n := len(dst)
			f(dst, j.row(1, r), j.x[2][:n], j.x[3][:n], j.x[4][:n])
		}
	}, dst, x[:len(dst)], mean, factor[:n], bias[:n])
	j.besideRows(3)
}

func normaliseTwin(dst, x, mean, factor, bias []float32) {
	for i := range dst {
		dst[i] = float32((x[i]-mean[i])*factor[i]) + bias[i]
	}
}
