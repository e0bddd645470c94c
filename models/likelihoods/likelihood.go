// Package likelihoods has the distributions p(x|z) that a decoder gives the fields of an
// example: a struct of options each, which is also its section of an experiment file.
package likelihoods

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"latentspace/example"
	"latentspace/nn"
)

// Likelihood is a distribution of a field x given the decoder's output, which are its
// parameters y (batch, Params…). Parameters that do not depend on the code are in the scope of
// the graph.
type Likelihood interface {
	// Params is the shape of the decoder's output for one example.
	Params(f example.Field) []int
	// NLL returns −ln p(x|y) of each example (batch), in nats, summed over the values of the
	// field and with every constant, for x (batch, shape…).
	NLL(g *nn.Graph, y, x nn.Node, f example.Field) nn.Node
	// Mean returns what is shown for y, (batch, shape…): the mean of p(x|y), and of indices the
	// most probable.
	Mean(g *nn.Graph, y nn.Node, f example.Field) nn.Node
	// Draw returns a draw from p(x|y), (batch, shape…), which is new at every draw of noise.
	Draw(g *nn.Graph, y nn.Node, f example.Field) nn.Node
	// Support is the range of values that have a density or a probability.
	Support(f example.Field) (lo, hi float64)
	// Fits says what kinds of field the likelihood is for.
	Fits() []example.Kind
}

// Partial is a Likelihood with parameters that are found from the examples of a batch. Only those
// in which the field is known may count.
type Partial interface {
	Likelihood
	// KnownNLL is NLL by parameters that come from the examples whose known (batch) is 1 and not 0.
	// What it returns for the others means nothing. If known is the zero Node, all are known.
	KnownNLL(g *nn.Graph, y, x, known nn.Node, f example.Field) nn.Node
}

// Likelihoods has every kind of likelihood, with its defaults filled in.
var Likelihoods = map[string]func() Likelihood{
	"auto":             func() Likelihood { return Auto{} },
	"bernoulli":        func() Likelihood { return Bernoulli{} },
	"categorical":      func() Likelihood { return Categorical{} },
	"discretised":      func() Likelihood { return Discretised{Levels: 256} },
	"gaussian":         func() Likelihood { return Gaussian{Sigma: Optimal} },
	"laplace":          func() Likelihood { return Laplace{Scale: Optimal} },
	"logistic_mixture": func() Likelihood { return LogisticMixture{Components: 5, Levels: 256} },
	"ordinal":          func() Likelihood { return Ordinal{} },
	"tokens":           func() Likelihood { return Tokens{} },
}

// Earlier has the kinds whose defaults are not those that they once were, with the defaults of
// then: what a config means that was written before, where it lacks a key.
var Earlier = map[string]func() Likelihood{
	"gaussian": func() Likelihood { return Gaussian{Sigma: Learned} },
}

// Name is the kind under which a likelihood is registered, and of another the name of its type.
func Name(l Likelihood) string {
	for kind, f := range Likelihoods {
		if fmt.Sprintf("%T", f()) == fmt.Sprintf("%T", l) {
			return kind
		}
	}
	return fmt.Sprintf("%T", l)
}

// Auto stands for the likelihood that suits a field: bernoulli for values in [0, 1], gaussian
// with the optimal deviation for levels of sound and other numbers, categorical, ordinal and tokens
// for indices.
type Auto struct{}

// For returns the likelihood of a field: l, or what [Auto] stands for.
func For(l Likelihood, f example.Field) Likelihood {
	if _, ok := l.(Auto); !ok {
		return l
	}
	switch f.Kind {
	case example.Unit, example.Binary:
		if f.View == example.Spectrogram {
			return Gaussian{Sigma: Optimal} // levels are no chances, and bernoulli blurs them
		}
		return Bernoulli{}
	case example.Category:
		return Categorical{}
	case example.Ordinal:
		return Ordinal{}
	case example.Tokens:
		return Tokens{}
	}
	return Gaussian{Sigma: Optimal}
}

// Check reports a field that a likelihood is not for.
func Check(l Likelihood, f example.Field) error {
	if slices.Contains(For(l, f).Fits(), f.Kind) {
		return nil
	}
	fitting := []string{"auto"}
	for _, kind := range slices.Sorted(maps.Keys(Likelihoods)) {
		if kind != "auto" && slices.Contains(Likelihoods[kind]().Fits(), f.Kind) {
			fitting = append(fitting, kind)
		}
	}
	return fmt.Errorf("model.likelihood: %s of field %q, which is %s: want %s", Name(l), f.Name, f.Kind, strings.Join(fitting, ", "))
}

// Params implements [Likelihood].
func (a Auto) Params(f example.Field) []int { return For(a, f).Params(f) }

// NLL implements [Likelihood].
func (a Auto) NLL(g *nn.Graph, y, x nn.Node, f example.Field) nn.Node {
	return For(a, f).NLL(g, y, x, f)
}

// Mean implements [Likelihood].
func (a Auto) Mean(g *nn.Graph, y nn.Node, f example.Field) nn.Node { return For(a, f).Mean(g, y, f) }

// Draw implements [Likelihood].
func (a Auto) Draw(g *nn.Graph, y nn.Node, f example.Field) nn.Node { return For(a, f).Draw(g, y, f) }

// Support implements [Likelihood].
func (a Auto) Support(f example.Field) (lo, hi float64) { return For(a, f).Support(f) }

// Fits implements [Likelihood].
func (Auto) Fits() []example.Kind { return example.Kinds }

var numbers = []example.Kind{example.Real, example.Unit, example.Binary}

// anywhere is the support of a density on all numbers.
func anywhere() (lo, hi float64) { return math.Inf(-1), math.Inf(1) }

// indices is the support of a field of words.
func indices(f example.Field) (lo, hi float64) { return 0, float64(len(f.Words) - 1) }
