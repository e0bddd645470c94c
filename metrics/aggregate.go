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
// in nats. I is how much a code tells about the example it belongs to, at most ln n.
// The second part is how much the codes together differ from the prior.
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
	return AggregateUnder(ctx, mu, logvar, eps, nil)
}

// AggregateUnder is [Aggregate] for another prior. logPrior writes ln p(z), in nats, of each row
// of z (n, d) to dst (n); nil is the standard normal prior.
func AggregateUnder(ctx context.Context, mu, logvar, eps *tensor.Tensor, logPrior func(z *tensor.Tensor, dst []float64) error) (Aggregated, error) {
	n, d := mu.Shape[0], mu.Shape[1]
	// ln q(z|xⱼ) = cⱼ − ½ Σ ((z − μⱼ)/σⱼ)², the constant of 2π left out of all.
	z, precision, c := make([]float64, n*d), make([]float64, n*d), make([]float64, n)
	for i, lv := range logvar.Data {
		z[i] = float64(mu.Data[i]) + float64(elementary.Exp(float64(lv)/2)*float64(eps.Data[i]))
		precision[i] = elementary.Exp(-float64(lv))
		c[i/d] -= float64(float64(lv) / 2)
	}
	var under []float64 // ln p of each draw, with the constant of 2π that q is without
	if logPrior != nil {
		draws := tensor.New(n, d)
		for i, v := range z {
			draws.Data[i] = float32(v)
			z[i] = float64(draws.Data[i])
		}
		under = make([]float64, n)
		if err := logPrior(draws, under); err != nil {
			return Aggregated{}, err
		}
		for i := range under {
			under[i] += float64(float64(d) / 2 * elementary.LogTwoPi)
		}
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
			if under != nil {
				prior = under[i]
			} else {
				for _, v := range zi {
					prior -= float64(v * v / 2)
				}
			}
			information[i], marginal[i] = own-q.Value(), q.Value()-prior
		}
	})
	return Aggregated{Mean(information), Mean(marginal)}, ctx.Err()
}
