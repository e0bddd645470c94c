package adversarial

import (
	"math"

	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/nn"
	"latentspace/settings"
)

// generator is the part of models that map noise z ~ N(0, I) to examples. Parameters are in the
// scope "generator".
type generator struct {
	Latent    int              `yaml:"latent"`    // dimension of z
	Generator networks.Network `yaml:"generator"` // network from z
	Output    nn.Activation    `yaml:"output"`    // identity, sigmoid or tanh; if absent a sigmoid of pictures, else none
}

var defaultGenerator = generator{Latent: 64, Generator: networks.Default()}

func (m generator) check(report func(key, format string, args ...any)) {
	parts.CheckLatent(report, m.Latent)
	if m.Output != "" && !m.Output.Known() {
		settings.OneOf(report, "output", string(m.Output), map[string]bool{"identity": true, "sigmoid": true, "tanh": true})
	}
}

// Decode implements [models.Decoder]: G(z).
func (m generator) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	scope := g.In("generator")
	x := m.Generator.Map(scope, z, given.Shape())
	return models.Exactly(g, m.output(given.Data).Forward(scope, x))
}

// Prior implements [models.Prior]: N(0, I).
func (m generator) Prior(*nn.Params) (latent.Prior, error) { return latent.Standard(m.Latent), nil }

// Range implements [models.Ranged]: where the generator's samples lie.
func (m generator) Range(d models.Data) models.Range {
	r := models.Range{Lo: math.Inf(-1), Hi: math.Inf(1), Key: "model.output", Instead: "output: identity"}
	switch m.output(d) {
	case "sigmoid":
		r.Lo, r.Hi = 0, 1
	case "tanh":
		r.Lo, r.Hi = -1, 1
	}
	return r
}

// output is the generator's last activation for examples of the data.
func (m generator) output(d models.Data) nn.Activation {
	switch {
	case m.Output != "":
		return m.Output
	case len(d.Shape()) == 3:
		return "sigmoid"
	}
	return "identity"
}

// rivals are the phases of a model whose critic, or discriminator, makes steps updates, each on a
// batch of its own, to one of the generator.
func rivals(critic string, steps int, criticLoss, generatorLoss func(*nn.Graph, models.Batch) models.Loss) []models.Phase {
	return []models.Phase{
		{Name: critic, Train: []string{critic}, Repeat: steps, Rival: true, Loss: criticLoss},
		{Name: "generator", Train: []string{"generator"}, Rival: true, Loss: generatorLoss},
	}
}
