package parts

import (
	"latentspace/models"
	"latentspace/nn"
)

// Hinge is the loss of a critic by the scores D(x) of data and of what is made, in units of scores,
//
//	E[max(0, 1 − D(x))] + E[max(0, 1 + D(x̂))]
//
// Lim and Ye, Geometric GAN, 2017, equation 22.
func Hinge(real, fake nn.Node) nn.Node {
	return real.Neg().AddScalar(1).ReLU().Mean().Add(fake.AddScalar(1).ReLU().Mean())
}

// Accuracies are the terms of how often a critic is right: the shares of data with a score above zero
// and of samples with one below. Half of the scores that are zero count.
func Accuracies(real, fake nn.Node) []models.Term {
	above := func(x nn.Node) nn.Node { return x.Sign().Mean().AddScalar(1).Scale(0.5) }
	return []models.Term{{Name: "accuracy_real", Value: above(real)}, {Name: "accuracy_fake", Value: above(fake.Neg())}}
}

// Balanced is the mean score of reconstructions, as a scalar to be subtracted from a reconstruction
// loss: λ·score from the epoch begins on, 0 before. λ = |∇y loss|/|∇y score|, a constant, makes both
// gradients by the decoder's output y equally long.
//
// Esser, Rombach and Ommer, Taming Transformers for High-Resolution Image Synthesis, CVPR 2021,
// equation 7, where the gradients are by the weights of the last layer.
func Balanced(g *nn.Graph, b models.Batch, loss, score, y nn.Node, begins float64) nn.Node {
	length := func(of nn.Node) nn.Node { return g.Grad(of, y)[0].Square().Sum().AddScalar(1e-12).Sqrt() }
	lambda := length(loss).Div(length(score)).Clamp(0, 1e4).Stop()
	begun := b.Epoch().AddScalar(-begins).Scale(1<<20).Clamp(0, 1)
	return score.Mul(lambda).Mul(begun)
}
