// Package networks has the families of maps that models are made of: a struct of
// hyperparameters each, which is also its section of an experiment file.
package networks

import (
	"fmt"
	"strings"

	"latentspace/nn"
	"latentspace/settings"
)

// Network is a family of maps between examples, vectors and maps of codes. Its struct is its
// section of an experiment file.
type Network interface {
	// Map maps x (batch, in…) to (batch, out…), without an activation at the end.
	Map(g *nn.Graph, x nn.Node, out []int) nn.Node
	// Mirror is the network that decodes what this one encodes.
	Mirror() Network
	// Couples reports whether what an example is mapped to depends, in training, on the
	// others of its batch, as with normalisation by the batch.
	Couples() bool
}

// Networks has every kind of network, with its defaults filled in.
var Networks = map[string]func() Network{
	"conv":   func() Network { return defaultConv },
	"conv1d": func() Network { return defaultConv1D },
	"gated":  func() Network { return defaultGated },
	"mlp":    func() Network { return Default() },
	"resnet": func() Network { return defaultResNet },
}

// Default is the network of a model whose experiment names none.
func Default() Network { return defaultMLP }

// Vector maps x (batch, in…) to vectors (batch, n).
func Vector(g *nn.Graph, n Network, x nn.Node, size int) nn.Node { return n.Map(g, x, []int{size}) }

// Or is the network, or the mirror of another where there is none.
func Or(n, mirrored Network) Network {
	if n == nil {
		return mirrored.Mirror()
	}
	return n
}

// inits are the initialisers that a network can name.
var inits = map[string]nn.Init{
	"glorot":     nn.Glorot,
	"he":         nn.He,
	"normal":     nn.Normal(0.02), // as DCGAN
	"orthogonal": nn.Orthogonal,
	"uniform":    nn.Uniform(0.05),
	"zeros":      nn.Zeros,
}

// norms are the normalisations that a network can name. The spectral one is of the weights, and
// not of what they give.
var norms = map[string]nn.Layer{
	"none":     nil,
	"batch":    nn.BatchNorm{},
	"layer":    nn.LayerNorm{},
	"group":    nn.GroupNorm{},
	"spectral": nil,
}

// block is what follows each linear map inside a network: normalisation,
// activation and dropout.
type block struct {
	activation nn.Activation
	norm       string
	dropout    float64
}

func (b block) forward(g *nn.Graph, x nn.Node) nn.Node {
	if norm := norms[b.norm]; norm != nil {
		x = norm.Forward(g.In("norm"), x)
	}
	x = b.activation.Forward(g, x)
	return nn.Dropout{Rate: b.dropout}.Forward(g, x)
}

// centred reports whether the normalisation takes the mean of each feature away,
// so that the map before it needs no bias.
func (b block) centred() bool { return b.norm == "batch" }

// spectral reports whether the weights are normalised, those of the last layer too.
func (b block) spectral() bool { return b.norm == "spectral" }

// couples reports whether the normalisation goes by the batch.
func (b block) couples() bool { return b.norm == "batch" }

func (b block) check(report func(key, format string, args ...any)) {
	if !b.activation.Known() {
		report("activation", "%q, want one of %s", string(b.activation), strings.Join(nn.Activations(), ", "))
	}
	settings.OneOf(report, "norm", b.norm, norms)
	checkDropout(report, b.dropout)
}

func checkDropout(report func(key, format string, args ...any), rate float64) {
	if !(rate >= 0 && rate < 1) {
		report("dropout", "%v, want it in [0, 1)", rate)
	}
}

// positive reports a list of sizes that has one below 1 or is too long to be
// meant.
func positive(report func(key, format string, args ...any), key string, sizes []int) {
	for i, n := range sizes {
		if n < 1 || n > MaxWidth {
			report(key, "element %d is %d, want it from 1 to %d", i, n, MaxWidth)
		}
	}
	if len(sizes) > maxDepth {
		report(key, "%d layers, want at most %d", len(sizes), maxDepth)
	}
}

// Limits of what can be meant.
const (
	MaxWidth = 1 << 20 // of a layer, and of a latent space
	maxDepth = 1000    // layers of a network
)

// numbered is the scope of layer i, counted from 1.
func numbered(g *nn.Graph, i int) *nn.Graph { return g.In(fmt.Sprintf("layer%d", i+1)) }

// tail is a shape without its first axis.
func tail(shape []int) []int {
	if len(shape) == 0 {
		return nil
	}
	return shape[1:]
}
