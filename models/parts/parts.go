package parts

import (
	"math"

	"latentspace/models"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/nn"
	"latentspace/tensor"
)

// EncodeNormal is q(z|x) of an encoder in the scope "encoder", whose network gives μ and ln σ².
func EncodeNormal(g *nn.Graph, network networks.Network, x nn.Node, latent int) models.Code {
	h := networks.Vector(g.In("encoder"), network, x, 2*latent)
	return models.Code{Mean: h.Slice(1, 0, latent), LogVar: h.Slice(1, latent, 2*latent)}
}

// CheckLatent reports a dimension of the latent space that cannot be meant.
func CheckLatent(report func(key, format string, args ...any), n int) {
	if n < 1 || n > networks.MaxWidth {
		report("latent", "%d, want the dimension of the latent space, from 1 to %d", n, networks.MaxWidth)
	}
}

// CheckWeight reports a weight of a loss that is negative or no number.
func CheckWeight(report func(key, format string, args ...any), key string, w float64) {
	if !(w >= 0) || math.IsInf(w, 0) {
		report(key, "%v, want a weight of at least 0", w)
	}
}

// CheckBetween reports a number that is out of a range.
func CheckBetween(report func(key, format string, args ...any), key string, n, least, most int) {
	if n < least || n > most {
		report(key, "%d, want it from %d to %d", n, least, most)
	}
}

// CheckUncoupled reports a network that normalises by the batch, where each example has to be
// seen alone.
func CheckUncoupled(report func(key, format string, args ...any), key string, n networks.Network) {
	if n != nil && n.Couples() {
		report(key+".norm", "batch couples the examples of a batch, and the loss is of each alone: want none, group, layer or spectral")
	}
}

// Size is how many values a node has.
func Size(x nn.Node) int { return tensor.Size(x.Shape()) }

// CheckSigma reports a deviation that is given in the earlier form, beside a likelihood that has
// none or a number of its own.
func CheckSigma(report func(key, format string, args ...any), sigma likelihoods.Scale, l likelihoods.Likelihood) {
	own, gaussian := l.(likelihoods.Gaussian)
	if sigma != "" && sigma != likelihoods.Learned && !gaussian {
		report("sigma", "the likelihood %s has none; use likelihood: gaussian", likelihoods.Name(l))
	}
	if _, fixed := own.Sigma.Value(); sigma != "" && fixed {
		report("sigma", "%s, and likelihood.sigma is %s: want one of them", string(sigma), string(own.Sigma))
	}
}

// SettleSigma is the likelihood with a deviation that was given in the earlier form.
func SettleSigma(l likelihoods.Likelihood, sigma likelihoods.Scale) (likelihoods.Likelihood, likelihoods.Scale) {
	if _, gaussian := l.(likelihoods.Gaussian); gaussian && sigma != "" {
		return likelihoods.Gaussian{Sigma: sigma}, ""
	}
	return l, ""
}
