// Package models has the generative models: one file each, a struct of
// hyperparameters that is also the model's section of an experiment file.
//
// A model describes its losses as graphs over named parameters. It sees no
// optimizer, no data set and no file.
package models

import (
	"context"

	"latentspace/latent"
	"latentspace/nn"
)

// Model is what can be trained: one phase for each of its objectives. A phase
// step is one update of the phase's parameters; a training step runs every phase
// in order.
type Model interface {
	Phases() []Phase
}

// Phase is a loss and the scope of the parameters that follow its gradient. An
// autoencoder has one, a generative adversarial network two.
type Phase struct {
	// Name is the phase's name in logs, checkpoints and errors.
	Name string
	// Train is the scope whose parameters the phase trains and whose state it
	// updates; empty for all.
	Train string
	// Repeat is how many updates, each on a batch of its own, a training step
	// makes; 1 if zero.
	Repeat int
	Loss   func(g *nn.Graph, b Batch) Loss
}

// Steps returns how many updates of the phase a training step makes.
func (p Phase) Steps() int { return max(1, p.Repeat) }

// Batch is what a loss is given: examples X (batch, shape…), pictures as (batch,
// height, width, channels) in [0, 1].
type Batch struct {
	X nn.Node
}

// Loss is what a phase minimises, a scalar, and the terms that a log shows with
// it, in order.
type Loss struct {
	Total nn.Node
	Terms []Term
}

// Term is a scalar with a name.
type Term struct {
	Name  string
	Value nn.Node
}

// Fitted is a model whose parameters are computed from the training set at once, and
// not found by steps along a gradient. Its phases have the losses that it is evaluated
// by; nothing takes their gradient.
type Fitted interface {
	Model
	// Fit sets the parameters, which exist, to those of the rows: the examples of the
	// training set, each as a vector. It stops soon after ctx ends.
	Fit(ctx context.Context, rows latent.Rows, p *nn.Params) error
}

// Encoder is a model that maps examples to codes.
type Encoder interface {
	// Encode returns the codes of x (batch, shape…) as (batch, latent): of a
	// distribution, its mean.
	Encode(g *nn.Graph, x nn.Node) nn.Node
}

// Posterior is a model that gives an example a normal distribution of codes, whose
// mean is what it has as an [Encoder].
type Posterior interface {
	// Posterior returns the mean and the logarithm of the variance, both (batch,
	// latent), of each dimension of the code of x (batch, shape…).
	Posterior(g *nn.Graph, x nn.Node) (mu, logvar nn.Node)
}

// Likelihood is a model whose decoder gives examples a density, or pixels of black and
// white a probability. Its [Posterior] is that of the prior N(0, I).
type Likelihood interface {
	Posterior
	// NLL returns −ln p(x|z) of each example (batch), in nats, summed over features and
	// with every constant, for codes z (batch, latent) and examples x (batch, shape…).
	NLL(g *nn.Graph, z, x nn.Node) nn.Node
	// LikelihoodName says what p(x|z) is: bernoulli or gaussian.
	LikelihoodName() string
}

// Decoder is a model that maps codes to examples.
type Decoder interface {
	// Decode returns the examples (batch, shape…) of codes z (batch, latent): of a
	// distribution, its mean.
	Decode(g *nn.Graph, z nn.Node, shape []int) nn.Node
}

// Prior is a model that says from what distribution its codes are drawn. Of one that does
// not, but encodes, a prior can be fitted to the codes.
type Prior interface {
	// Dim is the dimension of the latent space.
	Dim() int
	// Prior is the distribution of codes to draw from.
	Prior(p *nn.Params) (latent.Gaussian, error)
}
