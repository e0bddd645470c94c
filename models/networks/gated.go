package networks

import (
	"slices"

	"latentspace/nn"
	"latentspace/settings"
	"latentspace/tensor"
)

// Gated is a network of gated dense layers, whose gates say which of their values go on, and a linear
// map at the end:
//
//	h = (W·x + b) ⊙ σ(V·x + c)
//
//	W, b in the scope "value" and V, c in the scope "gate" of each layer
//
// Examples of any shape are read as vectors.
//
// Dauphin, Fan, Auli and Grangier, Language Modeling with Gated Convolutional Networks, ICML 2017,
// equation 1; Tomczak and Welling, VAE with a VampPrior, AISTATS 2018, use them.
type Gated struct {
	Hidden  []int   `yaml:"hidden"`  // widths, in order; may be empty
	Dropout float64 `yaml:"dropout"` // probability of zeroing a hidden value
	Init    string  `yaml:"init"`    // of the weights
}

var defaultGated = Gated{Hidden: []int{300, 300}, Init: "glorot"}

// Check reports the fields that are out of range.
func (m Gated) Check(report func(key, format string, args ...any)) {
	positive(report, "hidden", m.Hidden)
	checkDropout(report, m.Dropout)
	settings.OneOf(report, "init", m.Init, inits)
}

// Couples implements [Network].
func (Gated) Couples() bool { return false }

// Map implements [Network].
func (m Gated) Map(g *nn.Graph, x nn.Node, out []int) nn.Node {
	x = nn.Flatten{}.Forward(g, x)
	for i, width := range m.Hidden {
		in := numbered(g, i)
		linear := nn.Linear{Out: width, Init: inits[m.Init]}
		value := linear.Forward(in.In("value"), x)
		x = value.Mul(linear.Forward(in.In("gate"), x).Sigmoid())
		x = nn.Dropout{Rate: m.Dropout}.Forward(in, x)
	}
	x = nn.Linear{Out: tensor.Size(out), Init: inits[m.Init]}.Forward(g.In("out"), x)
	if len(out) == 1 {
		return x
	}
	return nn.Reshape{Shape: out}.Forward(g, x)
}

// Mirror implements [Network]: the hidden layers in reverse.
func (m Gated) Mirror() Network {
	m.Hidden = slices.Clone(m.Hidden)
	slices.Reverse(m.Hidden)
	return m
}
