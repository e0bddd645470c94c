package kernel

import "math"

// Softmax is, for each row of x (rows, cols), e^xᵢ / Σ e^xⱼ.
func Softmax(dst, x []float32, cols int) {
	j := begin(func(j *job, lo, hi int) {
		f := vec().expMinus
		for r := lo; r < hi; r++ {
			row := j.row(1, r)
			f(j.row(0, r), row, logSumExp(row))
		}
	}, dst, x)
	j.byRow(len(dst)/cols, cols, elementGrain)
}

// LogSumExp is, for each row of x (len(dst), cols), ln Σ e^xⱼ.
func LogSumExp(dst, x []float32) {
	if len(dst) == 0 {
		return
	}
	j := begin(func(j *job, lo, hi int) {
		for r := lo; r < hi; r++ {
			j.x[0][r] = float32(logSumExp(j.row(1, r)))
		}
	}, dst, x)
	j.byRow(len(dst), len(x)/len(dst), elementGrain)
}

// logSumExp is the largest value and the logarithm of the sum relative to it, in
// the lanes of a vector.
func logSumExp(row []float32) float64 {
	top := vec().largest(row)
	if math.IsInf(top, 0) {
		for _, v := range row {
			if v != v {
				return math.NaN()
			}
		}
		return top
	}
	return top + log(vec().sumExp(row, top))
}

func largestTwin(x []float32) float64 {
	var m lanes8
	for i := range m {
		m[i] = math.Inf(-1)
	}
	for i, v := range x {
		m[i%8] = above(float64(v), m[i%8])
	}
	for n := 4; n > 0; n /= 2 {
		for i := range n {
			m[i] = above(m[i+n], m[i])
		}
	}
	return m[0]
}

// above is a where a > b and b elsewhere.
func above(a, b float64) float64 {
	if a > b {
		return a
	}
	return b
}

func sumExpTwin(x []float32, top float64) float64 {
	var s lanes8
	for i, v := range x {
		s[i%8] += exp(float64(v) - top)
	}
	return s.total()
}

func expMinusTwin(dst, x []float32, top float64) {
	for i, v := range x[:len(dst)] {
		dst[i] = float32(exp(float64(v) - top))
	}
}
