package sequential

import (
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/parts"
	"latentspace/models/rates"
	"latentspace/models/sequences"
	"latentspace/nn"
)

// TextVAE is the variational autoencoder of sequences of tokens: an encoder that reads a sequence x
// and gives q(z|x) = N(μ, σ²), a prior p(z) = N(0, I), and a decoder that writes it token by token,
// each given the code and the tokens before it. It minimises
//
//	L = E[−Σₜ ln p(xₜ | x₁ … xₜ₋₁, z)] + rate,   z = μ + σ·ε,   ε ~ N(0, I)
//
// in nats per example, with one draw of ε each and the rate a cost of KL(q(z|x) ‖ p(z)): see
// [rates.Rate]. L is the negative evidence lower bound, −ELBO, with β = 1 and neither word dropout, free
// bits nor a target, once annealing is over.
//
// A decoder that needs no code to guess the next token learns to do without, and the code tells
// nothing: its posterior collapses. Word dropout makes its guesses harder, free bits and a target let
// codes tell something for nothing, annealing lets them begin to, and aggressive training lets the
// encoder catch up with the decoder: in the first epochs of training it makes Aggressive.Updates
// updates for each one of the decoder.
//
// "kl" is the divergence, and "kl_above" how much of it is above the free bits: what is not says
// nothing. Parameters are in the scopes "encoder" and "decoder".
//
// Bowman et al., Generating Sentences from a Continuous Space, CoNLL 2016; He et al., Lagging
// Inference Networks and Posterior Collapse in Variational Autoencoders, ICLR 2019, algorithm 1.
type TextVAE struct {
	Latent      int              `yaml:"latent"`       // dimension of z
	Encoder     sequences.Reader `yaml:"encoder"`      // network from the tokens
	Decoder     sequences.Writer `yaml:"decoder"`      // network of the next token from those before
	Embedding   int              `yaml:"embedding"`    // width of the vector of a token
	WordDropout float64          `yaml:"word_dropout"` // probability that the decoder is not told a token before, in training
	rates.Rate  `yaml:",inline"`
	Aggressive  Aggressive `yaml:"aggressive"` // training of the encoder at first
}

// Aggressive says how often the encoder is updated at first.
type Aggressive struct {
	Updates int     `yaml:"updates"` // of the encoder for one of the decoder; 0 trains both together
	Epochs  float64 `yaml:"epochs"`  // from the start of training
}

var (
	_ models.Encoder    = TextVAE{}
	_ models.Decoder    = TextVAE{}
	_ models.Sequential = TextVAE{}
	_ models.Prior      = TextVAE{}
	_ models.Judged     = TextVAE{}
	_ models.KLWeighted = TextVAE{}
	_ models.FreeBits   = TextVAE{}
)

// DefaultTextVAE has the defaults of the kind.
var DefaultTextVAE = TextVAE{
	Latent: 32, Encoder: sequences.DefaultReader(), Decoder: sequences.DefaultWriter(), Embedding: 64,
	WordDropout: 0.25, Rate: rates.Rate{Beta: 1, Anneal: "linear", Epochs: 5, Cycles: 4, Rising: 0.5},
}

// Check reports the fields that are out of range.
func (m TextVAE) Check(report func(key, format string, args ...any)) {
	parts.CheckLatent(report, m.Latent)
	checkEmbedding(report, m.Embedding)
	checkDropped(report, "word_dropout", m.WordDropout)
	m.Rate.Check(report)
	if a := m.Aggressive; a.Updates < 0 || a.Updates > 1000 {
		report("aggressive.updates", "%d, want updates of the encoder, from 0 to 1000", a.Updates)
	} else if !(a.Epochs >= 0) || a.Updates > 0 && a.Epochs == 0 {
		report("aggressive.epochs", "%v, want epochs above 0 from the start of training", a.Epochs)
	}
}

// Phases implements [models.Model]. Aggressive training alternates between the encoder and the decoder.
func (m TextVAE) Phases() []models.Phase {
	a := m.Aggressive
	if a.Updates == 0 {
		return []models.Phase{{Name: "elbo", Loss: m.loss}}
	}
	return []models.Phase{
		{Name: "encoder", Train: []string{"encoder"}, Repeat: a.Updates, Until: a.Epochs, Loss: m.total},
		{Name: "decoder", Train: []string{"decoder"}, Until: a.Epochs, Loss: m.total},
		{Name: "elbo", Repeat: a.Updates, From: a.Epochs, Loss: m.loss},
	}
}

func (m TextVAE) loss(g *nn.Graph, b models.Batch) models.Loss {
	q := m.Encode(g, b)
	rec := m.Decode(g, q.Draw(g, "eps"), b).NLL(b.X).Mean()
	kls := nn.GaussianKLs(q.Mean, q.LogVar)
	kl := kls.SumCols().Mean()
	cost, above := m.Cost(kls, b.Epoch())
	terms := []models.Term{{Name: "reconstruction", Value: rec}, {Name: "kl", Value: kl}, {Name: "neg_elbo", Value: rec.Add(kl)}}
	if m.FreeBits > 0 {
		terms = append(terms, models.Term{Name: "kl_above", Value: above})
	}
	return models.Loss{Total: rec.Add(cost), Terms: terms}
}

// total is the loss without its terms.
func (m TextVAE) total(g *nn.Graph, b models.Batch) models.Loss {
	return models.Loss{Total: m.loss(g, b).Total}
}

// Encode implements [models.Encoder]: q(z|x).
func (m TextVAE) Encode(g *nn.Graph, b models.Batch) models.Code {
	h := tokenEncoder{m.Encoder, m.Embedding}.encode(g, b, nn.Node{}, 2*m.Latent)
	return models.Code{Mean: h.Slice(1, 0, m.Latent), LogVar: h.Slice(1, m.Latent, 2*m.Latent)}
}

func (m TextVAE) decoder() tokenDecoder { return tokenDecoder{m.Decoder, m.Embedding, m.WordDropout} }

// Decode implements [models.Decoder]: p(x|z).
func (m TextVAE) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	return m.decoder().output(g, z, given)
}

// Start implements [models.Sequential].
func (m TextVAE) Start(g *nn.Graph, z nn.Node, given models.Batch) []nn.Node {
	return m.decoder().start(g, z, given)
}

// Next implements [models.Sequential].
func (m TextVAE) Next(g *nn.Graph, z, token nn.Node, state []nn.Node, given models.Batch) (logits nn.Node, next []nn.Node) {
	return m.decoder().next(g, z, token, state, given)
}

// Prior implements [models.Prior]: N(0, I).
func (m TextVAE) Prior(*nn.Params) (latent.Prior, error) { return latent.Standard(m.Latent), nil }

// Best implements [models.Judged]: the bound, which annealing and free bits do not change.
func (m TextVAE) Best() string { return "neg_elbo" }

// KLWeight implements [models.KLWeighted].
func (m TextVAE) KLWeight() (beta float64, key string) { return m.Beta, "model.beta" }

// FreeNats implements [models.FreeBits].
func (m TextVAE) FreeNats() (nats float64, key string) { return m.FreeBits, "model.free_bits" }
