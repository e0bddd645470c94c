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
// The gradient of e in the first term goes straight through to f. With a Decay the second term is
// none: a word is a moving average of the vectors that it was nearest to, the first batch gives words
// their first values, and with a Revival one that is used less than that share of the mean use gets
// another value, that of a vector of the batch.
//
// "perplexity" is how many words a batch uses, were they used alike, "words_used" the share of words
// that it uses at all, and "bits" what an example costs by the frequencies of words. Codes are drawn
// word by word, as often as training saw each at each place, or by the network of the prior.
//
// Van den Oord, Vinyals and Kavukcuoglu, Neural Discrete Representation Learning, NIPS 2017,
// equation 3 and appendix A.1.
type VQVAE struct {
	Encoder    networks.Network `yaml:"encoder"`    // network to a map of vectors, or to Places of them; its mirror decodes
	Words      int              `yaml:"words"`      // words of the codebook, 2 to 65536
	Width      int              `yaml:"width"`      // values of a word
	Places     int              `yaml:"places"`     // words of a code; of a conv encoder the map has as many as it has
	Commitment float64          `yaml:"commitment"` // weight of the last term, at least 0
	Decay      float64          `yaml:"decay"`      // what a step keeps of the averages that words are, such as 0.99; 0 for words that follow the gradient
	Revival    float64          `yaml:"revival"`    // share of the mean use below which a word is replaced, 0 for never; needs a decay
	WordPrior  WordPrior        `yaml:"prior"`      // distribution of the words
}

var (
	_ models.Encoder = VQVAE{}
	_ models.Decoder = VQVAE{}
	_ models.Prior   = VQVAE{}
	_ models.Worded  = VQVAE{}
)

// DefaultVQVAE has the defaults of the kind.
var DefaultVQVAE = VQVAE{Encoder: networks.Default(), Words: 64, Width: 16, Places: 16, Commitment: 0.25, WordPrior: DefaultWordPrior}

// Check reports the fields that are out of range.
func (m VQVAE) Check(report func(key, format string, args ...any)) {
	checkWords(report, m.Words, m.Width, m.Places)
	parts.CheckWeight(report, "commitment", m.Commitment)
	m.codebook().check(report)
	m.WordPrior.check(report)
}

func (m VQVAE) codebook() codebook {
	return codebook{words: m.Words, width: m.Width, decay: m.Decay, revival: m.Revival}
}

// Phases implements [models.Model].
func (m VQVAE) Phases() []models.Phase {
	return m.WordPrior.phases(models.Phase{Name: "reconstruction", Loss: m.loss}, m.language())
}

func (m VQVAE) loss(g *nn.Graph, b models.Batch) models.Loss {
	z := encodeVectors(g, m.Encoder, b, m.Places, m.Width)
	s := m.codebook().speak(g.In("codebook"), z)
	rec := nn.SquaredError(b.X, m.Decode(g, z.Add(s.word.Sub(z).Stop()), b).Mean()).Mean()
	return wordsLoss(rec, s, m.Commitment, observeWords(g.In("code"), s.index, b.N, m.Words, 1))
}

// Wording implements [models.Worded].
func (m VQVAE) Wording(g *nn.Graph, b models.Batch) nn.Node {
	_, index := m.codebook().nearest(g.In("codebook"), encodeVectors(g, m.Encoder, b, m.Places, m.Width))
	return ofEach(index, b)
}

// Vocabulary implements [models.Worded].
func (m VQVAE) Vocabulary() (words, codebooks int) { return m.Words, 1 }

func (m VQVAE) language() language {
	return language{words: m.Words, depth: 1, read: m.Wording, spell: func(g *nn.Graph, words nn.Node) nn.Node {
		s := words.Shape()
		return m.codebook().book(g.In("codebook")).Gather(words).Reshape(s[0], s[1]*m.Width)
	}}
}

// Encode implements [models.Encoder]: the vectors of the words.
func (m VQVAE) Encode(g *nn.Graph, b models.Batch) models.Code {
	word, _ := m.codebook().nearest(g.In("codebook"), encodeVectors(g, m.Encoder, b, m.Places, m.Width))
	return models.Point(word)
}

// Decode implements [models.Decoder].
func (m VQVAE) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	return decodeVectors(g, m.Encoder.Mirror(), z, given, m.Places, m.Width)
}

// Prior implements [models.Prior].
func (m VQVAE) Prior(p *nn.Params) (latent.Prior, error) {
	usage, book := p.Get("code.usage"), p.Get("codebook.words")
	if !m.WordPrior.trained(p) {
		return latent.NewWords(usage, book)
	}
	return m.WordPrior.draws(p, usage.Shape[0]*m.Width, m.language()), nil
}
