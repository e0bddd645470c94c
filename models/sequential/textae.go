package sequential

import (
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/parts"
	"latentspace/models/sequences"
	"latentspace/nn"
)

// TextAE is the denoising autoencoder of sequences of tokens: an encoder f that reads a sequence x, of
// which some tokens were deleted, and a decoder that writes all of it, token by token, each given the
// code and the tokens before it:
//
//	z = f(x̃),   L = −Σₜ ln p(xₜ | x₁ … xₜ₋₁, z)
//
// in nats per example. Each token of x is missing in x̃ with the probability Deletion, in training
// alone: sequences that differ little have the same x̃ often, and so their codes come to lie near each
// other. Codes are drawn as those of [autoencoders.AE], by their observed moments.
//
// Parameters are in the scopes "encoder" and "decoder".
//
// Shen, Mueller, Barzilay and Jaakkola, Educating Text Autoencoders: Latent Representation Guidance
// via Denoising, ICML 2020.
type TextAE struct {
	Latent      int              `yaml:"latent"`       // dimension of the code
	Encoder     sequences.Reader `yaml:"encoder"`      // network from the tokens
	Decoder     sequences.Writer `yaml:"decoder"`      // network of the next token from those before
	Embedding   int              `yaml:"embedding"`    // width of the vector of a token
	Deletion    float64          `yaml:"deletion"`     // probability that the encoder does not see a token, in training
	WordDropout float64          `yaml:"word_dropout"` // probability that the decoder is not told a token before, in training
}

var (
	_ models.Encoder    = TextAE{}
	_ models.Decoder    = TextAE{}
	_ models.Sequential = TextAE{}
	_ models.Prior      = TextAE{}
)

// DefaultTextAE has the defaults of the kind.
var DefaultTextAE = TextAE{
	Latent: 64, Encoder: sequences.DefaultReader(), Decoder: sequences.DefaultWriter(), Embedding: 64, Deletion: 0.3,
}

// Check reports the fields that are out of range.
func (m TextAE) Check(report func(key, format string, args ...any)) {
	parts.CheckLatent(report, m.Latent)
	checkEmbedding(report, m.Embedding)
	checkDropped(report, "deletion", m.Deletion)
	checkDropped(report, "word_dropout", m.WordDropout)
}

// Phases implements [models.Model].
func (m TextAE) Phases() []models.Phase { return []models.Phase{{Name: "denoising", Loss: m.loss}} }

func (m TextAE) loss(g *nn.Graph, b models.Batch) models.Loss {
	var deleted nn.Node
	if g.Training && m.Deletion > 0 {
		s := b.X.Shape()
		deleted = g.Bernoulli("deleted", float32(m.Deletion), s[1], s[0])
	}
	z := m.encode(g, b, deleted)
	parts.ObserveCodes(g.In("code"), z)
	rec := m.Decode(g, z, b).NLL(b.X).Mean()
	return models.Loss{Total: rec, Terms: []models.Term{{Name: "reconstruction", Value: rec}}}
}

func (m TextAE) encode(g *nn.Graph, b models.Batch, deleted nn.Node) nn.Node {
	return tokenEncoder{m.Encoder, m.Embedding}.encode(g, b, deleted, m.Latent)
}

// Encode implements [models.Encoder]: the code of all tokens.
func (m TextAE) Encode(g *nn.Graph, b models.Batch) models.Code {
	return models.Point(m.encode(g, b, nn.Node{}))
}

func (m TextAE) decoder() tokenDecoder { return tokenDecoder{m.Decoder, m.Embedding, m.WordDropout} }

// Decode implements [models.Decoder]: p(x|z).
func (m TextAE) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	return m.decoder().output(g, z, given)
}

// Start implements [models.Sequential].
func (m TextAE) Start(g *nn.Graph, z nn.Node, given models.Batch) []nn.Node {
	return m.decoder().start(g, z, given)
}

// Next implements [models.Sequential].
func (m TextAE) Next(g *nn.Graph, z, token nn.Node, state []nn.Node, given models.Batch) (logits nn.Node, next []nn.Node) {
	return m.decoder().next(g, z, token, state, given)
}

// Prior implements [models.Prior]: the Gaussian with the moments of the codes.
func (m TextAE) Prior(p *nn.Params) (latent.Prior, error) { return parts.ObservedPrior(p, "code") }
