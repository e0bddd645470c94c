package latent

import (
	"context"
	"fmt"

	"latentspace/kernel"
	"latentspace/nn/elementary"
)

// PCA is principal component analysis, the linear map to k numbers from which the
// fitted rows are rebuilt with the least squared error:
//
//	z = C·(x − m)   x ≈ m + Cᵀ·z
//
//	x, m "Mean" (d)   C "Components" (k, d), orthonormal rows   z (k)
//
// Code i has mean 0 and the variance "Variance" i, over n−1, and codes are not
// correlated. With Whiten they are divided by their deviations and have variance 1;
// a code without variance is then 0.
//
// The components are in falling order of variance, each with the sign that makes its
// largest loading (the first, of several) positive.
//
// Pearson, On Lines and Planes of Closest Fit to Systems of Points in Space, 1901;
// Hotelling, Analysis of a Complex of Statistical Variables into Principal Components,
// 1933.
type PCA struct {
	Mean       []float32 // (d)
	Components []float32 // (k, d)
	Variance   []float32 // (k)
	Total      float32   // variance of the rows, summed over all d directions
	Whiten     bool      // codes have variance 1
}

// mostColumns is the largest number of columns for which a covariance is computed: 128
// MB in float64.
const mostColumns = 4096

// negligible is the variance, relative to the largest, below which a variance is
// rounding of float32.
const negligible = 0x1p-22

// FitPCA returns the k first principal components of rows of d values. It reads them
// in pieces: once, for their covariance, whose eigenvectors are found to rounding, or,
// with more than 4,096 columns, up to 20 times, by the randomised method of Halko,
// Martinsson and Tropp, which finds variances to about 10⁻⁵ of the largest.
//
// The result is the same to the bit for any number of processors. Variances below 2⁻²²
// of the largest are rounding of float32, and become 0. It is an error if k is not from
// 1 to min(n−1, d), if there are fewer than 2 rows, if a value is not finite or its
// square overflows, and if ctx ends.
func FitPCA(ctx context.Context, rows Rows, d, k int) (*PCA, error) {
	n := rows.Len()
	switch {
	case n < 2:
		return nil, fmt.Errorf("latent: pca: %d rows, want at least 2", n)
	case d < 1:
		return nil, fmt.Errorf("latent: pca: rows of %d values, want at least 1", d)
	case k < 1 || k > min(n-1, d):
		return nil, fmt.Errorf("latent: pca: %d components of %d rows of %d values, want from 1 to %d", k, n, d, min(n-1, d))
	}
	p, err := fitPCA(ctx, rows, d, k, d > mostColumns)
	if err != nil {
		return nil, fmt.Errorf("latent: pca: %w", err)
	}
	return p, nil
}

func fitPCA(ctx context.Context, rows Rows, d, k int, many bool) (*PCA, error) {
	s, err := newStream(ctx, rows, d)
	if err != nil {
		return nil, err
	}
	var mean, values, vectors []float64
	total := 0.0
	if many {
		mean, values, vectors, total, err = randomised(ctx, s, k)
	} else {
		var c []float64
		if mean, c, err = covariance(ctx, s); err == nil {
			for i := range d {
				total += c[i*d+i]
			}
			values, vectors, err = leading(ctx, c, d, k)
		}
	}
	if err != nil {
		return nil, err
	}
	p := &PCA{Mean: narrow(mean), Components: narrow(vectors), Variance: narrow(values), Total: float32(total)}
	for i, v := range p.Variance {
		if !(float64(v) > negligible*values[0]) {
			p.Variance[i] = 0
		}
		orient(p.Components[i*d : (i+1)*d])
	}
	return p, nil
}

// orient gives a component its sign.
func orient(c []float32) {
	largest := 0
	for j := range c {
		if abs32(c[j]) > abs32(c[largest]) {
			largest = j
		}
	}
	if c[largest] < 0 {
		kernel.Scale(c, c, -1)
	}
}

func abs32(v float32) float32 { return max(v, -v) }

func narrow(x []float64) []float32 {
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = float32(v)
	}
	return y
}

// Ratio returns the share of the variance that each component explains.
func (p *PCA) Ratio() []float64 {
	r := make([]float64, len(p.Variance))
	for i, v := range p.Variance {
		if p.Total > 0 {
			r[i] = float64(v) / float64(p.Total)
		}
	}
	return r
}

// Transform writes the codes of examples x (n, d) to z (n, k). A shorter z panics, as
// an index out of range does.
func (p *PCA) Transform(z, x []float32) {
	const most = 1024 // rows at once
	d, k := len(p.Mean), len(p.Variance)
	minus := make([]float32, d)
	kernel.Scale(minus, p.Mean, -1)
	n := len(x) / d
	centred := make([]float32, min(n, most)*d)
	for lo := 0; lo < n; lo += most {
		hi := min(lo+most, n)
		part, to := centred[:(hi-lo)*d], z[lo*k:hi*k]
		kernel.AddRow(part, x[lo*d:hi*d], minus)
		kernel.MatMul(to, part, p.Components, hi-lo, k, d, false, true, false)
		if p.Whiten {
			kernel.MulRow(to, to, p.scale(-1))
		}
	}
}

// Inverse writes the examples of codes z (n, k) to x (n, d): for the codes of an
// example, the nearest point in the space of the components. A shorter x panics, as an
// index out of range does.
func (p *PCA) Inverse(x, z []float32) {
	d, k := len(p.Mean), len(p.Variance)
	n := len(z) / k
	if p.Whiten {
		scaled := make([]float32, n*k)
		kernel.MulRow(scaled, z[:n*k], p.scale(1))
		z = scaled
	}
	kernel.MatMulThen(x[:n*d], z, p.Components, n, d, k, false, false, false, kernel.Epilogue{Bias: p.Mean})
}

// scale is the deviations of the codes to the power of 1 or −1; 0 stays 0.
func (p *PCA) scale(power float64) []float32 {
	s := make([]float32, len(p.Variance))
	for i, v := range p.Variance {
		if v > 0 {
			s[i] = float32(elementary.Pow(float64(v), power/2))
		}
	}
	return s
}
