package networks

import (
	"slices"

	"latentspace/nn"
	"latentspace/settings"
	"latentspace/tensor"
)

// MLP is a network of linear layers: each hidden one with its normalisation,
// activation and dropout, and a linear map at the end. Examples of any shape are
// read as vectors.
type MLP struct {
	Hidden     []int         `yaml:"hidden"`     // widths, in order; may be empty
	Activation nn.Activation `yaml:"activation"` // of the hidden layers
	Norm       string        `yaml:"norm"`       // none, batch, group, layer or spectral
	Dropout    float64       `yaml:"dropout"`    // probability of zeroing a hidden value
	Init       string        `yaml:"init"`       // of the weights
}

var defaultMLP = MLP{Hidden: []int{400}, Activation: "relu", Norm: "none", Init: "glorot"}

// Check reports the fields that are out of range.
func (m MLP) Check(report func(key, format string, args ...any)) {
	positive(report, "hidden", m.Hidden)
	m.block().check(report)
	settings.OneOf(report, "init", m.Init, inits)
}

func (m MLP) block() block { return block{m.Activation, m.Norm, m.Dropout} }

// Couples implements [Network].
func (m MLP) Couples() bool { return m.block().couples() }

// Map implements [Network].
func (m MLP) Map(g *nn.Graph, x nn.Node, out []int) nn.Node {
	x = m.forward(g, nn.Flatten{}.Forward(g, x), tensor.Size(out))
	if len(out) == 1 {
		return x
	}
	return nn.Reshape{Shape: out}.Forward(g, x)
}

func (m MLP) forward(g *nn.Graph, x nn.Node, out int) nn.Node {
	b := m.block()
	for i, width := range m.Hidden {
		in := numbered(g, i)
		x = nn.Linear{Out: width, Init: inits[m.Init], NoBias: b.centred(), Spectral: b.spectral()}.Forward(in, x)
		x = b.forward(in, x)
	}
	return nn.Linear{Out: out, Init: inits[m.Init], Spectral: b.spectral()}.Forward(g.In("out"), x)
}

// Mirror implements [Network]: the hidden layers in reverse.
func (m MLP) Mirror() Network {
	m.Hidden = slices.Clone(m.Hidden)
	slices.Reverse(m.Hidden)
	return m
}
