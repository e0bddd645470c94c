// Package sequences has the families of maps of sequences that models of text are made of: a struct
// of hyperparameters each, which is also its section of an experiment file.
//
// Sequences are time-major, (steps, batch, width). Which of the steps an example has is said by
// known (steps, batch), 1 where there is one and 0 in the padding that follows its end.
package sequences

import (
	"fmt"

	"latentspace/nn"
	"latentspace/settings"
)

// Reader is a family of maps of sequences to vectors.
type Reader interface {
	// Read maps sequences x (steps, batch, in) to a vector of each, (batch, n). It sees every step
	// that is known, and what the padding has changes nothing.
	Read(g *nn.Graph, x, known nn.Node) nn.Node
}

// Writer is a family of maps of sequences, step by step.
type Writer interface {
	// Write maps x (steps, batch, in) to (steps, batch, n) under z (batch, latent). What it gives a
	// step depends on z and on the steps up to this one alone.
	Write(g *nn.Graph, x, z nn.Node) nn.Node
	// Start returns the state of Write before the first of at most some steps, values (batch, …)
	// each.
	Start(g *nn.Graph, z nn.Node, steps int) []nn.Node
	// Step is one step of Write. From x (batch, in) and the state it makes (batch, n) and the state
	// after the step.
	Step(g *nn.Graph, x, z nn.Node, state []nn.Node) (y nn.Node, next []nn.Node)
}

// Readers has every kind of reader, with its defaults filled in.
var Readers = map[string]func() Reader{
	"conv":        func() Reader { return ConvReader{defaultConvolutional} },
	"gru":         func() Reader { return DefaultReader() },
	"lstm":        func() Reader { return LSTMReader{defaultReader} },
	"transformer": func() Reader { return TransformerReader{defaultTransformer} },
}

// Writers has every kind of writer, with its defaults filled in.
var Writers = map[string]func() Writer{
	"conv":        func() Writer { return ConvWriter{defaultConvolutional} },
	"gru":         func() Writer { return DefaultWriter() },
	"lstm":        func() Writer { return LSTMWriter{defaultRecurrent} },
	"transformer": func() Writer { return TransformerWriter{defaultTransformer} },
}

// DefaultReader is the reader of a model whose experiment names none.
func DefaultReader() Reader { return GRUReader{defaultReader} }

// DefaultWriter is the writer of a model whose experiment names none.
func DefaultWriter() Writer { return GRUWriter{defaultRecurrent} }

// numbered is the scope of layer i, counted from 1.
func numbered(g *nn.Graph, i int) *nn.Graph { return g.In(fmt.Sprintf("layer%d", i+1)) }

// along puts z (batch, n) beside every step of x (steps, batch, in).
func along(x, z nn.Node) nn.Node {
	if len(x.Shape()) != 3 {
		return x // of a layer that failed
	}
	return nn.Concat(2, x, z.RepeatAxis(0, x.Shape()[0]))
}

// pools are the ways in which the steps of a sequence become one vector.
var pools = map[string]func(y, known nn.Node) nn.Node{"last": nil, "mean": meanOver}

// meanOver is the mean of y (steps, batch, n) over the steps that are known, (batch, n).
func meanOver(y, known nn.Node) nn.Node {
	s := y.Shape()
	if len(s) != 3 {
		return y // of a layer that failed
	}
	sum := onlyKnown(y, known).SumAxis(0)
	count := known.SumAxis(0)
	return sum.MulCol(count.Max(count.Like(1)).Reciprocal())
}

// onlyKnown is y (steps, batch, n) where it is known, and zeros elsewhere.
func onlyKnown(y, known nn.Node) nn.Node {
	s := y.Shape()
	if len(s) != 3 {
		return y // of a layer that failed
	}
	return y.Reshape(s[0]*s[1], s[2]).MulCol(known.Reshape(s[0] * s[1])).Reshape(s...)
}

// eachStep applies a layer of vectors to every step of x (steps, batch, in).
func eachStep(g *nn.Graph, x nn.Node, l nn.Layer) nn.Node {
	s := x.Shape()
	if len(s) != 3 {
		return x // of a layer that failed
	}
	y := l.Forward(g, x.Reshape(s[0]*s[1], s[2]))
	if len(y.Shape()) != 2 {
		return y
	}
	return y.Reshape(s[0], s[1], y.Shape()[1])
}

// at is step t of y (steps, batch, n), (batch, n).
func at(y nn.Node, t int) nn.Node {
	s := y.Shape()
	if len(s) != 3 {
		return y // of a layer that failed
	}
	return y.Slice(0, t, t+1).Reshape(s[1], s[2])
}

func checkBetween(report func(key, format string, args ...any), key string, n, least, most int) {
	if n < least || n > most {
		report(key, "%d, want it from %d to %d", n, least, most)
	}
}

func checkDropout(report func(key, format string, args ...any), p float64) {
	if !(p >= 0 && p < 1) {
		report("dropout", "%v, want it in [0, 1)", p)
	}
}

func checkPool(report func(key, format string, args ...any), pool string) {
	settings.OneOf(report, "pool", pool, pools)
}
