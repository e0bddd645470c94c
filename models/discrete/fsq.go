package discrete

import (
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/nn"
	"latentspace/nn/elementary"
)

// FSQ is the autoencoder whose code is rounded, so that it needs no codebook: value i of each vector
// that the encoder f gives is brought into a range of Levels[i] integers and becomes the nearest,
//
//	z = ⌊a·tanh(f(x) + b) − o⌉/⌊L/2⌋   a = (L − 1)·1.001/2   o = ½ if L is even, else 0   tanh b = o/a
//	L = Σ (x − g(z))², per example
//
// so that codes are in [−1, 1], and zero is the level of f(x) = 0. The gradient goes straight through the
// rounding. A vector is one of Π Levels[i] words, all of which training uses without a term that asks
// it to. The paper's own program has tan for the inverse of tanh in b, by mistake.
//
// "perplexity", "words_used" and "bits" are as those of a [VQVAE].
//
// Mentzer, Minnen, Agustsson and Tschannen, Finite Scalar Quantization: VQ-VAE Made Simple, ICLR 2024,
// section 3.1 and appendix A.1.
type FSQ struct {
	Encoder   networks.Network `yaml:"encoder"` // network to a map of vectors, or to Places of them; its mirror decodes
	Levels    []int            `yaml:"levels"`  // of each value of a vector, 3 to 4096; their product is the number of words, up to 65536
	Places    int              `yaml:"places"`  // words of a code; of a conv encoder the map has as many as it has
	WordPrior WordPrior        `yaml:"prior"`   // distribution of the words
}

var (
	_ models.Encoder = FSQ{}
	_ models.Decoder = FSQ{}
	_ models.Prior   = FSQ{}
	_ models.Worded  = FSQ{}
)

// DefaultFSQ has the defaults of the kind.
var DefaultFSQ = FSQ{Encoder: networks.Default(), Levels: []int{8, 6, 5}, Places: 16, WordPrior: DefaultWordPrior}

// Check reports the fields that are out of range.
func (m FSQ) Check(report func(key, format string, args ...any)) {
	words := 1
	for i, l := range m.Levels {
		if l < 3 || l > 4096 {
			report("levels", "element %d is %d, want it from 3 to 4096", i, l)
			l = 3
		}
		words = min(words*l, mostWords+1)
	}
	if len(m.Levels) == 0 || words > mostWords {
		report("levels", "%v, want those of one value at least, with a product of at most %d", m.Levels, mostWords)
	}
	checkPlaces(report, m.Places)
	m.WordPrior.check(report)
}

// words is how many words there are.
func (m FSQ) words() int {
	words := 1
	for _, l := range m.Levels {
		words *= l
	}
	return words
}

// Phases implements [models.Model].
func (m FSQ) Phases() []models.Phase {
	return m.WordPrior.phases(models.Phase{Name: "reconstruction", Loss: m.loss}, m.language())
}

func (m FSQ) loss(g *nn.Graph, b models.Batch) models.Loss {
	code, index := m.round(g, b)
	rec := nn.SquaredError(b.X, m.Decode(g, code, b).Mean()).Mean()
	terms := observeWords(g.In("code"), index, b.N, m.words(), 1)
	return models.Loss{Total: rec, Terms: append([]models.Term{{Name: "squared_error", Value: rec}}, terms...)}
}

// vector is a constant with a value for each of a vector's.
func (m FSQ) vector(g *nn.Graph, of func(levels int) float64) nn.Node {
	values := make([]float32, len(m.Levels))
	for i, l := range m.Levels {
		values[i] = float32(of(l))
	}
	return g.Constant(values, len(values))
}

// offset is what the range of integers around zero is moved by.
func offset(levels int) float64 { return float64(1-levels%2) / 2 }

// reach is how far the range goes to both sides, and a little farther.
func reach(levels int) float64 { return float64(levels-1) * 1.001 / 2 }

func atanh(x float64) float64 { return (elementary.Log(1+x) - elementary.Log(1-x)) / 2 }

// round are the codes of examples (batch, places·width), with the gradient of what is rounded, and their
// words (batch·places).
func (m FSQ) round(g *nn.Graph, b models.Batch) (code, index nn.Node) {
	z := encodeVectors(g, m.Encoder, b, m.Places, len(m.Levels))
	v := z.Reshape(parts.Size(z)/len(m.Levels), len(m.Levels))
	v = v.AddRow(m.vector(g, func(l int) float64 { return atanh(offset(l) / reach(l)) })).Tanh().
		MulRow(m.vector(g, reach)).AddRow(m.vector(g, func(l int) float64 { return -offset(l) }))
	whole := v.Round()
	v = v.Add(whole.Sub(v).Stop())
	weights, weight := make([]float32, len(m.Levels)), 1 // of the first value least
	for i, l := range m.Levels {
		weights[i] = float32(weight)
		weight *= l
	}
	index = whole.AddRow(m.vector(g, func(l int) float64 { return float64(l / 2) })).MulRow(g.Constant(weights, len(weights))).SumCols()
	return v.MulRow(m.vector(g, func(l int) float64 { return 1 / float64(l/2) })).Reshape(z.Shape()...), index
}

// Wording implements [models.Worded].
func (m FSQ) Wording(g *nn.Graph, b models.Batch) nn.Node {
	_, index := m.round(g, b)
	return ofEach(index, b)
}

// Vocabulary implements [models.Worded].
func (m FSQ) Vocabulary() (words, codebooks int) { return m.words(), 1 }

func (m FSQ) language() language {
	return language{words: m.words(), depth: 1, read: m.Wording, spell: func(g *nn.Graph, words nn.Node) nn.Node {
		s := words.Shape()
		return g.Constant(m.book(), m.words(), len(m.Levels)).Gather(words).Reshape(s[0], s[1]*len(m.Levels))
	}}
}

// book is the codes of all words, one after another.
func (m FSQ) book() []float32 {
	var all []float32
	for w := range m.words() {
		for _, l := range m.Levels {
			all = append(all, float32(w%l-l/2)/float32(l/2))
			w /= l
		}
	}
	return all
}

// Encode implements [models.Encoder].
func (m FSQ) Encode(g *nn.Graph, b models.Batch) models.Code {
	code, _ := m.round(g, b)
	return models.Point(code)
}

// Decode implements [models.Decoder].
func (m FSQ) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	return decodeVectors(g, m.Encoder.Mirror(), z, given, m.Places, len(m.Levels))
}

// Prior implements [models.Prior].
func (m FSQ) Prior(p *nn.Params) (latent.Prior, error) {
	return m.WordPrior.draws(p, p.Get("code.usage").Shape[0]*len(m.Levels), m.language()), nil
}
