package diffusion

import (
	"slices"

	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/parts"
	"latentspace/nn"
)

// LatentDiffusion is a flow from noise to the codes of an autoencoder, in two phases one after the
// other:
//
//	autoencoder  up to the epoch From   a kl-field, with its critic: see [Field]
//	flow         from then on           L = E|v(uₜ, t, c) − (u − z)|²,   uₜ = (1 − t)·z + t·u
//
// for noise z ~ N(0, I) and codes u ~ q(u|x) in units in which each of the Width values has the mean 0
// and the variance 1: see [parts.Flow]. The autoencoder rests in the second phase.
//
// The codes of the model are the noise. It is drawn from N(0, I), and decoded by following the flow to
// a code of the autoencoder, which its decoder makes an example of; an example is encoded by the
// autoencoder and following the flow back. Both are functions, so that noise close together gives
// examples close together. A conditional model is told c, except in a share Drop of the examples of the
// second phase, so that it learns both velocities of
//
//	v = v(·, ∅) + Guidance·(v(·, c) − v(·, ∅))
//
// With Guidance 1 it follows v(·, c); above, examples are more like their condition and less varied.
// Parameters are in the scopes "autoencoder", "critic" and "flow".
//
// Rombach et al., High-Resolution Image Synthesis with Latent Diffusion Models, CVPR 2022; Liu, Gong and
// Liu, Flow Straight and Fast, ICLR 2023, and Lipman et al., Flow Matching for Generative Modeling, ICLR
// 2023, have the flow in place of a diffusion; Ho and Salimans, Classifier-Free Diffusion Guidance, 2022,
// equation 6.
type LatentDiffusion struct {
	Field     `yaml:",inline"`
	From      float64    `yaml:"from"`      // epochs of the autoencoder, after which the flow learns, above 0
	Flow      parts.Flow `yaml:"flow"`      // from noise to codes
	Condition []string   `yaml:"condition"` // names of the conditions; may be empty
	Drop      float64    `yaml:"drop"`      // share of examples without their conditions, 0 to 1
	Guidance  float64    `yaml:"guidance"`  // how much the conditions count, at least 0; 1 as they are
}

var (
	_ models.Encoder     = LatentDiffusion{}
	_ models.Decoder     = LatentDiffusion{}
	_ models.Prior       = LatentDiffusion{}
	_ models.Conditional = LatentDiffusion{}
	_ models.Judged      = LatentDiffusion{}
)

// DefaultLatentDiffusion has the defaults of the kind.
var DefaultLatentDiffusion = LatentDiffusion{
	Field: DefaultField, From: 10, Flow: parts.Flow{Width: 64, Blocks: 3, Steps: 10}, Drop: 0.1, Guidance: 1,
}

// Check reports the fields that are out of range.
func (m LatentDiffusion) Check(report func(key, format string, args ...any)) {
	m.Field.Check(report)
	checkFrom(report, m.From)
	if len(m.Condition) > 0 {
		parts.CheckConditions(report, m.Condition)
	}
	if !(m.Drop >= 0 && m.Drop <= 1) {
		report("drop", "%v, want a share from 0 to 1", m.Drop)
	}
	parts.CheckWeight(report, "guidance", m.Guidance)
}

// Phases implements [models.Model].
func (m LatentDiffusion) Phases() []models.Phase {
	flow := models.Phase{Name: "flow", Train: []string{"flow"}, From: m.From, FromKey: "from", Least: parts.UnitsLeast, Loss: m.flowLoss}
	if len(m.Condition) > 0 {
		flow.Least = max(flow.Least, parts.ToldLeast)
	}
	return append(m.phases(m.From), flow)
}

func (m LatentDiffusion) flowLoss(g *nn.Graph, b models.Batch) models.Loss {
	z := g.Evaluated(func() nn.Node { return m.encode(g, b).Draw(g, "eps").Stop() })
	in := g.In("flow")
	told, _ := m.conditions(in, b)
	if len(m.Condition) > 0 {
		told = told.MulCol(in.Bernoulli("told", float32(1-m.Drop), b.N))
	}
	loss := m.Flow.Loss(in, parts.InUnits(in, m.asMap(b, z)), told)
	return models.Loss{Total: loss, Terms: []models.Term{{Name: "velocity_error", Value: loss}}}
}

// conditions are those of the examples of a batch with a one behind them, (batch, n), and what stands
// for none; the zero Nodes of a model without conditions.
func (m LatentDiffusion) conditions(g *nn.Graph, b models.Batch) (told, untold nn.Node) {
	if len(m.Condition) == 0 {
		return nn.Node{}, nn.Node{}
	}
	c := parts.Condition(g.In("condition"), b, m.Condition)
	if len(c.Shape()) != 2 {
		return c, c // of conditions that there are not
	}
	told = nn.Concat(1, c, c.SumCols().Like(1).Reshape(b.N, 1))
	return told, told.Like(0)
}

// field is the guided velocity for the conditions of a batch.
func (m LatentDiffusion) field(g *nn.Graph, b models.Batch) parts.Field {
	told, untold := m.conditions(g, b)
	return func(x, t nn.Node) nn.Node {
		if len(m.Condition) == 0 || m.Guidance == 1 {
			return m.Flow.Velocity(g, x, t, told)
		}
		free := m.Flow.Velocity(g, x, t, untold)
		return free.Add(m.Flow.Velocity(g, x, t, told).Sub(free).Scale(m.Guidance))
	}
}

// Encode implements [models.Encoder]: the noise that the flow takes to the mean of q(u|x).
func (m LatentDiffusion) Encode(g *nn.Graph, b models.Batch) models.Code {
	u := m.asMap(b, m.encode(g, b).Mean)
	in := g.In("flow")
	z := m.Flow.Return(in, m.field(in, b), parts.InUnits(in, u))
	return models.Point(nn.Flatten{}.Forward(in, z))
}

// Decode implements [models.Decoder].
func (m LatentDiffusion) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	in := g.In("flow")
	u := parts.FromUnits(in, m.Flow.Follow(in, m.field(in, given), m.asMap(given, z)))
	return models.Exactly(g, m.decode(g, nn.Flatten{}.Forward(in, u), given))
}

// Prior implements [models.Prior]: N(0, I).
func (m LatentDiffusion) Prior(p *nn.Params) (latent.Prior, error) {
	return latent.Standard(p.Get("autoencoder.code.mean").Len()), nil
}

// Conditions implements [models.Conditional].
func (m LatentDiffusion) Conditions() []string { return slices.Clone(m.Condition) }

// Best implements [models.Judged].
func (m LatentDiffusion) Best() string { return "velocity_error" }
