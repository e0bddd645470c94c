package kernel

import "math"

// Softmax is, for each row of x (rows, cols), e^xᵢ / Σ e^xⱼ.
func Softmax(dst, x []float32, cols int) {
	byRow(len(dst)/cols, cols, func(lo, hi int) {
		for r := lo; r < hi; r++ {
			row := x[r*cols : (r+1)*cols]
			l := logSumExp(row)
			for j, v := range row {
				dst[r*cols+j] = float32(exp(float64(v) - l))
			}
		}
	})
}

// LogSumExp is, for each row of x (len(dst), cols), ln Σ e^xⱼ.
func LogSumExp(dst, x []float32) {
	cols := len(x) / len(dst)
	byRow(len(dst), cols, func(lo, hi int) {
		for r := lo; r < hi; r++ {
			dst[r] = float32(logSumExp(x[r*cols : (r+1)*cols]))
		}
	})
}

func logSumExp(row []float32) float64 {
	top := math.Inf(-1)
	for _, v := range row {
		top = max(top, float64(v))
	}
	if math.IsInf(top, 0) || top != top {
		return top
	}
	s := 0.0
	for _, v := range row {
		s += exp(float64(v) - top)
	}
	return top + log(s)
}
