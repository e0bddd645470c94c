package models

import (
	"slices"

	"latentspace/nn"
	"latentspace/tensor"
)

// MLP is a network of linear layers: each hidden one with its normalisation,
// activation and dropout, and a linear map at the end. Examples of any shape are
// read as vectors.
type MLP struct {
	Hidden     []int         `yaml:"hidden"`     // widths, in order; may be empty
	Activation nn.Activation `yaml:"activation"` // of the hidden layers
	Norm       string        `yaml:"norm"`       // none, batch or layer
	Dropout    float64       `yaml:"dropout"`    // probability of zeroing a hidden value
	Init       string        `yaml:"init"`       // of the weights
}

// Check reports the fields that are out of range.
func (m MLP) Check(report func(key, format string, args ...any)) {
	positive(report, "hidden", m.Hidden)
	m.block().check(report)
	oneOf(report, "init", m.Init, inits)
}

func (m MLP) block() block { return block{m.Activation, m.Norm, m.Dropout} }

// Encode implements [Network].
func (m MLP) Encode(g *nn.Graph, x nn.Node, out int) nn.Node {
	return m.forward(g, nn.Flatten{}.Forward(g, x), out)
}

// Decode implements [Network].
func (m MLP) Decode(g *nn.Graph, z nn.Node, shape []int) nn.Node {
	return nn.Reshape{Shape: shape}.Forward(g, m.forward(g, z, tensor.Size(shape)))
}

func (m MLP) forward(g *nn.Graph, x nn.Node, out int) nn.Node {
	b := m.block()
	for i, width := range m.Hidden {
		in := numbered(g, i)
		x = nn.Linear{Out: width, Init: inits[m.Init], NoBias: b.centred()}.Forward(in, x)
		x = b.forward(in, x)
	}
	return nn.Linear{Out: out, Init: inits[m.Init]}.Forward(g.In("out"), x)
}

// Mirror implements [Network]: the hidden layers in reverse.
func (m MLP) Mirror() Network {
	m.Hidden = slices.Clone(m.Hidden)
	slices.Reverse(m.Hidden)
	return m
}
