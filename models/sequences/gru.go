package sequences

import "latentspace/nn"

// GRUReader reads sequences by layers of gated recurrent units: see [nn.GRU]. Its vector is the mean
// of the states of the last layer over the steps that are known, or the state after the last of
// them.
//
// Cho et al., Learning Phrase Representations using RNN Encoder–Decoder for Statistical Machine
// Translation, EMNLP 2014.
type GRUReader struct {
	recurrentReader `yaml:",inline"`
}

// Read implements [Reader].
func (r GRUReader) Read(g *nn.Graph, x, known nn.Node) nn.Node {
	return r.read(g, x, known, func(g *nn.Graph, x, known nn.Node, reverse bool) nn.Node {
		return nn.GRU{Units: r.Units, Reverse: reverse}.Forward(g, x, nn.Node{}, known)
	})
}

// GRUWriter writes sequences by layers of gated recurrent units: see [nn.GRU]. The states of all
// layers begin as tanh of a linear map of z, and the first layer is given z at every step, beside x.
//
// Bowman et al., Generating Sentences from a Continuous Space, CoNLL 2016, section 3.
type GRUWriter struct {
	recurrent `yaml:",inline"`
}

// Write implements [Writer].
func (r GRUWriter) Write(g *nn.Graph, x, z nn.Node) nn.Node {
	x = along(x, z)
	for i, start := range r.Start(g, z, 0) {
		in := numbered(g, i)
		x = r.drop(in, nn.GRU{Units: r.Units}.Forward(in, x, start, nn.Node{}))
	}
	return x
}

// Start implements [Writer]: the state of each layer (batch, units).
func (r GRUWriter) Start(g *nn.Graph, z nn.Node, _ int) []nn.Node {
	return r.starts(g, z, r.Layers)
}

// Step implements [Writer].
func (r GRUWriter) Step(g *nn.Graph, x, z nn.Node, state []nn.Node) (y nn.Node, next []nn.Node) {
	y = nn.Concat(1, x, z)
	for i, h := range state {
		in := numbered(g, i)
		h = nn.GRU{Units: r.Units}.Step(in, y, h)
		next = append(next, h)
		y = r.drop(in, h)
	}
	return y, next
}
