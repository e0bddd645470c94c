package parts

import (
	"latentspace/nn"
)

// Kernels are those of the maximum mean discrepancy, of squared distances r of codes in dim
// dimensions: the radial basis function, and the sum of inverse multiquadratics of seven widths,
// whose tails also pull codes that are far away:
//
//	rbf   e^−r/C       imq   Σₛ s·C/(s·C + r),   s = 0.1, 0.2, 0.5, 1, 2, 5, 10       C = 2·dim
//
// C is the mean squared distance of two draws from N(0, I).
//
// Tolstikhin, Bousquet, Gelly and Schölkopf, Wasserstein Auto-Encoders, ICLR 2018, section 4 and
// their program.
var Kernels = map[string]func(r nn.Node, dim int) nn.Node{
	"imq": multiquadratic,
	"rbf": func(r nn.Node, dim int) nn.Node { return r.Scale(-0.5 / float64(dim)).Exp() },
}

func multiquadratic(r nn.Node, dim int) nn.Node {
	var sum nn.Node
	for i, s := range []float64{0.1, 0.2, 0.5, 1, 2, 5, 10} {
		c := s * 2 * float64(dim)
		k := r.AddScalar(c).Reciprocal().Scale(c)
		if i > 0 {
			k = sum.Add(k)
		}
		sum = k
	}
	return sum
}

// MMD estimates the squared maximum mean discrepancy of the distributions that z and w, (n, dim)
// each, are draws of, a scalar: zero in the mean if they are the same, so that it may be negative.
//
//	1/(n(n − 1)) Σᵢ≠ⱼ k(zᵢ, zⱼ) + k(wᵢ, wⱼ) − 2/n² Σᵢⱼ k(zᵢ, wⱼ)
//
// Fewer than two draws are an error.
//
// Gretton et al., A Kernel Two-Sample Test, JMLR 2012, equation 3.
func MMD(g *nn.Graph, kernel string, z, w nn.Node) nn.Node {
	shape := z.Shape()
	if len(shape) != 2 || shape[0] < 2 {
		return g.Failf("maximum mean discrepancy: codes of shape %v, want at least two (batch, latent)", shape)
	}
	n, dim := float64(shape[0]), shape[1]
	zz, ww := z.Square().SumCols(), w.Square().SumCols()
	k := func(a, b, aa, bb nn.Node) nn.Node { // the sum over all pairs
		distances := a.MatMulT(b).Scale(-2).AddCol(aa).AddRow(bb)
		return Kernels[kernel](distances.ReLU(), dim).Sum() // not below zero by rounding
	}
	same := Kernels[kernel](zz.Like(0), dim).Sum() // the pairs of one with itself
	within := k(z, z, zz, zz).Add(k(w, w, ww, ww)).Sub(same.Scale(2)).Scale(1 / (n * (n - 1)))
	return within.Sub(k(z, w, zz, ww).Scale(2 / (n * n)))
}
