package models

import (
	"slices"

	"latentspace/nn"
)

// Conv is a convolutional network for pictures of any size and number of
// channels. Each entry of Channels halves height and width, rounding down:
//
//	stride      4×4 convolution, stride 2
//	avg, max    3×3 convolution, then 2×2 pooling
//
// and, decoding, doubles them up to the size they were halved from:
//
//	transposed  4×4 transposed convolution, stride 2
//	nearest     nearest-neighbour enlargement, then 3×3 convolution
//
// Between the pictures and the vectors are linear layers of the widths Hidden.
// Every layer has its normalisation, activation and dropout, except that the one
// that reads or makes the picture has no normalisation.
//
// Radford, Metz and Chintala, Unsupervised Representation Learning with Deep
// Convolutional Generative Adversarial Networks, ICLR 2016, section 3.
type Conv struct {
	Channels   []int         `yaml:"channels"`   // of each halving, or doubling, in order
	Hidden     []int         `yaml:"hidden"`     // widths of the linear layers
	Activation nn.Activation `yaml:"activation"` // of all layers but the last
	Norm       string        `yaml:"norm"`       // none, batch or layer
	Dropout    float64       `yaml:"dropout"`    // probability of zeroing a value
	Init       string        `yaml:"init"`       // of the weights
	Down       string        `yaml:"down"`       // stride, avg or max
	Up         string        `yaml:"up"`         // transposed or nearest
}

var (
	downs = map[string]bool{"stride": true, "avg": true, "max": true}
	ups   = map[string]bool{"transposed": true, "nearest": true}
)

// Check reports the fields that are out of range.
func (c Conv) Check(report func(key, format string, args ...any)) {
	if len(c.Channels) == 0 {
		report("channels", "empty, want the channels of at least one layer")
	}
	positive(report, "channels", c.Channels)
	positive(report, "hidden", c.Hidden)
	c.block().check(report)
	oneOf(report, "init", c.Init, inits)
	oneOf(report, "down", c.Down, downs)
	oneOf(report, "up", c.Up, ups)
}

func (c Conv) block() block { return block{c.Activation, c.Norm, c.Dropout} }

// Encode implements [Network].
func (c Conv) Encode(g *nn.Graph, x nn.Node, out int) nn.Node {
	if len(x.Shape()) != 4 {
		return g.Failf("conv network: examples of shape %v, want pictures (height, width, channels); use an mlp", tail(x.Shape()))
	}
	b := c.block()
	for i, channels := range c.Channels {
		s := x.Shape()
		if len(s) != 4 {
			return x // of a layer that failed
		}
		if s[1] < 2 || s[2] < 2 {
			return g.Failf("conv network: %d×%d pictures are left after %d halvings, want at least 2×2; use fewer channels", s[1], s[2], i)
		}
		in := numbered(g, i)
		first := b
		if i == 0 {
			first.norm = "none"
		}
		x = c.down(in, x, channels, first)
	}
	x = nn.Flatten{}.Forward(g, x)
	for i, width := range c.Hidden {
		in := numbered(g, len(c.Channels)+i)
		x = nn.Linear{Out: width, Init: inits[c.Init], NoBias: b.centred()}.Forward(in, x)
		x = b.forward(in, x)
	}
	return nn.Linear{Out: out, Init: inits[c.Init]}.Forward(g.In("out"), x)
}

func (c Conv) down(g *nn.Graph, x nn.Node, channels int, b block) nn.Node {
	init, noBias := inits[c.Init], b.centred()
	if c.Down == "stride" {
		x = nn.Conv{Out: channels, Kernel: 4, Stride: 2, Pad: 1, Init: init, NoBias: noBias}.Forward(g, x)
		return b.forward(g, x)
	}
	x = nn.Conv{Out: channels, Kernel: 3, Pad: 1, Init: init, NoBias: noBias}.Forward(g, x)
	x = b.forward(g, x)
	if c.Down == "max" {
		return nn.MaxPool{Size: 2}.Forward(g, x)
	}
	return nn.AvgPool{Size: 2}.Forward(g, x)
}

// Decode implements [Network].
func (c Conv) Decode(g *nn.Graph, z nn.Node, shape []int) nn.Node {
	if len(shape) != 3 {
		return g.Failf("conv network: examples of shape %v, want pictures (height, width, channels); use an mlp", shape)
	}
	// The sizes that the doublings pass through, from the picture's inwards.
	sizes := [][2]int{{shape[0], shape[1]}}
	for i := range c.Channels {
		last := sizes[i]
		if last[0] < 2 || last[1] < 2 {
			return g.Failf("conv network: %d×%d pictures are left after %d halvings, want at least 2×2; use fewer channels", last[0], last[1], i)
		}
		if c.Up == "nearest" {
			last[0], last[1] = last[0]+1, last[1]+1 // round up: the enlarged picture is cut
		}
		sizes = append(sizes, [2]int{last[0] / 2, last[1] / 2})
	}
	slices.Reverse(sizes)

	b := c.block()
	init, noBias := inits[c.Init], b.centred()
	for i, width := range c.Hidden {
		in := numbered(g, i)
		z = nn.Linear{Out: width, Init: init, NoBias: noBias}.Forward(in, z)
		z = b.forward(in, z)
	}
	in := numbered(g, len(c.Hidden))
	start := []int{sizes[0][0], sizes[0][1], c.Channels[0]}
	x := nn.Linear{Out: start[0] * start[1] * start[2], Init: init, NoBias: noBias}.Forward(in, z)
	x = b.forward(in, nn.Reshape{Shape: start}.Forward(in, x))

	for i := range c.Channels {
		in := g.In("out")
		channels, last := shape[2], i == len(c.Channels)-1
		if !last {
			in, channels = numbered(g, len(c.Hidden)+1+i), c.Channels[i+1]
		}
		x = c.up(in, x, channels, sizes[i+1], noBias && !last)
		if !last {
			x = b.forward(in, x)
		}
	}
	return x
}

func (c Conv) up(g *nn.Graph, x nn.Node, channels int, size [2]int, noBias bool) nn.Node {
	if c.Up == "transposed" {
		return nn.ConvTranspose{Out: channels, Kernel: 4, Stride: 2, Pad: 1,
			Height: size[0], Width: size[1], Init: inits[c.Init], NoBias: noBias}.Forward(g, x)
	}
	x = nn.Upsample{Factor: 2}.Forward(g, x)
	if s := x.Shape(); len(s) == 4 && s[1] != size[0] {
		x = x.Slice(1, 0, size[0])
	}
	if s := x.Shape(); len(s) == 4 && s[2] != size[1] {
		x = x.Slice(2, 0, size[1])
	}
	return nn.Conv{Out: channels, Kernel: 3, Pad: 1, Init: inits[c.Init], NoBias: noBias}.Forward(g, x)
}

// Mirror implements [Network]: channels and linear layers in reverse.
func (c Conv) Mirror() Network {
	c.Channels, c.Hidden = slices.Clone(c.Channels), slices.Clone(c.Hidden)
	slices.Reverse(c.Channels)
	slices.Reverse(c.Hidden)
	return c
}

// tail is a shape without its first axis.
func tail(shape []int) []int {
	if len(shape) == 0 {
		return nil
	}
	return shape[1:]
}
