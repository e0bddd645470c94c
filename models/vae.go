package models

import (
	"latentspace/latent"
	"latentspace/nn"
)

// VAE is the variational autoencoder: an encoder that gives each example x a
// diagonal Gaussian q(z|x) = N(μ, σ²) over codes, a prior p(z) = N(0, I), and a
// decoder that gives each code a distribution p(x|z) over examples. It minimises
//
//	L = E[−ln p(x|z)] + β KL(q(z|x) ‖ p(z)),   z = μ + σ·ε,   ε ~ N(0, I)
//
// with one draw of ε per example, in nats per example. With β = 1, L is the
// negative evidence lower bound, −ELBO.
//
// The likelihood p(x|z) is bernoulli (for grey pixels in [0, 1] the
// cross-entropy, no density) or gaussian, around the decoder's output, with the
// standard deviation Sigma, or, if that is 0, one learned for each channel or
// feature.
//
// Parameters are in the scopes "encoder" and "decoder".
//
// Kingma and Welling, Auto-Encoding Variational Bayes, ICLR 2014, equation 10;
// Higgins et al., β-VAE, ICLR 2017, equation 4.
type VAE struct {
	Latent     int     `yaml:"latent"`     // dimension of z
	Encoder    Network `yaml:"encoder"`    //
	Decoder    Network `yaml:"decoder"`    // the mirror of the encoder if absent
	Likelihood string  `yaml:"likelihood"` // bernoulli or gaussian
	Sigma      float64 `yaml:"sigma"`      // of the gaussian; 0 learns it
	Beta       float64 `yaml:"beta"`       // weight of the KL term
}

var likelihoods = map[string]bool{"bernoulli": true, "gaussian": true}

// Check reports the fields that are out of range.
func (m VAE) Check(report func(key, format string, args ...any)) {
	checkLatent(report, m.Latent)
	oneOf(report, "likelihood", m.Likelihood, likelihoods)
	if !(m.Sigma >= 0) {
		report("sigma", "%v, want a standard deviation above 0, or 0 to learn it", m.Sigma)
	} else if m.Sigma > 0 && m.Likelihood == "bernoulli" {
		report("sigma", "a bernoulli likelihood has none; use likelihood: gaussian")
	}
	if !(m.Beta >= 0) {
		report("beta", "%v, want a weight of at least 0", m.Beta)
	}
}

// UnitInterval names the key whose value wants data in [0, 1], and what to use
// where the data is not.
func (m VAE) UnitInterval() (key, instead string) {
	if m.Likelihood == "bernoulli" {
		return "model.likelihood: bernoulli", "likelihood: gaussian"
	}
	return "", ""
}

// Phases implements [Model].
func (m VAE) Phases() []Phase { return []Phase{{Name: "elbo", Loss: m.loss}} }

func (m VAE) loss(g *nn.Graph, b Batch) Loss {
	mu, logvar := m.Posterior(g, b.X)
	z := nn.Reparameterise(mu, logvar, g.Noise("eps", mu.Shape()...))

	rec := m.NLL(g, z, b.X).Mean()
	kl := nn.GaussianKL(mu, logvar).Mean()
	return Loss{
		Total: rec.Add(kl.Scale(m.Beta)),
		Terms: []Term{{"reconstruction", rec}, {"kl", kl}, {"neg_elbo", rec.Add(kl)}},
	}
}

// Posterior implements [Posterior]: the mean and the log-variance of q(z|x).
func (m VAE) Posterior(g *nn.Graph, x nn.Node) (mu, logvar nn.Node) {
	h := m.Encoder.Encode(g.In("encoder"), x, 2*m.Latent)
	return h.Slice(1, 0, m.Latent), h.Slice(1, m.Latent, 2*m.Latent)
}

// decoder returns the logits or the mean of p(x|z).
func (m VAE) decoder(g *nn.Graph, z nn.Node, shape []int) nn.Node {
	return orMirror(m.Decoder, m.Encoder).Decode(g.In("decoder"), z, shape)
}

// NLL implements [Likelihood].
func (m VAE) NLL(g *nn.Graph, z, x nn.Node) nn.Node {
	out := m.decoder(g, z, tail(x.Shape()))
	g = g.In("loss")
	switch {
	case m.Likelihood == "bernoulli":
		return nn.BernoulliNLL(out, x)
	case m.Sigma > 0:
		return nn.FixedGaussianNLL(out, x, m.Sigma)
	}
	shape := x.Shape()
	logvar := g.Param("logvar", nn.Zeros, shape[len(shape)-1])
	return nn.GaussianNLL(out, logvar.BroadcastRow(shape...), x)
}

// LikelihoodName implements [Likelihood].
func (m VAE) LikelihoodName() string { return m.Likelihood }

// Encode implements [Encoder]: the mean of q(z|x).
func (m VAE) Encode(g *nn.Graph, x nn.Node) nn.Node {
	mu, _ := m.Posterior(g, x)
	return mu
}

// Dim implements [Prior].
func (m VAE) Dim() int { return m.Latent }

// Prior implements [Prior]: the standard normal distribution.
func (m VAE) Prior(*nn.Params) (latent.Gaussian, error) { return latent.Standard(m.Latent), nil }

// Decode implements [Decoder]: the mean of p(x|z).
func (m VAE) Decode(g *nn.Graph, z nn.Node, shape []int) nn.Node {
	out := m.decoder(g, z, shape)
	if m.Likelihood == "bernoulli" {
		return out.Sigmoid()
	}
	return out
}
