package nn

import (
	"math"

	"latentspace/nn/elementary"
)

// Likelihoods are negative log-densities of targets, in nats per example: summed
// over features, (batch, …) to (batch). Their mean over the batch is a loss.

// maxLog bounds the exponent of a variance or a precision in losses: above it eˣ
// continues as a straight line, so that no logarithm of a variance makes a loss or
// its gradient infinite.
const maxLog = 40

const halfLog2Pi = 0.5 * elementary.LogTwoPi

// BernoulliNLL is the negative log-likelihood of x in [0, 1] under independent
// Bernoulli variables with the given logits l:
//
//	−ln p(x) = Σ max(l, 0) − l·x + ln(1 + e^−|l|)
//
//	logits (batch, …)   x the same   result (batch)
//
// In nats, summed over features. For grey x it is the cross-entropy, no density.
// Finite and accurate for any finite logit.
func BernoulliNLL(logits, x Node) Node { return logits.BernoulliNLL(x) }

// GaussianNLL is the negative log-density of x under independent normal
// variables:
//
//	−ln p(x) = Σ ½ (x − μ)² e^−logvar + ½ logvar + ½ ln 2π
//
//	mu, logvar, x (batch, …)   result (batch)
//
// In nats, summed over features. The precision e^−logvar continues linearly
// above e⁴⁰.
func GaussianNLL(mu, logvar, x Node) Node {
	weighted := x.Sub(mu).Square().Mul(logvar.Neg().ExpBounded(maxLog))
	return weighted.Add(logvar).Scale(0.5).AddScalar(halfLog2Pi).SumCols()
}

// FixedGaussianNLL is [GaussianNLL] with one known standard deviation σ:
//
//	−ln p(x) = Σ ½ ((x − μ)/σ)² + ln σ + ½ ln 2π
//
//	mu, x (batch, …)   result (batch)
//
// In nats, summed over features. σ must be above zero.
func FixedGaussianNLL(mu, x Node, sigma float64) Node {
	if !(sigma > 0) || math.IsInf(sigma, 0) {
		return mu.failf("gaussian: sigma %v, want a number above 0", sigma)
	}
	return x.Sub(mu).Square().Scale(0.5 / (sigma * sigma)).AddScalar(elementary.Log(sigma) + halfLog2Pi).SumCols()
}

// StandardNormalNLL is −ln of the density of N(0, I):
//
//	Σ ½ z² + ½ ln 2π
//
//	z (batch, n)   result (batch)
//
// In nats, summed over dimensions.
func StandardNormalNLL(z Node) Node {
	return z.Square().Scale(0.5).AddScalar(halfLog2Pi).SumCols()
}

// CategoricalNLL is the cross-entropy of a target distribution t over classes
// under the softmax of logits l:
//
//	−Σ t ln softmax(l) = Σᵢ tᵢ (ln Σⱼ e^lⱼ − lᵢ)
//
//	logits (batch, classes)   t the same, rows summing to 1   result (batch)
//
// In nats. For one-hot t it is the negative log-likelihood of the class.
func CategoricalNLL(logits, t Node) Node {
	return t.Mul(logits.Neg().AddCol(logits.LogSumExp())).SumCols()
}

// SquaredError is Σ (x − y)² over the features:
//
//	x, y (batch, …)   result (batch)
func SquaredError(x, y Node) Node { return x.Sub(y).Square().SumCols() }

// GaussianKL is the divergence of the diagonal Gaussian N(μ, e^logvar) from the
// standard normal:
//
//	KL = ½ Σ μ² + e^logvar − logvar − 1
//
//	mu, logvar (batch, n)   result (batch)
//
// In nats, summed over dimensions. The variance e^logvar continues linearly above
// e⁴⁰.
//
// Kingma and Welling, Auto-Encoding Variational Bayes, ICLR 2014, appendix B.
func GaussianKL(mu, logvar Node) Node { return GaussianKLs(mu, logvar).SumCols() }

// GaussianKLs is [GaussianKL] of each dimension, (batch, n).
func GaussianKLs(mu, logvar Node) Node {
	return mu.Square().Add(logvar.ExpBounded(maxLog)).Sub(logvar).AddScalar(-1).Scale(0.5)
}

// Reparameterise draws from the diagonal Gaussian N(μ, e^logvar) as a function of
// standard normal noise, so that gradients reach its parameters:
//
//	z = μ + e^(logvar/2)·ε
//
//	mu, logvar, eps (batch, n)   result (batch, n)
func Reparameterise(mu, logvar, eps Node) Node {
	return mu.Add(logvar.Scale(0.5).ExpBounded(maxLog).Mul(eps))
}
