package sequences

import "latentspace/nn"

// convolutional are layers of dilated convolutions along steps, with what they are given added:
//
//	x ← x + gelu(conv x)
//
// Layer i, counted from 0, takes steps that are 2ⁱ apart. So a step sees those before it, up to
// (2^Layers − 1)·(Kernel − 1) away, or half as far on both sides.
type convolutional struct {
	Channels int     `yaml:"channels"` // of each layer
	Kernel   int     `yaml:"kernel"`   // steps that a convolution is of, 2 to 64
	Layers   int     `yaml:"layers"`   // one above the other, 1 to 16
	Dropout  float64 `yaml:"dropout"`  // probability of zeroing a value between two layers and after the last
}

var defaultConvolutional = convolutional{Channels: 128, Kernel: 3, Layers: 5}

// Check reports the fields that are out of range.
func (c convolutional) Check(report func(key, format string, args ...any)) {
	checkBetween(report, "channels", c.Channels, 1, maxUnits)
	checkBetween(report, "kernel", c.Kernel, 2, 64)
	checkBetween(report, "layers", c.Layers, 1, 16)
	checkDropout(report, c.Dropout)
}

// conv is layer i.
func (c convolutional) conv(i int, causal bool) nn.Conv1D {
	return nn.Conv1D{Out: c.Channels, Kernel: c.Kernel, Dilation: 1 << i, Causal: causal}
}

// after is what a layer gives of x, and of y that its convolution made of it.
func (c convolutional) after(g *nn.Graph, x, y nn.Node) nn.Node {
	return nn.Dropout{Rate: c.Dropout}.Forward(g, x.Add(nn.Activation("gelu").Forward(g, y)))
}

// ConvReader reads sequences by dilated convolutions, see [nn.Conv1D]. Its vector is the mean of what
// they make of the steps that are known. Padding is zeros to them.
//
// Yu and Koltun, Multi-Scale Context Aggregation by Dilated Convolutions, ICLR 2016.
type ConvReader struct {
	convolutional `yaml:",inline"`
}

// Read implements [Reader].
func (c ConvReader) Read(g *nn.Graph, x, known nn.Node) nn.Node {
	x = eachStep(g.In("in"), x, nn.Linear{Out: c.Channels})
	for i := range c.Layers {
		in := numbered(g, i)
		x = onlyKnown(x, known) // the bias of the layer below is in the padding
		x = c.after(in, x, c.conv(i, false).Forward(in, x))
	}
	return meanOver(x, known)
}

// ConvWriter writes sequences by dilated convolutions of a step and those before it: see [nn.Conv1D].
// It is given z at every step, beside x.
//
// Yang, Hu, Salakhutdinov and Berg-Kirkpatrick, Improved Variational Autoencoders for Text Modeling
// using Dilated Convolutions, ICML 2017.
type ConvWriter struct {
	convolutional `yaml:",inline"`
}

// Write implements [Writer].
func (c ConvWriter) Write(g *nn.Graph, x, z nn.Node) nn.Node {
	x = eachStep(g.In("in"), along(x, z), nn.Linear{Out: c.Channels})
	for i := range c.Layers {
		in := numbered(g, i)
		x = c.after(in, x, c.conv(i, true).Forward(in, x))
	}
	return x
}

// Start implements [Writer]: what each layer was given before, as far back as it sees, (batch, steps,
// channels).
func (c ConvWriter) Start(g *nn.Graph, z nn.Node, _ int) []nn.Node {
	var state []nn.Node
	for i := range c.Layers {
		state = append(state, g.Scalar(0).Broadcast(z.Shape()[0], c.conv(i, true).Before(), c.Channels))
	}
	return state
}

// Step implements [Writer].
func (c ConvWriter) Step(g *nn.Graph, x, z nn.Node, state []nn.Node) (y nn.Node, next []nn.Node) {
	y = nn.Linear{Out: c.Channels}.Forward(g.In("in"), nn.Concat(1, x, z))
	for i, past := range state {
		in := numbered(g, i)
		made, p := c.conv(i, true).Step(in, y, past)
		next = append(next, p)
		y = c.after(in, y, made)
	}
	return y, next
}
