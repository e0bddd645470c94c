package models

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"latentspace/nn"
)

// Network is a family of maps between examples and vectors. Its struct is its
// section of an experiment file.
type Network interface {
	// Encode maps examples x (batch, shape…) to vectors (batch, out).
	Encode(g *nn.Graph, x nn.Node, out int) nn.Node
	// Decode maps vectors z (batch, n) to examples (batch, shape…), without an
	// activation at the end.
	Decode(g *nn.Graph, z nn.Node, shape []int) nn.Node
	// Mirror is the network that decodes what this one encodes.
	Mirror() Network
}

// orMirror returns the decoder, or the mirror of the encoder where there is none.
func orMirror(decoder, encoder Network) Network {
	if decoder == nil {
		return encoder.Mirror()
	}
	return decoder
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

func (b block) check(report func(key, format string, args ...any)) {
	if !b.activation.Known() {
		report("activation", "%q, want one of %s", string(b.activation), strings.Join(nn.Activations(), ", "))
	}
	oneOf(report, "norm", b.norm, norms)
	if !(b.dropout >= 0 && b.dropout < 1) {
		report("dropout", "%v, want it in [0, 1)", b.dropout)
	}
}

// oneOf reports a name that is not among those of a table.
func oneOf[V any](report func(key, format string, args ...any), key, name string, table map[string]V) {
	if _, ok := table[name]; !ok {
		report(key, "%q, want one of %s", name, strings.Join(slices.Sorted(maps.Keys(table)), ", "))
	}
}

// positive reports a list of sizes that has one below 1 or is too long to be
// meant.
func positive(report func(key, format string, args ...any), key string, sizes []int) {
	for i, n := range sizes {
		if n < 1 || n > maxWidth {
			report(key, "element %d is %d, want it from 1 to %d", i, n, maxWidth)
		}
	}
	if len(sizes) > maxDepth {
		report(key, "%d layers, want at most %d", len(sizes), maxDepth)
	}
}

const (
	maxWidth = 1 << 20 // of a layer
	maxDepth = 1000    // layers of a network
)

// checkLatent reports a dimension of the latent space that cannot be meant.
func checkLatent(report func(key, format string, args ...any), n int) {
	if n < 1 || n > maxWidth {
		report("latent", "%d, want the dimension of the latent space, from 1 to %d", n, maxWidth)
	}
}

// numbered is the scope of layer i, counted from 1.
func numbered(g *nn.Graph, i int) *nn.Graph { return g.In(fmt.Sprintf("layer%d", i+1)) }
