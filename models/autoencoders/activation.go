package autoencoders

import (
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/nn"
)

// Activation is how an [SAE] makes features of the projections of an example, most of them zero: a
// struct of options each, which is also its section of an experiment file.
type Activation interface {
	// Activate returns the features of projections h (batch, latent), with parameters and state in
	// the graph's scope.
	Activate(g *nn.Graph, h nn.Node) Active
	// CheckOf reports options that do not fit so many features.
	CheckOf(report func(key, format string, args ...any), latent int)
}

// Active is what an activation gives.
type Active struct {
	Features nn.Node // f (batch, latent), at least 0
	Before   nn.Node // (batch, latent): a feature is zero as far as its value here is small
	Bias     nn.Node // (latent), a parameter that is part of Before
	Penalty  nn.Node // a scalar that the loss has besides; the zero Node for none
	Gate     nn.Node // (batch, latent), what has to reproduce the examples too; the zero Node for nothing
}

// Activations has every kind of activation, with its defaults filled in.
var Activations = map[string]func() Activation{
	"batch_topk": func() Activation { return BatchTopK{K: 16} },
	"gated":      func() Activation { return Gated{Penalty: 0.25} },
	"jumprelu":   func() Activation { return JumpReLU{L0: 16, Penalty: 1, Bandwidth: 0.02} },
	"topk":       func() Activation { return TopK{K: 16} },
}

// biased is h with a bias of each feature, and the bias.
func biased(g *nn.Graph, h nn.Node) (sum, bias nn.Node) {
	bias = g.Param("bias", nn.Zeros, h.Shape()[1])
	return h.AddRow(bias), bias
}

// positive is 1 where x is above 0, and 0 elsewhere, without a gradient.
func positive(x nn.Node) nn.Node { return x.Sign().ReLU().Stop() }

// TopK keeps the K largest features of each example:
//
//	f = TopK(ReLU(h + b))
//
// Makhzani and Frey, k-Sparse Autoencoders, ICLR 2014; Gao et al., Scaling and Evaluating Sparse
// Autoencoders, ICLR 2025, equation 3.
type TopK struct {
	K int `yaml:"k"` // features of an example that are not zero, at most model.latent
}

// Check reports the fields that are out of range.
func (a TopK) Check(report func(key, format string, args ...any)) {
	parts.CheckBetween(report, "k", a.K, 1, networks.MaxWidth)
}

// CheckOf implements [Activation].
func (a TopK) CheckOf(report func(key, format string, args ...any), latent int) {
	checkK(report, a.K, latent)
}

// checkK reports more features that are not zero than there are.
func checkK(report func(key, format string, args ...any), k, latent int) {
	if k > latent {
		report("activation.k", "%d, want at most the %d features of model.latent", k, latent)
	}
}

// Activate implements [Activation].
func (a TopK) Activate(g *nn.Graph, h nn.Node) Active {
	h, bias := biased(g, h)
	return Active{Features: h.ReLU().Mul(h.TopK(a.K)), Before: h, Bias: bias}
}
