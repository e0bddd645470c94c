package networks

import (
	"slices"

	"latentspace/nn"
	"latentspace/settings"
)

// Conv1D is a convolutional network along time, for spectrograms (bands, frames, channels) and other
// pictures whose rows have no order of their own: a frame is all rows of a column. Each entry of
// Channels halves the number of frames, rounding down, by a convolution of four frames with a stride
// of two; the first takes all rows of its frames. Decoding, transposed convolutions double the frames
// up to the number that they were halved from, and the last makes all rows.
//
// Between frames and vectors are linear layers of the widths Hidden. Every layer has its
// normalisation, activation and dropout, except that the one that reads or makes the spectrogram has
// no normalisation. Spectral normalisation is of the weights of the network as an encoder.
//
// After van den Oord, Dieleman and Schrauwen, Deep Content-Based Music Recommendation, NIPS 2013,
// section 4.2, whose frames are pooled.
type Conv1D struct {
	Channels   []int         `yaml:"channels"`   // of each halving, or doubling, in order
	Hidden     []int         `yaml:"hidden"`     // widths of the linear layers
	Activation nn.Activation `yaml:"activation"` // of all layers but the last
	Norm       string        `yaml:"norm"`       // none, batch, group, layer or spectral; spectral is of encoders
	Dropout    float64       `yaml:"dropout"`    // probability of zeroing a value
	Init       string        `yaml:"init"`       // of the weights
}

var defaultConv1D = Conv1D{Channels: []int{128, 128, 128}, Activation: "relu", Norm: "none", Init: "glorot"}

// taps is how many frames a convolution sees.
const taps = 4

// Check reports the fields that are out of range.
func (c Conv1D) Check(report func(key, format string, args ...any)) {
	if len(c.Channels) == 0 {
		report("channels", "empty, want the channels of at least one layer")
	}
	positive(report, "channels", c.Channels)
	positive(report, "hidden", c.Hidden)
	c.block().check(report)
	settings.OneOf(report, "init", c.Init, inits)
}

func (c Conv1D) block() block { return block{c.Activation, c.Norm, c.Dropout} }

// Couples implements [Network].
func (c Conv1D) Couples() bool { return c.block().couples() }

// Map implements [Network]: it maps spectrograms to vectors, and vectors to spectrograms.
func (c Conv1D) Map(g *nn.Graph, x nn.Node, out []int) nn.Node {
	in := tail(x.Shape())
	switch {
	case len(in) == 3 && len(out) == 1:
		return c.encode(g, x, out[0])
	case len(in) == 1 && len(out) == 3:
		return c.decode(g, x, out)
	}
	return g.Failf("conv1d network: examples of shape %v to %v, want spectrograms (bands, frames, channels) on one side and vectors on the other; use an mlp, or conv for maps", in, out)
}

func (c Conv1D) encode(g *nn.Graph, x nn.Node, size int) nn.Node {
	b := c.block()
	init := inits[c.Init]
	for i, channels := range c.Channels {
		if g.Err() != nil {
			return x
		}
		s := x.Shape()
		if s[2] < 2 {
			return g.Failf("conv1d network: %d frames are left after %d halvings, want at least 2; use fewer channels", s[2], i)
		}
		in, first := numbered(g, i), b
		if i == 0 {
			first.norm = "none"
		}
		w := in.Param("weight", init, s[1], taps, s[3], channels)
		if b.spectral() {
			w = nn.Spectral(in, w)
		}
		x = x.Pad(2, 1, s[2]+2).Conv(w, 2, 0)
		if !first.centred() {
			x = x.AddRow(in.Param("bias", nn.Zeros, channels))
		}
		x = first.forward(in, x)
	}
	x = nn.Flatten{}.Forward(g, x)
	for i, width := range c.Hidden {
		in := numbered(g, len(c.Channels)+i)
		x = nn.Linear{Out: width, Init: init, NoBias: b.centred(), Spectral: b.spectral()}.Forward(in, x)
		x = b.forward(in, x)
	}
	return nn.Linear{Out: size, Init: init, Spectral: b.spectral()}.Forward(g.In("out"), x)
}

func (c Conv1D) decode(g *nn.Graph, z nn.Node, shape []int) nn.Node {
	frames := []int{shape[1]}
	for i := range c.Channels {
		if frames[i] < 2 {
			return g.Failf("conv1d network: %d frames are left after %d halvings, want at least 2; use fewer channels", frames[i], i)
		}
		frames = append(frames, frames[i]/2)
	}
	slices.Reverse(frames)
	b := c.block()
	init := inits[c.Init]
	for i, width := range c.Hidden {
		in := numbered(g, i)
		z = nn.Linear{Out: width, Init: init, NoBias: b.centred()}.Forward(in, z)
		z = b.forward(in, z)
	}
	in := numbered(g, len(c.Hidden))
	start := []int{1, frames[0], c.Channels[0]}
	x := nn.Linear{Out: frames[0] * c.Channels[0], Init: init, NoBias: b.centred()}.Forward(in, z)
	x = b.forward(in, nn.Reshape{Shape: start}.Forward(in, x))
	for i, from := range c.Channels {
		last := i == len(c.Channels)-1
		in, rows, channels := g.In("out"), shape[0], shape[2]
		if !last {
			in, rows, channels = numbered(g, len(c.Hidden)+1+i), 1, c.Channels[i+1]
		}
		n := frames[i+1]
		w := in.Param("weight", nn.Transposed(init), rows, taps, channels, from)
		x = x.ConvTranspose(w, 2, 0, rows, n+2).Slice(2, 1, n+1)
		if last || !b.centred() {
			x = x.AddRow(in.Param("bias", nn.Zeros, channels))
		}
		if !last {
			x = b.forward(in, x)
		}
	}
	return x
}

// Mirror implements [Network]: channels and linear layers in reverse.
func (c Conv1D) Mirror() Network {
	c.Channels, c.Hidden = slices.Clone(c.Channels), slices.Clone(c.Hidden)
	slices.Reverse(c.Channels)
	slices.Reverse(c.Hidden)
	return c
}
