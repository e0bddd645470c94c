package models

import (
	"fmt"

	"latentspace/example"
	"latentspace/models/likelihoods"
	"latentspace/models/sequences"
	"latentspace/nn"
)

// Sequential is a [Decoder] whose examples are sequences of tokens, each of which depends on those
// before it:
//
//	p(x|z) = Πₜ p(xₜ | x₁ … xₜ₋₁, z)
//
// The parameters of the likelihood need the example, and one is made token by token: Start gives the
// state before the first, and Next from a token the logits of the one after it.
type Sequential interface {
	Decoder
	// Start returns the state before the first token, values (batch, …) each.
	Start(g *nn.Graph, z nn.Node, given Batch) []nn.Node
	// Next returns the logits (batch, words) of the token that follows a token (batch), and the state
	// after that. The token before the first is −1.
	Next(g *nn.Graph, z, token nn.Node, state []nn.Node, given Batch) (logits nn.Node, next []nn.Node)
}

// tokenEncoder maps sequences of tokens to vectors.
type tokenEncoder struct {
	Reader    sequences.Reader
	Embedding int
}

// encode is a vector (batch, n) of each example, by an encoder in the scope "encoder". Tokens whose
// dropped (steps, batch) is 1 are passed over; the zero Node drops none.
func (e tokenEncoder) encode(g *nn.Graph, b Batch, dropped nn.Node, n int) nn.Node {
	f, err := tokensOf(b.Schema)
	if err != nil {
		return g.Failf("%w", err)
	}
	in := g.In("encoder")
	x := b.X.T()
	known := sequences.Known(x)
	if (dropped != nn.Node{}) {
		known = known.Sub(known.Mul(dropped))
	}
	words := sequences.Table{Words: len(f.Words), Width: e.Embedding}.Of(in, x)
	return nn.Linear{Out: n}.Forward(in.In("out"), e.Reader.Read(in, words, known))
}

// tokenDecoder is p(x|z) of sequences of tokens, in the scope "decoder".
type tokenDecoder struct {
	Writer    sequences.Writer
	Embedding int
	Dropout   float64 // of the tokens that it is given in training
}

// output is p(x|z) for codes z.
func (d tokenDecoder) output(g *nn.Graph, z nn.Node, given Batch) Output {
	f, err := tokensOf(given.Schema)
	if err != nil {
		return Output{Likelihood: likelihoods.Tokens{}, Params: g.Failf("%w", err), g: g}
	}
	return Output{Likelihood: likelihoods.Tokens{}, g: g, schema: given.Schema, sequence: func(x nn.Node) nn.Node {
		in, table := g.In("decoder"), d.table(f)
		x = x.T()
		before := table.Dropped(in, sequences.Before(x), d.Dropout)
		y := d.Writer.Write(in, table.Of(in, before), z)
		s := y.Shape()
		if len(s) != 3 {
			return y // of a layer that failed
		}
		logits := d.logits(in, y.Reshape(s[0]*s[1], s[2]), f)
		return logits.TokenNLL(x.Reshape(s[0]*s[1])).Reshape(s[0], s[1]).SumAxis(0)
	}}
}

func (d tokenDecoder) table(f example.Field) sequences.Table {
	return sequences.Table{Words: len(f.Words), Width: d.Embedding}
}

// logits are those of each word, (n, words).
func (d tokenDecoder) logits(in *nn.Graph, y nn.Node, f example.Field) nn.Node {
	return nn.Linear{Out: len(f.Words)}.Forward(in.In("out"), y)
}

// start is [Sequential.Start].
func (d tokenDecoder) start(g *nn.Graph, z nn.Node, given Batch) []nn.Node {
	f, err := tokensOf(given.Schema)
	if err != nil {
		return []nn.Node{g.Failf("%w", err)}
	}
	return d.Writer.Start(g.In("decoder"), z, f.Shape[0])
}

// next is [Sequential.Next].
func (d tokenDecoder) next(g *nn.Graph, z, token nn.Node, state []nn.Node, given Batch) (logits nn.Node, next []nn.Node) {
	f, err := tokensOf(given.Schema)
	if err != nil {
		return g.Failf("%w", err), nil
	}
	in := g.In("decoder")
	y, next := d.Writer.Step(in, d.table(f).Of(in, token), z, state)
	return d.logits(in, y, f), next
}

// tokensOf is the only field of examples, a sequence of tokens.
func tokensOf(s example.Schema) (example.Field, error) {
	if f := s.Fields[0]; len(s.Fields) == 1 && f.Kind == example.Tokens && len(f.Shape) == 1 && !f.Gaps {
		return f, nil
	}
	return example.Field{}, fmt.Errorf("examples of the fields %v, the first of which is %s, want text: one field of tokens", s.Names(), s.Fields[0].Kind)
}

// checkEmbedding reports a width of the vectors of tokens that cannot be meant.
func checkEmbedding(report func(key, format string, args ...any), width int) {
	checkBetween(report, "embedding", width, 1, 1<<16)
}

// checkDropped reports a share of tokens that cannot be dropped.
func checkDropped(report func(key, format string, args ...any), key string, p float64) {
	if !(p >= 0 && p <= 1) {
		report(key, "%v, want a probability in [0, 1]", p)
	}
}
