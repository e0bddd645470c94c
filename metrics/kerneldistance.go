package metrics

import (
	"latentspace/kernel"
	"latentspace/tensor"
)

// KernelDistance is the squared maximum mean discrepancy of two sets of features with the
// kernel k(a, b) = (a·b/d + 1)³, without bias:
//
//	MMD² = mean k(xᵢ, xⱼ) + mean k(yᵢ, yⱼ) − 2·mean k(xᵢ, yⱼ),   i ≠ j in the first two
//
//	x (n, d)   y (m, d)
//
// the mean over ten parts of both sets, whose differences make the error. For sets of one source it
// is 0 in the mean, and can be negative. It is an error if a part has fewer than two examples, if a
// value is NaN, and if neither set varies.
//
// Bińkowski, Sutherland, Arbel and Gretton, Demystifying MMD GANs, ICLR 2018, equation 4.
func KernelDistance(x, y *tensor.Tensor) (Estimate, error) {
	n := min(x.Shape[0], y.Shape[0])
	if n < 2*groups {
		return Estimate{}, unfit("kernel distance of %d and %d examples, want at least %d of each", x.Shape[0], y.Shape[0], 2*groups)
	}
	for _, set := range []*tensor.Tensor{x, y} {
		if i := kernel.FirstNonFinite(set.Data); i >= 0 {
			return Estimate{}, unfit("example %d has a feature of %v, want numbers", i/set.Shape[1], set.Data[i])
		}
	}
	if constant(x) && constant(y) {
		return Estimate{}, unfit("kernel distance of features that are the same for all examples of either set: it would be that of two points")
	}
	parts := make([]float64, groups)
	for k := range parts {
		out := func(i int) bool { return i%groups != k }
		parts[k] = squaredMMD(without(x, out), without(y, out))
	}
	return Mean(parts), nil
}

func squaredMMD(x, y *tensor.Tensor) float64 {
	return meanKernel(x, x, true) + meanKernel(y, y, true) - 2*meanKernel(x, y, false)
}

// meanKernel is the mean of k over pairs of rows, without those of a row with itself
// where the sets are the same.
func meanKernel(x, y *tensor.Tensor, same bool) float64 {
	n, m, d := x.Shape[0], y.Shape[0], x.Shape[1]
	products := make([]float32, n*m)
	kernel.MatMul(products, x.Data, y.Data, n, m, d, false, true, false)
	sum, pairs := 0.0, n*m
	for i := range n {
		for j, p := range products[i*m : (i+1)*m] {
			if same && i == j {
				pairs--
				continue
			}
			k := float64(p)/float64(d) + 1
			sum += float64(k * float64(k*k))
		}
	}
	return sum / float64(pairs)
}
