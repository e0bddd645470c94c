package models

import "latentspace/nn"

// Code is what an encoder gives each example of a batch: a point of the latent space or a
// diagonal normal distribution over it.
type Code struct {
	Mean   nn.Node // (batch, latent)
	LogVar nn.Node // (batch, latent), ln σ²; the zero Node of a point
}

// Point returns the code of an encoder that gives points.
func Point(z nn.Node) Code { return Code{Mean: z} }

// IsPoint reports whether the code is a point.
func (c Code) IsPoint() bool { return c.LogVar == nn.Node{} }

// Draw returns a draw z (batch, latent) of the distribution, by noise of a name in the graph's
// scope; of a point, the point.
//
//	z = μ + σ·ε,   ε ~ N(0, I)
func (c Code) Draw(g *nn.Graph, name string) nn.Node {
	if c.IsPoint() {
		return c.Mean
	}
	return nn.Reparameterise(c.Mean, c.LogVar, g.Noise(name, c.Mean.Shape()...))
}

// LogDensity returns ln q(z|x) of codes z (batch, latent), in nats (batch).
func (c Code) LogDensity(z nn.Node) nn.Node { return nn.GaussianNLL(c.Mean, c.LogVar, z).Neg() }

// Repeat is the code of each example k times in a row, (batch·k, latent).
func (c Code) Repeat(k int) Code {
	if c.IsPoint() {
		return Point(c.Mean.Repeat(k))
	}
	return Code{c.Mean.Repeat(k), c.LogVar.Repeat(k)}
}
