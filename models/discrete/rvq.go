package discrete

import (
	"fmt"

	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/nn"
)

// RVQ is the [VQVAE] in which several words stand for a vector of the encoder f, each the nearest to
// what those before it leave:
//
//	r₁ = f(x)   rₗ₊₁ = rₗ − eₗ, eₗ the word of codebook l nearest to rₗ   e = Σ eₗ
//	L = Σ (x − g(e))² + Σₗ |sg(rₗ) − eₗ|² + Commitment·Σₗ |rₗ − sg(eₗ)|², per example
//
// Depth codebooks of as many words tell apart what one of Words to the power of Depth would. They are
// moving averages, or follow the gradient, as that of a VQVAE. The first words of a codebook are what those
// before it leave of vectors of the first batch, whose codes are of these first words. "perplexity" is of the mean of the
// codebooks' entropies.
//
// Zeghidour et al., SoundStream: An End-to-End Neural Audio Codec, 2021, algorithm 1; Lee et al.,
// Autoregressive Image Generation using Residual Quantization, CVPR 2022, equations 3 and 6.
type RVQ struct {
	Encoder    networks.Network `yaml:"encoder"`    // network to a map of vectors, or to Places of them; its mirror decodes
	Words      int              `yaml:"words"`      // words of a codebook, 2 to 65536
	Depth      int              `yaml:"depth"`      // codebooks, and words for a vector, 1 to 64
	Width      int              `yaml:"width"`      // values of a word
	Places     int              `yaml:"places"`     // vectors of a code; of a conv encoder the map has as many as it has
	Commitment float64          `yaml:"commitment"` // weight of the last term, at least 0
	Decay      float64          `yaml:"decay"`      // what a step keeps of the averages that words are; 0 for words that follow the gradient
	Revival    float64          `yaml:"revival"`    // share of the mean use below which a word is replaced, 0 for never; needs a decay
	WordPrior  WordPrior        `yaml:"prior"`      // distribution of the words
}

var (
	_ models.Encoder = RVQ{}
	_ models.Decoder = RVQ{}
	_ models.Prior   = RVQ{}
	_ models.Worded  = RVQ{}
)

// DefaultRVQ has the defaults of the kind.
var DefaultRVQ = RVQ{
	Encoder: networks.Default(), Words: 64, Depth: 2, Width: 16, Places: 16, Commitment: 0.25, Decay: 0.99, Revival: 0.1, WordPrior: DefaultWordPrior,
}

// Check reports the fields that are out of range.
func (m RVQ) Check(report func(key, format string, args ...any)) {
	checkWords(report, m.Words, m.Width, m.Places)
	parts.CheckBetween(report, "depth", m.Depth, 1, 64)
	parts.CheckWeight(report, "commitment", m.Commitment)
	m.codebook().check(report)
	m.WordPrior.check(report)
}

func (m RVQ) codebook() codebook {
	return codebook{words: m.Words, width: m.Width, decay: m.Decay, revival: m.Revival, residual: true}
}

// level is the scope of codebook i, counted from 1.
func level(g *nn.Graph, i int) *nn.Graph { return g.In("codebook").In(fmt.Sprintf("level%d", i+1)) }

// Phases implements [models.Model].
func (m RVQ) Phases() []models.Phase {
	return m.WordPrior.phases(models.Phase{Name: "reconstruction", Loss: m.loss}, m.language())
}

// descend takes from vectors z (batch, places·width) the words that look finds for them and for what is
// left, and returns the sum of the words, in the shape of z, and their numbers (batch·places·depth).
func (m RVQ) descend(g *nn.Graph, z nn.Node, look func(g *nn.Graph, left nn.Node) (word, index nn.Node)) (sum, index nn.Node) {
	var all []nn.Node
	left := z
	for i := range m.Depth {
		word, number := look(level(g, i), left)
		left = left.Sub(word.Stop())
		if i == 0 {
			sum = word
		} else {
			sum = sum.Add(word)
		}
		all = append(all, number.Reshape(parts.Size(number), 1))
	}
	index = all[0]
	if m.Depth > 1 {
		index = nn.Concat(1, all...)
	}
	return sum, index.Reshape(parts.Size(index))
}

func (m RVQ) loss(g *nn.Graph, b models.Batch) models.Loss {
	z := encodeVectors(g, m.Encoder, b, m.Places, m.Width)
	var s spoken
	s.word, s.index = m.descend(g, z, func(g *nn.Graph, left nn.Node) (word, index nn.Node) {
		at := m.codebook().speak(g, left)
		if (s.commitment == nn.Node{}) {
			s.commitment, s.codebook = at.commitment, at.codebook
			return at.word, at.index
		}
		s.commitment = s.commitment.Add(at.commitment)
		if m.Decay == 0 {
			s.codebook = s.codebook.Add(at.codebook)
		}
		return at.word, at.index
	})
	rec := nn.SquaredError(b.X, m.Decode(g, z.Add(s.word.Sub(z).Stop()), b).Mean()).Mean()
	return wordsLoss(rec, s, m.Commitment, observeWords(g.In("code"), s.index, b.N, m.Words, m.Depth))
}

// spoken are the codes of examples, and their words.
func (m RVQ) spoken(g *nn.Graph, b models.Batch) (code, index nn.Node) {
	return m.descend(g, encodeVectors(g, m.Encoder, b, m.Places, m.Width), m.codebook().nearest)
}

// Wording implements [models.Worded].
func (m RVQ) Wording(g *nn.Graph, b models.Batch) nn.Node {
	_, index := m.spoken(g, b)
	return ofEach(index, b)
}

// Vocabulary implements [models.Worded].
func (m RVQ) Vocabulary() (words, codebooks int) { return m.Words, m.Depth }

func (m RVQ) language() language {
	return language{words: m.Words, depth: m.Depth, read: m.Wording, spell: func(g *nn.Graph, words nn.Node) nn.Node {
		s := words.Shape()
		n, places := s[0], s[1]/m.Depth
		words = words.Reshape(n*places, m.Depth)
		var sum nn.Node
		for i := range m.Depth {
			word := m.codebook().book(level(g, i)).Gather(words.Slice(1, i, i+1).Reshape(n * places))
			if i == 0 {
				sum = word
			} else {
				sum = sum.Add(word)
			}
		}
		return sum.Reshape(n, places*m.Width)
	}}
}

// Encode implements [models.Encoder]: the sums of the words.
func (m RVQ) Encode(g *nn.Graph, b models.Batch) models.Code {
	code, _ := m.spoken(g, b)
	return models.Point(code)
}

// Decode implements [models.Decoder].
func (m RVQ) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	return decodeVectors(g, m.Encoder.Mirror(), z, given, m.Places, m.Width)
}

// Prior implements [models.Prior].
func (m RVQ) Prior(p *nn.Params) (latent.Prior, error) {
	return m.WordPrior.draws(p, p.Get("code.usage").Shape[0]/m.Depth*m.Width, m.language()), nil
}
