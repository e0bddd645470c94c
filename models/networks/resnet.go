package networks

import (
	"fmt"
	"slices"

	"latentspace/nn"
)

// ResNet is a residual network for pictures of any size and number of channels: the halvings and
// doublings of [Conv], without normalisation and activation, and residual blocks at each size,
//
//	y = x + conv(act(norm(conv(act(norm(x))))))
//
// with 3×3 convolutions, the second of which starts at zero, so that a block is the identity at
// first. After the blocks of maps that are Attention high or wide there is self-attention between
// their places. The last block of an encoder, and of a decoder, is followed by a normalisation and
// an activation. Pictures are halved before the first block: blocks at their full size would take
// most of the time. The network is the autoencoder of latent diffusion in the small.
//
// Rombach et al., High-Resolution Image Synthesis with Latent Diffusion Models, CVPR 2022,
// section 3.1; He et al., Identity Mappings in Deep Residual Networks, ECCV 2016, figure 1.
type ResNet struct {
	Channels   []int         `yaml:"channels"`   // of each halving, or doubling, in order
	Blocks     int           `yaml:"blocks"`     // residual blocks at each size, 1 to 100
	Attention  int           `yaml:"attention"`  // height or width of the maps with self-attention; 0 for none
	Activation nn.Activation `yaml:"activation"` // of all layers but the last
	Norm       string        `yaml:"norm"`       // none, batch, group, layer or spectral; spectral is of encoders
	Dropout    float64       `yaml:"dropout"`    // probability of zeroing a value, in blocks
	Init       string        `yaml:"init"`       // of the weights
	Down       string        `yaml:"down"`       // stride, avg or max
	Up         string        `yaml:"up"`         // transposed or nearest
}

var defaultResNet = ResNet{
	Channels: []int{32, 64, 128}, Blocks: 1, Attention: 8, Activation: "silu", Norm: "group", Init: "he", Down: "stride", Up: "transposed",
}

// Check reports the fields that are out of range.
func (r ResNet) Check(report func(key, format string, args ...any)) {
	r.scales().Check(func(key, format string, args ...any) {
		if key != "norm" && key != "activation" && key != "dropout" {
			report(key, format, args...)
		}
	})
	r.block().check(report)
	if r.Blocks < 1 || r.Blocks > maxBlocks {
		report("blocks", "%d, want it from 1 to %d", r.Blocks, maxBlocks)
	}
	if r.Attention < 0 {
		report("attention", "%d, want the size of a map, or 0 for none", r.Attention)
	}
}

const maxBlocks = 100

func (r ResNet) block() block { return block{r.Activation, r.Norm, r.Dropout} }

func (r ResNet) spectral() bool { return r.block().spectral() }

// Couples implements [Network].
func (r ResNet) Couples() bool { return r.block().couples() }

// scales are the halvings and doublings.
func (r ResNet) scales() Conv {
	c := Conv{Channels: r.Channels, Activation: "identity", Norm: "none", Init: r.Init, Down: r.Down, Up: r.Up}
	if r.spectral() {
		c.Norm = r.Norm
	}
	return c
}

// sizes are those that the doublings pass through, up to a picture's.
func (r ResNet) sizes(shape []int) ([][2]int, error) { return r.scales().sizes(shape) }

// Map implements [Network]: as that of [Conv].
func (r ResNet) Map(g *nn.Graph, x nn.Node, out []int) nn.Node {
	return r.scales().mapWith(g, x, out, stages{each: r.blocks, end: r.end})
}

// blocks are those of a size, and its attention.
func (r ResNet) blocks(g *nn.Graph, x nn.Node) nn.Node {
	for i := range r.Blocks {
		x = r.residual(g.In(fmt.Sprintf("block%d", i+1)), x)
	}
	if s := x.Shape(); r.Attention > 0 && len(s) == 4 && max(s[1], s[2]) == r.Attention {
		x = r.attention(g.In("attention"), x)
	}
	return x
}

// residual is a block.
func (r ResNet) residual(g *nn.Graph, x nn.Node) nn.Node {
	s := x.Shape()
	if len(s) != 4 {
		return x // of a layer that failed
	}
	inner := r.block()
	inner.dropout = 0
	conv := nn.Conv{Out: s[3], Kernel: 3, Pad: 1, Init: inits[r.Init], Spectral: r.spectral()}
	first, second := g.In("first"), g.In("second")
	h := conv.Forward(first, inner.forward(first, x))
	conv.Init = r.lastInit()
	return x.Add(conv.Forward(second, r.block().forward(second, h)))
}

// lastInit is that of the layers whose results are added to a map: zero, but not of weights that
// are divided by their largest singular value.
func (r ResNet) lastInit() nn.Init {
	if r.spectral() {
		return inits[r.Init]
	}
	return nn.Zeros
}

// end is the normalisation and the activation before the last layer.
func (r ResNet) end(g *nn.Graph, x nn.Node) nn.Node {
	b := r.block()
	b.dropout = 0
	return b.forward(g.In("end"), x)
}

// Mirror implements [Network]: channels in reverse.
func (r ResNet) Mirror() Network {
	r.Channels = slices.Clone(r.Channels)
	slices.Reverse(r.Channels)
	return r
}
