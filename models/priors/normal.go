package priors

import (
	"latentspace/latent"
	"latentspace/nn"
)

// Normal is the prior N(0, I), whose KL is in closed form: see [nn.GaussianKL].
//
// Kingma and Welling, Auto-Encoding Variational Bayes, ICLR 2014, appendix B.
type Normal struct{}

// KL implements [Prior].
func (Normal) KL(_ *nn.Graph, mu, logvar, _ nn.Node) nn.Node { return nn.GaussianKL(mu, logvar) }

// LogDensity implements [Prior].
func (Normal) LogDensity(_ *nn.Graph, z nn.Node) nn.Node { return nn.StandardNormalNLL(z).Neg() }

// Distribution implements [Prior].
func (Normal) Distribution(_ *nn.Params, _ string, dim int) (latent.Prior, error) {
	return latent.Standard(dim), nil
}
