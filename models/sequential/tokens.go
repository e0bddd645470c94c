package sequential

import (
	"latentspace/example"
	"latentspace/models"
	"latentspace/models/likelihoods"
	"latentspace/models/parts"
	"latentspace/models/sequences"
	"latentspace/nn"
)

// tokenEncoder maps sequences of tokens to vectors.
type tokenEncoder struct {
	Reader    sequences.Reader
	Embedding int
}

// encode is a vector (batch, n) of each example, by an encoder in the scope "encoder". Tokens whose
// dropped (steps, batch) is 1 are passed over; the zero Node drops none.
func (e tokenEncoder) encode(g *nn.Graph, b models.Batch, dropped nn.Node, n int) nn.Node {
	f, err := models.TokensOf(b.Schema)
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
func (d tokenDecoder) output(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	f, err := models.TokensOf(given.Schema)
	if err != nil {
		failed := g.Failf("%w", err)
		return models.Sequenced(g, given, likelihoods.Tokens{}, func(nn.Node) nn.Node { return failed })
	}
	return models.Sequenced(g, given, likelihoods.Tokens{}, func(x nn.Node) nn.Node {
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
	})
}

func (d tokenDecoder) table(f example.Field) sequences.Table {
	return sequences.Table{Words: len(f.Words), Width: d.Embedding}
}

// logits are those of each word, (n, words).
func (d tokenDecoder) logits(in *nn.Graph, y nn.Node, f example.Field) nn.Node {
	return nn.Linear{Out: len(f.Words)}.Forward(in.In("out"), y)
}

// start is [models.Sequential.Start].
func (d tokenDecoder) start(g *nn.Graph, z nn.Node, given models.Batch) []nn.Node {
	f, err := models.TokensOf(given.Schema)
	if err != nil {
		return []nn.Node{g.Failf("%w", err)}
	}
	return d.Writer.Start(g.In("decoder"), z, f.Shape[0])
}

// next is [models.Sequential.Next].
func (d tokenDecoder) next(g *nn.Graph, z, token nn.Node, state []nn.Node, given models.Batch) (logits nn.Node, next []nn.Node) {
	f, err := models.TokensOf(given.Schema)
	if err != nil {
		return g.Failf("%w", err), nil
	}
	in := g.In("decoder")
	y, next := d.Writer.Step(in, d.table(f).Of(in, token), z, state)
	return d.logits(in, y, f), next
}

// checkEmbedding reports a width of the vectors of tokens that cannot be meant.
func checkEmbedding(report func(key, format string, args ...any), width int) {
	parts.CheckBetween(report, "embedding", width, 1, 1<<16)
}

// checkDropped reports a share of tokens that cannot be dropped.
func checkDropped(report func(key, format string, args ...any), key string, p float64) {
	if !(p >= 0 && p <= 1) {
		report(key, "%v, want a probability in [0, 1]", p)
	}
}
