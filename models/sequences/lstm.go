package sequences

import "latentspace/nn"

// LSTMReader reads sequences by layers of long short-term memory: see [nn.LSTM]. Its vector is the
// mean of the states of the last layer over the steps that are known, or the state after the last of
// them.
//
// Hochreiter and Schmidhuber, Long Short-Term Memory, Neural Computation 1997.
type LSTMReader struct {
	recurrentReader `yaml:",inline"`
}

// Read implements [Reader].
func (r LSTMReader) Read(g *nn.Graph, x, known nn.Node) nn.Node {
	return r.read(g, x, known, func(g *nn.Graph, x, known nn.Node, reverse bool) nn.Node {
		states, _, _ := nn.LSTM{Units: r.Units, Reverse: reverse}.Forward(g, x, nn.Node{}, nn.Node{}, known)
		return states
	})
}

// LSTMWriter writes sequences by layers of long short-term memory: see [nn.LSTM]. The states of all
// layers begin as tanh of a linear map of z, and their cells as another; the first layer is given z at
// every step, beside x.
//
// Bowman et al., Generating Sentences from a Continuous Space, CoNLL 2016, section 3.
type LSTMWriter struct {
	recurrent `yaml:",inline"`
}

// Write implements [Writer].
func (r LSTMWriter) Write(g *nn.Graph, x, z nn.Node) nn.Node {
	x = along(x, z)
	start := r.Start(g, z, 0)
	for i := range r.Layers {
		in := numbered(g, i)
		states, _, _ := nn.LSTM{Units: r.Units}.Forward(in, x, start[2*i], start[2*i+1], nn.Node{})
		x = r.drop(in, states)
	}
	return x
}

// Start implements [Writer]: the state and the cell of each layer in turn, (batch, units).
func (r LSTMWriter) Start(g *nn.Graph, z nn.Node, _ int) []nn.Node {
	return r.starts(g, z, 2*r.Layers)
}

// Step implements [Writer].
func (r LSTMWriter) Step(g *nn.Graph, x, z nn.Node, state []nn.Node) (y nn.Node, next []nn.Node) {
	y = nn.Concat(1, x, z)
	for i := range r.Layers {
		in := numbered(g, i)
		h, c := nn.LSTM{Units: r.Units}.Step(in, y, state[2*i], state[2*i+1])
		next = append(next, h, c)
		y = r.drop(in, h)
	}
	return y, next
}
