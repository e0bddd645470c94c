package latent

import (
	"context"
	"fmt"
	"math"

	"latentspace/kernel"
	"latentspace/nn/linalg"
	"latentspace/tensor"
)

// Component is a direction that is found without attributes, and the share of what changes that is
// along it.
type Component struct {
	Direction
	Share float64
}

// SeFa is the directions of codes in which the first layer of a decoder changes most: the
// eigenvectors n of
//
//	A·Aᵀ n = λ·n,   |n| = 1
//
// where a (d, f) is the layer's matrix, y = z·A + b. Those of the largest λ come first. A share is
// that of λ in their sum. The largest value of a direction is positive.
//
// Shen and Zhou, Closed-Form Factorization of Latent Semantics in GANs, CVPR 2021, equation 6, whose A is
// ours transposed.
func SeFa(a *tensor.Tensor) ([]Component, error) {
	if i := kernel.FirstNonFinite(a.Data); i >= 0 {
		return nil, fmt.Errorf("latent: sefa: the matrix of the first layer has the value %v, want numbers", a.Data[i])
	}
	d, f := a.Shape[0], a.Shape[1]
	wide := make([]float64, len(a.Data))
	for i, v := range a.Data {
		wide[i] = float64(v)
	}
	values, vectors, err := linalg.Eigen(linalg.Product(wide, linalg.Transposed(wide, d, f), d, f, d), d)
	if err != nil {
		return nil, fmt.Errorf("latent: sefa: %w", err)
	}
	total := 0.0
	for _, v := range values {
		total += max(v, 0)
	}
	if total == 0 {
		return nil, fmt.Errorf("latent: sefa: the matrix of the first layer is zero: codes change nothing")
	}
	all := make([]Component, d)
	for k := range all {
		step := narrow(vectors[k*d : (k+1)*d])
		orient(step)
		all[k] = Component{Direction{step}, max(values[k], 0) / total}
	}
	return all, nil
}

// GANSpace is the directions of codes along which what a layer makes of them varies most: of codes z
// (n, d) and the values y (n, f) that a layer has for each, the principal components vₖ of y,
// regressed on the codes,
//
//	xₖ = (y − ȳ)·vₖ,   Step = σₖ·Σ xₖ·(z − z̄) / Σ xₖ²
//
// where σₖ is the deviation of xₖ, so that a strength of 1 goes as far as a deviation of the
// component. There are at most most of them, those of the largest variance first, and a share is that
// of the variance. Components that do not vary are left out.
//
// Härkönen, Hertzmann, Lehtinen and Paris, GANSpace: Discovering Interpretable GAN Controls, NeurIPS
// 2020, section 2.2, for layers behind the code.
func GANSpace(ctx context.Context, z, y *tensor.Tensor, most int) ([]Component, error) {
	if err := checkCodes(z, 2); err != nil {
		return nil, fmt.Errorf("latent: ganspace: %w", err)
	}
	n, d := z.Shape[0], z.Shape[1]
	f := y.Len() / n
	k := min(most, f, n-1)
	p, err := FitPCA(ctx, Matrix{y}, f, k)
	if err != nil {
		return nil, fmt.Errorf("latent: ganspace: %w", err)
	}
	x := make([]float32, n*k)
	p.Transform(x, y.Data)
	mean := columnMeans(z.Data, d)
	var all []Component
	for c, share := range p.Ratio() {
		squares, along := 0.0, make([]float64, d)
		for i := range n {
			v := float64(x[i*k+c])
			squares += float64(v * v)
			for j := range d {
				along[j] += float64(v * (float64(z.Data[i*d+j]) - mean[j]))
			}
		}
		if squares == 0 || p.Variance[c] == 0 {
			break // and so do not those that follow
		}
		deviation := math.Sqrt(squares / float64(n))
		for j := range along {
			along[j] *= deviation / squares
		}
		all = append(all, Component{Direction{narrow(along)}, share})
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("latent: ganspace: the layer has the same values for all of %d codes", n)
	}
	return all, nil
}
