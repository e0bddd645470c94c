package networks

import (
	"fmt"
	"slices"

	"latentspace/nn"
	"latentspace/settings"
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
// Between the pictures and the vectors are linear layers of the widths Hidden; a map of codes
// (height, width, channels) is made from the last halving, or doubled from, by a 3×3
// convolution instead.
// Every layer has its normalisation, activation and dropout, except that the one
// that reads or makes the picture has no normalisation. Spectral normalisation is of the weights
// of the network as an encoder, such as a discriminator, those that read the picture too.
//
// Radford, Metz and Chintala, Unsupervised Representation Learning with Deep
// Convolutional Generative Adversarial Networks, ICLR 2016, section 3.
type Conv struct {
	Channels   []int         `yaml:"channels"`   // of each halving, or doubling, in order
	Hidden     []int         `yaml:"hidden"`     // widths of the linear layers
	Activation nn.Activation `yaml:"activation"` // of all layers but the last
	Norm       string        `yaml:"norm"`       // none, batch, group, layer or spectral; spectral is of encoders
	Dropout    float64       `yaml:"dropout"`    // probability of zeroing a value
	Init       string        `yaml:"init"`       // of the weights
	Down       string        `yaml:"down"`       // stride, avg or max
	Up         string        `yaml:"up"`         // transposed or nearest
}

var (
	downs = map[string]bool{"stride": true, "avg": true, "max": true}
	ups   = map[string]bool{"transposed": true, "nearest": true}
)

var defaultConv = Conv{
	Channels: []int{32, 64}, Activation: "relu", Norm: "none", Init: "glorot", Down: "stride", Up: "transposed",
}

// Check reports the fields that are out of range.
func (c Conv) Check(report func(key, format string, args ...any)) {
	if len(c.Channels) == 0 {
		report("channels", "empty, want the channels of at least one layer")
	}
	positive(report, "channels", c.Channels)
	positive(report, "hidden", c.Hidden)
	c.block().check(report)
	settings.OneOf(report, "init", c.Init, inits)
	settings.OneOf(report, "down", c.Down, downs)
	settings.OneOf(report, "up", c.Up, ups)
}

func (c Conv) block() block { return block{c.Activation, c.Norm, c.Dropout} }

// Couples implements [Network].
func (c Conv) Couples() bool { return c.block().couples() }

// Map implements [Network]: it halves pictures that it maps to vectors or to smaller maps, and
// doubles vectors and maps that it maps to larger pictures.
func (c Conv) Map(g *nn.Graph, x nn.Node, out []int) nn.Node {
	same := func(_ *nn.Graph, x nn.Node) nn.Node { return x }
	return c.mapWith(g, x, out, stages{each: same, end: same})
}

// stages are what a network does to its maps besides: to each as a halving or the start of
// decoding made it, before it is doubled, and to the last before the layer that ends the network.
type stages struct {
	each, end func(g *nn.Graph, x nn.Node) nn.Node
}

// mapWith is [Conv.Map] with stages.
func (c Conv) mapWith(g *nn.Graph, x nn.Node, out []int, s stages) nn.Node {
	in := tail(x.Shape())
	switch {
	case len(out) == 3 && (len(in) != 3 || in[0] < out[0] || in[1] < out[1]):
		return c.decode(g, x, out, s)
	case len(out) != 1 && len(out) != 3:
		return g.Failf("conv network: examples of shape %v, want pictures (height, width, channels); use an mlp", out)
	}
	return c.encode(g, x, out, s)
}

// encode maps pictures to vectors or to maps.
func (c Conv) encode(g *nn.Graph, x nn.Node, out []int, stages stages) nn.Node {
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
		x = stages.each(in, c.down(in, x, channels, first))
	}
	x = stages.end(g, x)
	if len(out) == 3 {
		if s := tail(x.Shape()); len(s) == 3 && (s[0] != out[0] || s[1] != out[1]) {
			return g.Failf("conv network: a map of %d×%d after %d halvings, want %d×%d%s", s[0], s[1], len(c.Channels), out[0], out[1], c.evenHint())
		}
		return nn.Conv{Out: out[2], Kernel: 3, Pad: 1, Init: inits[c.Init], Spectral: b.spectral()}.Forward(g.In("out"), x)
	}
	x = nn.Flatten{}.Forward(g, x)
	for i, width := range c.Hidden {
		in := numbered(g, len(c.Channels)+i)
		x = nn.Linear{Out: width, Init: inits[c.Init], NoBias: b.centred(), Spectral: b.spectral()}.Forward(in, x)
		x = b.forward(in, x)
	}
	return nn.Linear{Out: out[0], Init: inits[c.Init], Spectral: b.spectral()}.Forward(g.In("out"), x)
}

