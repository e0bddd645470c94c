package diffusion

import (
	"latentspace/models"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/nn"
	"latentspace/settings"
	"latentspace/tensor"
)

// Field is the part of models whose codes are maps of vectors: an encoder that gives each place of a
// map q(z|x) = N(μ, σ²), a decoder of maps, and a critic of reconstructions x̂ that tells them from
// the data patch by patch:
//
//	autoencoder  L = Σ|x − x̂| + Beta·KL(q(z|x) ‖ N(0, I)) − CriticWeight·λ·E[D(x̂)]
//	critic       L = E[max(0, 1 − D(x))] + E[max(0, 1 + D(x̂))]
//
// or Σ(x − x̂)². λ makes the gradient by x̂ of the first term and that of the last one equally long, as
// that of a vaegan does. Up to the epoch CriticFrom the last term is 0 and the critic rests. Parameters
// are in the scopes "autoencoder", where "encoder" and "decoder" are, and "critic".
type Field struct {
	Encoder      networks.Network `yaml:"encoder"`       // network to a map of μ and ln σ², or to Places of them
	Decoder      networks.Network `yaml:"decoder"`       // network from a map; the mirror of the encoder if absent
	Width        int              `yaml:"width"`         // values at a place
	Places       int              `yaml:"places"`        // of a code; of a conv or resnet encoder the map has as many as it has
	Loss         string           `yaml:"loss"`          // absolute_error or squared_error
	Beta         float64          `yaml:"beta"`          // weight of the KL term, at least 0
	Critic       networks.Network `yaml:"critic"`        // network to scores
	CriticWeight float64          `yaml:"critic_weight"` // of the critic's gradient beside that of the error, at least 0; 0 for no critic
	CriticFrom   float64          `yaml:"critic_from"`   // epochs before the critic begins, at least 0
}

// DefaultField has the defaults.
var DefaultField = Field{
	Encoder: networks.Default(), Width: 4, Places: 16, Loss: "absolute_error", Beta: 1e-3, Critic: networks.Default(), CriticWeight: 0.5, CriticFrom: 1,
}

var fieldLosses = map[string]bool{"absolute_error": true, "squared_error": true}

// Check reports the fields that are out of range.
func (f Field) Check(report func(key, format string, args ...any)) {
	parts.CheckBetween(report, "width", f.Width, 1, 1<<16)
	parts.CheckBetween(report, "places", f.Places, 1, 1<<16)
	settings.OneOf(report, "loss", f.Loss, fieldLosses)
	parts.CheckWeight(report, "beta", f.Beta)
	parts.CheckWeight(report, "critic_weight", f.CriticWeight)
	parts.CheckWeight(report, "critic_from", f.CriticFrom)
}

// phases are those of the autoencoder and its critic, up to an epoch, 0 for the end.
func (f Field) phases(until float64) []models.Phase {
	all := []models.Phase{{Name: "autoencoder", Train: []string{"autoencoder"}, Until: until, Loss: f.loss, Rival: f.CriticWeight > 0}}
	if f.CriticWeight > 0 {
		all = append(all, models.Phase{Name: "critic", Train: []string{"critic"}, From: f.CriticFrom, FromKey: "critic_from", Until: until, Loss: f.criticLoss, Rival: true})
	}
	return all
}

func (f Field) loss(g *nn.Graph, b models.Batch) models.Loss {
	q := f.encode(g, b)
	z := q.Draw(g, "eps")
	observe(g.In("autoencoder").In("code"), z)
	y := f.decode(g, z, b)
	error, kl := f.error(y, b.X), nn.GaussianKL(q.Mean, q.LogVar).Mean()
	total := error.Add(kl.Scale(f.Beta))
	if f.CriticWeight > 0 {
		score := f.score(g, b, y).Mean()
		total = total.Sub(parts.Balanced(g, b, error, score, y, f.CriticFrom).Scale(f.CriticWeight))
	}
	terms := []models.Term{{Name: f.Loss, Value: error}, {Name: "kl", Value: kl}}
	if f.Loss != "squared_error" {
		terms = append(terms, models.Term{Name: "squared_error", Value: nn.SquaredError(b.X, y).Mean()})
	}
	return models.Loss{Total: total, Terms: terms}
}

func (f Field) error(y, x nn.Node) nn.Node {
	if f.Loss == "squared_error" {
		return nn.SquaredError(x, y).Mean()
	}
	return x.Sub(y).Abs().SumCols().Mean()
}

func (f Field) criticLoss(g *nn.Graph, b models.Batch) models.Loss {
	y := f.decode(g, f.encode(g, b).Draw(g, "eps"), b)
	real, fake := f.score(g, b, b.X), f.score(g, b, y)
	terms := []models.Term{{Name: "real", Value: real.Mean()}, {Name: "fake", Value: fake.Mean()}}
	return models.Loss{Total: parts.Hinge(real, fake), Terms: append(terms, parts.Accuracies(real, fake)...)}
}

// score returns D(x) of each patch.
func (f Field) score(g *nn.Graph, b models.Batch, x nn.Node) nn.Node {
	return f.Critic.Map(g.In("critic"), x, networks.Codes(f.Critic, b.Shape(), 1, 1))
}

// encode is q(z|x), with codes as rows (batch, places·width).
func (f Field) encode(g *nn.Graph, b models.Batch) models.Code {
	in := g.In("autoencoder").In("encoder")
	h := f.Encoder.Map(in, b.X, networks.Codes(f.Encoder, b.Shape(), f.Places, 2*f.Width))
	h = h.Reshape(parts.Size(h)/(2*f.Width), 2*f.Width)
	rows := func(lo, hi int) nn.Node { return h.Slice(1, lo, hi).Reshape(b.N, parts.Size(h)/2/b.N) }
	return models.Code{Mean: rows(0, f.Width), LogVar: rows(f.Width, 2*f.Width).Clamp(-20, 10)}
}

// decode is x̂ of codes (batch, places·width).
func (f Field) decode(g *nn.Graph, z nn.Node, given models.Batch) nn.Node {
	return networks.Or(f.Decoder, f.Encoder).Map(g.In("autoencoder").In("decoder"), f.asMap(given, z), given.Shape())
}

// shape is that of the codes of examples of the data: a map (height, width, n), or a vector.
func (f Field) shape(d models.Data) []int {
	return networks.Codes(f.Encoder, d.Shape(), f.Places, f.Width)
}

// asMap returns codes (batch, places·width) as maps, where they are some.
func (f Field) asMap(b models.Batch, z nn.Node) nn.Node {
	shape := f.shape(b.Data)
	if len(z.Shape()) != 2 || z.Shape()[1] != tensor.Size(shape) {
		return z // of an encoder that failed
	}
	return z.Reshape(append([]int{z.Shape()[0]}, shape...)...)
}
