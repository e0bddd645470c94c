package models

import (
	"latentspace/latent"
	"latentspace/models/networks"
	"latentspace/nn"
)

// VQVAE is the autoencoder with a code of words: each vector that the encoder f gives becomes the
// nearest word e of a codebook, and the decoder g is given those, with sg a constant,
//
//	L = Σ (x − g(e))² + |sg[f(x)] − e|² + Commitment·|f(x) − sg[e]|², per example
//
// The gradient of e in the first term goes straight through to f. "perplexity" is how many words
// a batch uses. Codes are drawn word by word, as often as training saw each at each place.
// Parameters are in the scopes "encoder", "decoder" and "codebook".
//
// Van den Oord, Vinyals and Kavukcuoglu, Neural Discrete Representation Learning, NIPS 2017,
// equation 3.
type VQVAE struct {
	Encoder    networks.Network `yaml:"encoder"`    // network to a map of vectors, or to Places of them; its mirror decodes
	Words      int              `yaml:"words"`      // words of the codebook, 2 to 65536
	Width      int              `yaml:"width"`      // values of a word
	Places     int              `yaml:"places"`     // words of a code; of a conv encoder the map has as many as it has
	Commitment float64          `yaml:"commitment"` // weight of the last term, at least 0
}

var (
	_ Encoder = VQVAE{}
	_ Decoder = VQVAE{}
	_ Prior   = VQVAE{}
)

// Check reports the fields that are out of range.
func (m VQVAE) Check(report func(key, format string, args ...any)) {
	checkBetween(report, "words", m.Words, 2, 1<<16)
	checkBetween(report, "width", m.Width, 1, 1<<16)
	checkBetween(report, "places", m.Places, 1, 1<<16)
	checkWeight(report, "commitment", m.Commitment)
}

// Phases implements [Model].
func (m VQVAE) Phases() []Phase { return []Phase{{Name: "reconstruction", Loss: m.loss}} }

func (m VQVAE) loss(g *nn.Graph, b Batch) Loss {
	z := m.vectors(g, b)
	word, index := m.nearest(g, z)
	rec := nn.SquaredError(b.X, m.Decode(g, z.Add(word.Sub(z).Stop()), b).Mean()).Mean()
	codebook, commitment := nn.SquaredError(z.Stop(), word).Mean(), nn.SquaredError(z, word.Stop()).Mean()
	return Loss{
		Total: rec.Add(codebook).Add(commitment.Scale(m.Commitment)),
		Terms: []Term{{"squared_error", rec}, {"commitment", commitment}, {"perplexity", observeWords(g.In("code"), index, b.N, m.Words)}},
	}
}

// vectors are those that the encoder gives, one after another (batch, places·width).
func (m VQVAE) vectors(g *nn.Graph, b Batch) nn.Node {
	x := m.Encoder.Map(g.In("encoder"), b.X, networks.Codes(m.Encoder, b.Shape(), m.Places, m.Width))
	return nn.Flatten{}.Forward(g, x)
}

// nearest returns the word nearest to each vector, in their shape, and its index.
func (m VQVAE) nearest(g *nn.Graph, z nn.Node) (word, index nn.Node) {
	book := g.In("codebook").Param("words", nn.Uniform(1/float32(m.Words)), m.Words, m.Width)
	v := z.Reshape(size(z)/m.Width, m.Width)
	index = v.MatMulT(book).Scale(-2).AddRow(book.Square().SumCols()).ArgMin() // |v|² is the same for all
	return book.Gather(index).Reshape(z.Shape()...), index
}

// Encode implements [Encoder]: the vectors of the words.
func (m VQVAE) Encode(g *nn.Graph, b Batch) Code {
	word, _ := m.nearest(g, m.vectors(g, b))
	return Point(word)
}

// Decode implements [Decoder].
func (m VQVAE) Decode(g *nn.Graph, z nn.Node, given Batch) Output {
	z = nn.Reshape{Shape: networks.Codes(m.Encoder, given.Shape(), m.Places, m.Width)}.Forward(g, z)
	return Exactly(g, m.Encoder.Mirror().Map(g.In("decoder"), z, given.Shape()))
}

// Prior implements [Prior].
func (m VQVAE) Prior(p *nn.Params) (latent.Prior, error) {
	return wordPrior(p, "code", "codebook.words")
}
