package adversarial

import (
	"latentspace/models"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/nn"
)

// objective is what a critic and a generator minimise, of the scores D(x) of data and of samples.
type objective struct {
	critic    func(real, fake nn.Node) nn.Node
	generator func(real, fake nn.Node) nn.Node
	// paired reports that the generator's loss reads the scores of data.
	paired bool
	// relative reports that a number added to all scores changes nothing.
	relative bool
	// probable reports that scores are logits of being data.
	probable bool
	// middle is the score between data and samples, if the objective is not relative.
	middle float64
}

// objectives has those that a GAN can name.
var objectives = map[string]objective{
	"nonsaturating": {
		critic: func(real, fake nn.Node) nn.Node {
			return real.Neg().Softplus().Mean().Add(fake.Softplus().Mean())
		},
		generator: func(_, fake nn.Node) nn.Node { return fake.Neg().Softplus().Mean() },
		probable:  true,
	},
	"hinge": {
		critic:    parts.Hinge,
		generator: func(_, fake nn.Node) nn.Node { return fake.Mean().Neg() },
	},
	"least_squares": {
		critic: func(real, fake nn.Node) nn.Node {
			return real.AddScalar(-1).Square().Mean().Add(fake.Square().Mean()).Scale(0.5)
		},
		generator: func(_, fake nn.Node) nn.Node { return fake.AddScalar(-1).Square().Mean().Scale(0.5) },
		middle:    0.5,
	},
	"wasserstein": {
		critic:    func(real, fake nn.Node) nn.Node { return real.Mean().Sub(fake.Mean()).Neg() },
		generator: func(_, fake nn.Node) nn.Node { return fake.Mean().Neg() },
		relative:  true,
	},
	"relativistic": {
		critic:    func(real, fake nn.Node) nn.Node { return fake.Sub(real).Softplus().Mean() },
		generator: func(real, fake nn.Node) nn.Node { return real.Sub(fake).Softplus().Mean() },
		paired:    true,
		relative:  true,
	},
}

// terms are those of a critic's phase: what it says of data and of samples, and how often it is right.
func (o objective) terms(real, fake nn.Node) []models.Term {
	if o.relative {
		middle := real.Mean().Add(fake.Mean()).Scale(-0.5)
		distance := models.Term{Name: "distance", Value: real.Mean().Sub(fake.Mean())}
		return append([]models.Term{distance}, parts.Accuracies(real.ShiftBy(middle), fake.ShiftBy(middle))...)
	}
	right := parts.Accuracies(real.AddScalar(-o.middle), fake.AddScalar(-o.middle))
	if o.probable {
		real, fake = real.Sigmoid(), fake.Sigmoid()
	}
	return append([]models.Term{{Name: "real", Value: real.Mean()}, {Name: "fake", Value: fake.Mean()}}, right...)
}

// steepness is |∇D|² of each example (batch), for scores D of examples and the nodes that D reads.
func steepness(g *nn.Graph, score nn.Node, of ...nn.Node) nn.Node {
	grads := g.Grad(score.Sum(), of...)
	sum := grads[0].Square().SumCols()
	for _, d := range grads[1:] {
		sum = sum.Add(d.Square().SumCols())
	}
	return sum
}

// flattened is a discriminator's loss with ½weight·E[|∇D|²] added and E[|∇D|²] as a term, unless the
// weight is 0.
func flattened(g *nn.Graph, loss models.Loss, term string, weight float64, score nn.Node, of ...nn.Node) models.Loss {
	if weight > 0 {
		square := steepness(g, score, of...).Mean()
		loss.Total = loss.Total.Add(square.Scale(weight / 2))
		loss.Terms = append(loss.Terms, models.Term{Name: term, Value: square})
	}
	return loss
}

// checkR1 reports a weight of slopes that there cannot be, and a discriminator that it is not for.
func checkR1(report func(key, format string, args ...any), weight float64, discriminator networks.Network) {
	parts.CheckWeight(report, "r1", weight)
	if weight > 0 {
		parts.CheckUncoupled(report, "discriminator", discriminator)
	}
}