// evenHint says how a map of codes can be had of a size that halves to an odd one, which an
// enlargement that is cut cannot make again.
func (c Conv) evenHint() string {
	if c.Up == "nearest" {
		return ", which up: nearest makes a picture of; use up: transposed"
	}
	return ""
}

func (c Conv) down(g *nn.Graph, x nn.Node, channels int, b block) nn.Node {
	init, noBias := inits[c.Init], b.centred()
	if c.Down == "stride" {
		x = nn.Conv{Out: channels, Kernel: 4, Stride: 2, Pad: 1, Init: init, NoBias: noBias, Spectral: b.spectral()}.Forward(g, x)
		return b.forward(g, x)
	}
	x = nn.Conv{Out: channels, Kernel: 3, Pad: 1, Init: init, NoBias: noBias, Spectral: b.spectral()}.Forward(g, x)
	x = b.forward(g, x)
	if c.Down == "max" {
		return nn.MaxPool{Size: 2}.Forward(g, x)
	}
	return nn.AvgPool{Size: 2}.Forward(g, x)
}

// decode maps vectors or maps to pictures of a shape.
func (c Conv) decode(g *nn.Graph, z nn.Node, shape []int, stages stages) nn.Node {
	sizes, err := c.sizes(shape)
	if err != nil {
		return g.Failf("conv network: %w", err)
	}
	b := c.block()
	noBias := b.centred()
	start := []int{sizes[0][0], sizes[0][1], c.Channels[0]}
	x := c.start(g, z, start)
	for i := range c.Channels {
		channels, last := shape[2], i == len(c.Channels)-1
		x = stages.each(numbered(g, len(c.Hidden)+i), x)
		if last {
			x = stages.end(g, x)
		}
		in := g.In("out")
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

// start maps what is decoded to the first map that is doubled: a vector by linear layers, a
// map by a convolution.
func (c Conv) start(g *nn.Graph, z nn.Node, shape []int) nn.Node {
	b := c.block()
	init, noBias := inits[c.Init], b.centred()
	if in := tail(z.Shape()); len(in) == 3 {
		layer := numbered(g, len(c.Hidden))
		if in[0] != shape[0] || in[1] != shape[1] {
			return g.Failf("conv network: a map of %d×%d, want %d×%d, which %d doublings make a picture", in[0], in[1], shape[0], shape[1], len(c.Channels))
		}
		z = nn.Conv{Out: shape[2], Kernel: 3, Pad: 1, Init: init, NoBias: noBias}.Forward(layer, z)
		return b.forward(layer, z)
	}
	for i, width := range c.Hidden {
		in := numbered(g, i)
		z = nn.Linear{Out: width, Init: init, NoBias: noBias}.Forward(in, z)
		z = b.forward(in, z)
	}
	in := numbered(g, len(c.Hidden))
	x := nn.Linear{Out: shape[0] * shape[1] * shape[2], Init: init, NoBias: noBias}.Forward(in, z)
	return b.forward(in, nn.Reshape{Shape: shape}.Forward(in, x))
}

// sizes are those that the doublings pass through, up to a picture's.
func (c Conv) sizes(shape []int) ([][2]int, error) {
	if len(shape) != 3 {
		return nil, fmt.Errorf("examples of shape %v, want pictures (height, width, channels); use an mlp", shape)
	}
	sizes := [][2]int{{shape[0], shape[1]}}
	for i := range c.Channels {
		last := sizes[i]
		if last[0] < 2 || last[1] < 2 {
			return nil, fmt.Errorf("%d×%d pictures are left after %d halvings, want at least 2×2; use fewer channels", last[0], last[1], i)
		}
		if c.Up == "nearest" {
			last[0], last[1] = last[0]+1, last[1]+1 // round up: the enlarged picture is cut
		}
		sizes = append(sizes, [2]int{last[0] / 2, last[1] / 2})
	}
	slices.Reverse(sizes)
	return sizes, nil
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
