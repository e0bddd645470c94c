package latent

import (
	"fmt"
	"math"

	"latentspace/kernel"
	"latentspace/tensor"
)

// block is the number of rows that are summed in single precision. The sums of blocks
// are added in double precision, in order.
const block = 256

// checkCodes returns an error unless codes are a table (n, d) of finite values with n
// at least least and d at least 1.
func checkCodes(z *tensor.Tensor, least int) error {
	if len(z.Shape) != 2 || z.Shape[1] < 1 || len(z.Data) != z.Shape[0]*z.Shape[1] {
		return fmt.Errorf("codes of shape %v, want (n, dim)", z.Shape)
	}
	if z.Shape[0] < least {
		return fmt.Errorf("%d codes, want at least %d", z.Shape[0], least)
	}
	if i := kernel.FirstNonFinite(z.Data); i >= 0 {
		return fmt.Errorf("code %d: value %d is %v, want finite values", i/z.Shape[1], i%z.Shape[1], z.Data[i])
	}
	return nil
}

// columnMeans returns the mean (d) of rows x (n, d).
func columnMeans(x []float32, d int) []float64 {
	mean := make([]float64, d)
	for lo := 0; lo < len(x); lo += d {
		for j, v := range x[lo : lo+d] {
			mean[j] += float64(v)
		}
	}
	for j := range mean {
		mean[j] /= float64(len(x) / d)
	}
	return mean
}

// gram returns XᵀX / n (d, d) of rows x (n, d).
func gram(x []float32, d int) []float64 {
	sum, part := make([]float64, d*d), make([]float32, d*d)
	n := len(x) / d
	for lo := 0; lo < n; lo += block {
		hi := min(lo+block, n)
		rows := x[lo*d : hi*d]
		kernel.MatMul(part, rows, rows, d, d, hi-lo, true, false, false)
		for i, v := range part {
			sum[i] += float64(v)
		}
	}
	for i := range sum {
		sum[i] /= float64(n)
	}
	return sum
}

// standard is a table whose columns are scaled to mean 0 and deviation 1. A constant
// column is 0.
type standard struct {
	n, d            int
	x               []float32 // (n, d)
	mean, deviation []float64 // (d) of the columns before
}

func standardise(x []float32, d int) standard {
	s := standard{n: len(x) / d, d: d, x: make([]float32, len(x)), mean: columnMeans(x, d), deviation: make([]float64, d)}
	for i, v := range x {
		e := float64(v) - s.mean[i%d]
		s.deviation[i%d] += float64(e * e)
	}
	for j := range s.deviation {
		s.deviation[j] = math.Sqrt(s.deviation[j] / float64(s.n))
		// Rounding of the mean gives a constant column a tiny deviation.
		if s.deviation[j] <= 1e-7*math.Abs(s.mean[j]) {
			s.deviation[j] = 0
		}
	}
	for i, v := range x {
		if sd := s.deviation[i%d]; sd > 0 {
			s.x[i] = float32((float64(v) - s.mean[i%d]) / sd)
		}
	}
	return s
}

// standardiseColumn returns y with mean 0 and deviation 1, or zeros if it is constant,
// and the deviation of y. The mean is that of the differences from the first value, so
// that a constant column is exactly 0 and a large mean costs no digits; and a power of 2
// brings the values below 1, so that no square of a finite one overflows.
func standardiseColumn(y []float64) (x []float64, deviation float64) {
	_, power := math.Frexp(largest(y))
	x = make([]float64, len(y))
	first, mean := math.Ldexp(y[0], -power), 0.0
	for i, v := range y {
		x[i] = math.Ldexp(v, -power) - first
		mean += x[i]
	}
	mean /= float64(len(y))
	for i := range x {
		x[i] -= mean
	}
	deviation = math.Sqrt(dot(x, x) / float64(len(x)))
	if deviation == 0 {
		return x, 0
	}
	for i := range x {
		x[i] /= deviation
	}
	return x, math.Ldexp(deviation, power)
}

// dot adds the products in order.
func dot(a, b []float64) float64 {
	sum := 0.0
	for i, v := range a {
		sum += float64(v * b[i])
	}
	return sum
}

// largest returns the largest magnitude.
func largest(x []float64) float64 {
	most := 0.0
	for _, v := range x {
		most = max(most, math.Abs(v))
	}
	return most
}
