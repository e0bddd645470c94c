// Package priors has the distributions p(z) of codes that a model with a posterior can be
// trained with: a struct of options each, which is also its section of an experiment file.
package priors

import (
	"latentspace/latent"
	"latentspace/nn"
)

// Prior is a distribution of codes z, with its parameters in the scope of the graph.
type Prior interface {
	// KL returns the divergence of a diagonal normal distribution q(z|x) with mean μ and ln σ²
	// from the prior, or its estimate by the draw z of q, all (batch, latent): (batch), in nats.
	KL(g *nn.Graph, mu, logvar, z nn.Node) nn.Node
	// LogDensity returns ln p(z) of codes z (batch, latent): (batch), in nats.
	LogDensity(g *nn.Graph, z nn.Node) nn.Node
	// Distribution is the prior over codes of dim values, with its parameters among p in the
	// scope.
	Distribution(p *nn.Params, scope string, dim int) (latent.Prior, error)
}

// Encoder is how a model encodes examples x (n, …), as its networks read them: q(z|x) = N(μ, σ²) by μ
// and ln σ² (n, latent), in the graph of the whole model.
type Encoder func(g *nn.Graph, x nn.Node) (mean, logvar nn.Node)

// Encoded is a prior that is made of codes of the model's own encoder.
type Encoded interface {
	Prior
	// With returns the prior of a model. An example as its networks read it has a shape, and values
	// in [0, 1] if it is bounded; the distribution of the model needs to be told neither.
	With(encode Encoder, shape []int, bounded bool) Prior
}

// Priors has every kind of prior, with its defaults filled in.
var Priors = map[string]func() Prior{
	"maf":     func() Prior { return MAF{Flows: 3, Hidden: []int{64}} },
	"mixture": func() Prior { return Mixture{Components: 10} },
	"normal":  func() Prior { return Normal{} },
	"vamp":    func() Prior { return defaultVamp },
}

// Or is the prior, or N(0, I) where there is none.
func Or(p Prior) Prior {
	if p == nil {
		return Normal{}
	}
	return p
}
