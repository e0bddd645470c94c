package models

import (
	"context"
	"math"

	"latentspace/latent"
	"latentspace/models/likelihoods"
	"latentspace/nn"
)

// The interfaces of this file are what a model may say of itself besides its phases. The rest
// of the program asks for them and never for a model by its type, so that what is true of one
// model is true of every other that shares the property. Each model asserts those that it
// implements.

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
	// Encode returns the codes of the batch's examples.
	Encode(g *nn.Graph, b Batch) Code
}

// Decoder is a model that maps codes to examples.
type Decoder interface {
	// Decode returns the examples of codes z (batch, latent). The batch has none, but says
	// what is known of them, and what they are made of.
	Decode(g *nn.Graph, z nn.Node, given Batch) Output
}

// Prior is a model that says from what distribution its codes are drawn. Of one that does
// not, but encodes, a prior can be fitted to the codes.
type Prior interface {
	// Prior is the distribution of codes to draw from. Where it has a density it is a
	// [latent.Density].
	Prior(p *nn.Params) (latent.Prior, error)
}

// Weigher is a model with a bound of ln p(x) that is not that of an [Encoder] of distributions,
// a likelihood and a [Prior] with a density.
type Weigher interface {
	// Weigh returns, for one draw of the latent variables of each example, ln p(x|z) and ln
	// p(z) − ln q(z|x), both (batch), in nats. The mean of their sum is the ELBO; the logarithm
	// of the mean of its exponential over draws goes to ln p(x).
	Weigh(g *nn.Graph, b Batch) (logLikelihood, logRatio nn.Node)
}

// Conditional is a model that is given conditions of each example, such as its class, both when it
// encodes and when it decodes.
type Conditional interface {
	// Conditions returns the names of the fields that it is given, none of a model that could be
	// given some.
	Conditions() []string
}

// Classifier is a model that tells the class of examples.
type Classifier interface {
	// Classify returns the logits of the classes (batch, classes), by the field "class" of what
	// is known.
	Classify(g *nn.Graph, b Batch) nn.Node
}

// Worded is an [Encoder] whose codes are words out of codebooks.
type Worded interface {
	Encoder
	// Wording returns the words of the batch's examples (batch, n), each by its number in its codebook.
	Wording(g *nn.Graph, b Batch) nn.Node
	// Vocabulary is how many words a codebook has, and how many codebooks take turns in the words of
	// an example.
	Vocabulary() (words, codebooks int)
}

// Dictionary is a model whose codes are features, few of which an example has: each is zero or above
// it, and what the decoder makes is a sum of as much of a direction for each.
type Dictionary interface {
	Encoder
	Decoder
	// Features is the number of features.
	Features() int
}

// KLWeighted is a model whose loss weighs a divergence of codes from their prior.
type KLWeighted interface {
	// KLWeight is the weight β, 1 for the evidence lower bound, and where the experiment
	// has it.
	KLWeight() (beta float64, key string)
}

// FreeBits is a model whose loss gives each dimension of a code some divergence from the prior for
// nothing. What is not above that says nothing of the example.
type FreeBits interface {
	// FreeNats is the divergence in nats of each dimension, and where the experiment has it.
	FreeNats() (nats float64, key string)
}

// Likely is a model whose decoder gives a likelihood that its experiment names.
type Likely interface {
	// LikelihoodOf is the likelihood of examples of the data.
	LikelihoodOf(d Data) likelihoods.Likelihood
}

// Ranged is a model that knows only values within a range.
type Ranged interface {
	// Range is the range for examples of the data.
	Range(d Data) Range
}

// Range is a range of values, which key of the experiment has it, and what to use instead
// where the data are outside.
type Range struct {
	Lo, Hi       float64
	Key, Instead string
	// Undefined reports that the loss of other values is not defined; else they are only never
	// produced.
	Undefined bool
}

// Everywhere is the range of all numbers.
var Everywhere = Range{Lo: math.Inf(-1), Hi: math.Inf(1)}

// Judged is a model whose best checkpoint goes by a term of its losses, and not by their sum.
type Judged interface {
	// Best is the name of the term, of which less is better.
	Best() string
}

// BestTerm is the name of the term by which a model's checkpoints are compared, "" if no loss
// of it says how good it is: "loss", or what it names as [Judged].
func BestTerm(m Model) string {
	if j, ok := m.(Judged); ok {
		return j.Best()
	}
	for _, p := range m.Phases() {
		if p.Rival {
			return ""
		}
	}
	return "loss"
}

// Whole reports whether each phase of a model that plays against no other has made updates at a time, in
// epochs from the start. Before, checkpoints are not to be compared: a phase that has yet to begin has
// a loss too, which says nothing of the model that it will make.
func Whole(m Model, epoch float64) bool {
	for _, p := range m.Phases() {
		if !p.Rival && p.From > 0 && p.From >= epoch {
			return false
		}
	}
	return true
}

// Adversarial reports whether phases of a model play against each other.
func Adversarial(m Model) bool {
	for _, p := range m.Phases() {
		if p.Rival {
			return true
		}
	}
	return false
}

// Least is the fewest examples that the losses of a model are defined for.
func Least(m Model) int {
	least := 1
	for _, p := range m.Phases() {
		least = max(least, p.Least)
	}
	return least
}

// SupportOf is the range of a likelihood's support for the only field of the data. Rows of several
// fields have no one range.
func SupportOf(l likelihoods.Likelihood, d Data) Range {
	r := Everywhere
	if len(d.Schema.Fields) != 1 || d.Schema.Fields[0].Gaps {
		return r
	}
	r.Key, r.Instead, r.Undefined = "model.likelihood: "+likelihoods.Name(l), "likelihood: gaussian", true
	f := d.Schema.Fields[0]
	if likelihoods.Check(l, f) == nil { // else the graph of the loss says so
		r.Lo, r.Hi = likelihoods.For(l, f).Support(f)
	}
	return r
}
