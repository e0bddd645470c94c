package priors

import (
	"math"

	"latentspace/latent"
	"latentspace/nn"
	"latentspace/nn/elementary"
)

// Mixture is a mixture of diagonal Gaussians that is learned with the model:
//
//	p(z) = Σₖ softmax(a)ₖ · N(z; mₖ, diag e^vₖ)
//
//	a "weight" (components)   m "mean" (components, latent)   v "logvar" (components, latent)
//
// The KL is estimated by the draw, ln q(z|x) − ln p(z). Weights and variances start equal, means
// as draws from N(0, I).
//
// Dilokthanakul et al., Deep Unsupervised Clustering with Gaussian Mixture VAEs, 2016, has the
// idea; Tomczak and Welling, VAE with a VampPrior, AISTATS 2018, section 2, this form.
type Mixture struct {
	Components int `yaml:"components"` // number of Gaussians, 1 to 10000
}

// Check reports the fields that are out of range.
func (m Mixture) Check(report func(key, format string, args ...any)) {
	checkComponents(report, m.Components)
}

func checkComponents(report func(key, format string, args ...any), n int) {
	if n < 1 || n > 10_000 {
		report("components", "%d, want it from 1 to 10000", n)
	}
}

// KL implements [Prior].
func (m Mixture) KL(g *nn.Graph, mu, logvar, z nn.Node) nn.Node {
	return nn.GaussianNLL(mu, logvar, z).Add(m.LogDensity(g, z)).Neg()
}

// LogDensity implements [Prior], with the square of each distance multiplied out, so that it is
// three products of matrices.
func (m Mixture) LogDensity(g *nn.Graph, z nn.Node) nn.Node {
	shape := z.Shape()
	if len(shape) != 2 {
		return g.Failf("mixture prior: codes of shape %v, want (batch, latent)", shape)
	}
	k, d := m.Components, shape[1]
	weight := g.Param("weight", nn.Zeros, k)
	mean := g.Param("mean", nn.Normal(1), k, d)
	logvar := g.Param("logvar", nn.Zeros, k, d)
	total := weight.Reshape(1, k).LogSumExp().Reshape().Broadcast(k)
	return weighed(z, mean, logvar, weight.Sub(total)).LogSumExp()
}

// weighed is ln wₖ + ln N(z; mₖ, diag e^vₖ) of every component k of codes z, (batch, components).
func weighed(z, mean, logvar, logWeight nn.Node) nn.Node {
	d := z.Shape()[1]
	precision := logvar.Neg().ExpBounded(maxLogPrecision)
	scaled := mean.Mul(precision)
	squares := z.Square().MatMulT(precision).Sub(z.MatMulT(scaled).Scale(2)).AddRow(mean.Mul(scaled).SumCols())
	logp := squares.AddRow(logvar.SumCols()).Scale(-0.5).AddScalar(-0.5 * float64(d) * elementary.LogTwoPi)
	return logp.AddRow(logWeight)
}

const maxLogPrecision = 20

// Distribution implements [Prior].
func (m Mixture) Distribution(p *nn.Params, scope string, dim int) (latent.Prior, error) {
	weight, mean, logvar := p.Get(scope+".weight").Data, p.Get(scope+".mean").Data, p.Get(scope+".logvar").Data
	largest := math.Inf(-1)
	for _, w := range weight {
		largest = max(largest, float64(w))
	}
	shares, total := make([]float64, m.Components), 0.0
	for k, w := range weight {
		shares[k] = elementary.Exp(float64(w) - largest)
		total += shares[k]
	}
	weights := make([]float32, m.Components)
	for k := range weights {
		weights[k] = float32(shares[k] / total)
	}
	return diagonal(weights, mean, logvar, dim), nil
}

// diagonal is the mixture of diagonal Gaussians with the weights.
func diagonal(weights, mean, logvar []float32, dim int) *latent.Mixture {
	mix := &latent.Mixture{Weights: weights, Components: make([]latent.Gaussian, len(weights))}
	for k := range weights {
		chol := make([]float32, dim*dim)
		for j, v := range logvar[k*dim : (k+1)*dim] {
			chol[j*dim+j] = float32(elementary.Exp(float64(v) / 2))
		}
		mix.Components[k] = latent.Gaussian{Mean: append([]float32(nil), mean[k*dim:(k+1)*dim]...), Chol: chol}
	}
	return mix
}
