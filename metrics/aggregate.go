package metrics

import (
	"context"

	"latentspace/kernel"
	"latentspace/nn/elementary"
	"latentspace/tensor"
)

// Aggregated is how the codes of many examples fill the latent space: the mean KL
// divergence of their posteriors from the prior in two parts,
//
//	1/n Σ KL(q(z|xᵢ) ‖ p(z)) = I(x; z) + KL(q(z) ‖ p(z)),   q(z) = 1/n Σ q(z|xᵢ)
//
// in nats. I says how much a code tells about which of the examples it is of, and is
// at most ln n; the second part, how unlike the prior the codes are in all.
//
// Hoffman and Johnson, ELBO Surgery, workshop on Advances in Approximate Bayesian
// Inference, NIPS 2016.
type Aggregated struct {
	MutualInformation Estimate // I(x; z), of the n examples as a population
	MarginalKL        Estimate // KL(q(z) ‖ p(z))
}

// Aggregate estimates both parts for diagonal Gaussian posteriors q(z|x) and a standard
// normal prior, with one draw z of each posterior:
//
//	mu, logvar, eps (n, d)   z = μ + σ·ε   ln q(zᵢ) = ln 1/n Σⱼ q(zᵢ|xⱼ)
//
// The work is n²·d. Errors are over the draws. It stops soon after ctx ends.
func Aggregate(ctx context.Context, mu, logvar, eps *tensor.Tensor) (Aggregated, error) {
	n, d := mu.Shape[0], mu.Shape[1]
	// ln q(z|xⱼ) = cⱼ − ½ Σ ((z − μⱼ)/σⱼ)², the constant of 2π left out of all.
	z, precision, c := make([]float64, n*d), make([]float64, n*d), make([]float64, n)
	for i, lv := range logvar.Data {
		z[i] = float64(mu.Data[i]) + float64(elementary.Exp(float64(lv)/2)*float64(eps.Data[i]))
		precision[i] = elementary.Exp(-float64(lv))
		c[i/d] -= float64(float64(lv) / 2)
	}
	information, marginal := make([]float64, n), make([]float64, n)
	const grain = 8
	kernel.For(n, grain, func(lo, hi int) {
		for i := lo; i < hi && ctx.Err() == nil; i++ {
			zi := z[i*d : (i+1)*d]
			var q LogMean
			own, prior := 0.0, 0.0
			for j := range n {
				a := c[j]
				m, p := mu.Data[j*d:(j+1)*d], precision[j*d:(j+1)*d]
				for k, v := range zi {
					e := v - float64(m[k])
					a -= float64(float64(e*e) * p[k] / 2)
				}
				if j == i {
					own = a
				}
				q.Add(a)
			}
			for _, v := range zi {
				prior -= float64(v * v / 2)
			}
			information[i], marginal[i] = own-q.Value(), q.Value()-prior
		}
	})
	return Aggregated{Mean(information), Mean(marginal)}, ctx.Err()
}
