package models

import (
	"math"

	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/nn"
	"latentspace/tensor"
)

// This file has what several models are made of. Models share parts and do not embed one
// another: an embedded model would promote methods that are not true of the new one.

// encodeNormal is q(z|x) of an encoder in the scope "encoder", whose network gives μ and ln σ².
func encodeNormal(g *nn.Graph, network networks.Network, x nn.Node, latent int) Code {
	h := networks.Vector(g.In("encoder"), network, x, 2*latent)
	return Code{h.Slice(1, 0, latent), h.Slice(1, latent, 2*latent)}
}

// checkLatent reports a dimension of the latent space that cannot be meant.
func checkLatent(report func(key, format string, args ...any), n int) {
	if n < 1 || n > networks.MaxWidth {
		report("latent", "%d, want the dimension of the latent space, from 1 to %d", n, networks.MaxWidth)
	}
}

// checkWeight reports a weight of a loss that is negative or no number.
func checkWeight(report func(key, format string, args ...any), key string, w float64) {
	if !(w >= 0) || math.IsInf(w, 0) {
		report(key, "%v, want a weight of at least 0", w)
	}
}

// checkBetween reports a number that is out of a range.
func checkBetween(report func(key, format string, args ...any), key string, n, least, most int) {
	if n < least || n > most {
		report(key, "%d, want it from %d to %d", n, least, most)
	}
}

// checkUncoupled reports a network that normalises by the batch, where each example has to be
// seen alone.
func checkUncoupled(report func(key, format string, args ...any), key string, n networks.Network) {
	if n != nil && n.Couples() {
		report(key+".norm", "batch couples the examples of a batch, and the loss is of each alone: want none, group, layer or spectral")
	}
}

// size is how many values a node has.
func size(x nn.Node) int { return tensor.Size(x.Shape()) }

// checkSigma reports a deviation that is given in the earlier form, beside a likelihood that has
// none or a number of its own.
func checkSigma(report func(key, format string, args ...any), sigma likelihoods.Scale, l likelihoods.Likelihood) {
	own, gaussian := l.(likelihoods.Gaussian)
	if sigma != "" && sigma != likelihoods.Learned && !gaussian {
		report("sigma", "the likelihood %s has none; use likelihood: gaussian", likelihoods.Name(l))
	}
	if _, fixed := own.Sigma.Value(); sigma != "" && fixed {
		report("sigma", "%s, and likelihood.sigma is %s: want one of them", string(sigma), string(own.Sigma))
	}
}

// settleSigma is the likelihood with a deviation that was given in the earlier form.
func settleSigma(l likelihoods.Likelihood, sigma likelihoods.Scale) (likelihoods.Likelihood, likelihoods.Scale) {
	if _, gaussian := l.(likelihoods.Gaussian); gaussian && sigma != "" {
		return likelihoods.Gaussian{Sigma: sigma}, ""
	}
	return l, ""
}
