package discrete

import (
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/nn"
)

// VQVAE is the autoencoder with a code of words: each vector that the encoder f gives becomes the
// nearest word e of a codebook, and the decoder g is given those, with sg a constant,
//
//	L = Σ (x − g(e))² + |sg(f(x)) − e|² + Commitment·|f(x) − sg(e)|², per example
//
// The gradient of e in the first term goes straight through to f. "perplexity" is how many words
// a batch uses. Codes are drawn word by word, as often as training saw each at each place.
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
	_ models.Encoder = VQVAE{}
	_ models.Decoder = VQVAE{}
	_ models.Prior   = VQVAE{}
)

// DefaultVQVAE has the defaults of the kind.
var DefaultVQVAE = VQVAE{Encoder: networks.Default(), Words: 64, Width: 16, Places: 16, Commitment: 0.25}

// Check reports the fields that are out of range.
func (m VQVAE) Check(report func(key, format string, args ...any)) {
	checkWords(report, m.Words, m.Width, m.Places)
	parts.CheckWeight(report, "commitment", m.Commitment)
}

// Phases implements [models.Model].
func (m VQVAE) Phases() []models.Phase { return []models.Phase{{Name: "reconstruction", Loss: m.loss}} }

func (m VQVAE) loss(g *nn.Graph, b models.Batch) models.Loss {
	z := encodeVectors(g, m.Encoder, b, m.Places, m.Width)
	word, index := nearestWord(g.In("codebook"), z, m.Words, m.Width)
	rec := nn.SquaredError(b.X, m.Decode(g, z.Add(word.Sub(z).Stop()), b).Mean()).Mean()
	codebook, commitment := nn.SquaredError(z.Stop(), word).Mean(), nn.SquaredError(z, word.Stop()).Mean()
	perplexity := observeWords(g.In("code"), index, b.N, m.Words)
	total := rec.Add(codebook).Add(commitment.Scale(m.Commitment))
	return models.Loss{Total: total, Terms: []models.Term{{Name: "squared_error", Value: rec}, {Name: "commitment", Value: commitment}, {Name: "perplexity", Value: perplexity}}}
}

// Encode implements [models.Encoder]: the vectors of the words.
func (m VQVAE) Encode(g *nn.Graph, b models.Batch) models.Code {
	word, _ := nearestWord(g.In("codebook"), encodeVectors(g, m.Encoder, b, m.Places, m.Width), m.Words, m.Width)
	return models.Point(word)
}

// Decode implements [models.Decoder].
func (m VQVAE) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	return decodeVectors(g, m.Encoder.Mirror(), z, given, m.Places, m.Width)
}

// Prior implements [models.Prior].
func (m VQVAE) Prior(p *nn.Params) (latent.Prior, error) {
	return wordPrior(p, "code", "codebook.words")
}
