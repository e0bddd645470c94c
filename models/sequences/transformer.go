package sequences

import "latentspace/nn"

// transformer are the blocks of transformers.
type transformer struct {
	Width   int     `yaml:"width"`   // of what a step is between the blocks; heads divide it into even parts
	Heads   int     `yaml:"heads"`   // of the attention
	Hidden  int     `yaml:"hidden"`  // width within a block, 0 for 4·width
	Layers  int     `yaml:"layers"`  // blocks, one after another, 1 to 64
	Dropout float64 `yaml:"dropout"` // probability of zeroing a value between two blocks and after the last
}

var defaultTransformer = transformer{Width: 128, Heads: 4, Layers: 2}

// Check reports the fields that are out of range.
func (t transformer) Check(report func(key, format string, args ...any)) {
	checkBetween(report, "width", t.Width, 2, maxUnits)
	if t.Heads < 1 || t.Width%(2*t.Heads) != 0 {
		report("heads", "%d, want a number that divides the width, %d, into even parts", t.Heads, t.Width)
	}
	checkBetween(report, "hidden", t.Hidden, 0, 1<<20)
	checkBetween(report, "layers", t.Layers, 1, 64)
	checkDropout(report, t.Dropout)
}

// blocks maps x (steps, batch, in) through a linear layer, the blocks and a normalisation.
func (t transformer) blocks(g *nn.Graph, x, known nn.Node, causal bool) nn.Node {
	x = eachStep(g.In("in"), x, nn.Linear{Out: t.Width})
	for i := range t.Layers {
		in := numbered(g, i)
		x = nn.Dropout{Rate: t.Dropout}.Forward(in, nn.Transformer{Heads: t.Heads, Hidden: t.Hidden}.Forward(in, x, known, causal))
	}
	return eachStep(g.In("norm"), x, nn.LayerNorm{})
}

// TransformerReader reads sequences by blocks of a transformer, in which every step looks at all
// others: see [nn.Transformer]. Its vector is the mean of what they make of the steps that are known.
//
// Vaswani et al., Attention Is All You Need, NeurIPS 2017.
type TransformerReader struct {
	transformer `yaml:",inline"`
}

// Read implements [Reader].
func (t TransformerReader) Read(g *nn.Graph, x, known nn.Node) nn.Node {
	return meanOver(t.blocks(g, x, known, false), known)
}

// TransformerWriter writes sequences by blocks of a transformer, in which a step looks at itself and
// those before it: see [nn.Transformer]. It is given z at every step, beside x.
//
// Vaswani et al., Attention Is All You Need, NeurIPS 2017.
type TransformerWriter struct {
	transformer `yaml:",inline"`
}

// Write implements [Writer].
func (t TransformerWriter) Write(g *nn.Graph, x, z nn.Node) nn.Node {
	return t.blocks(g, along(x, z), nn.Node{}, true)
}

// Start implements [Writer]: the position (batch), and for each block the keys and the values of the
// steps before, (batch, steps, width).
func (t TransformerWriter) Start(g *nn.Graph, z nn.Node, steps int) []nn.Node {
	batch := z.Shape()[0]
	zeros := func(shape ...int) nn.Node { return g.Scalar(0).Broadcast(shape...) }
	state := []nn.Node{zeros(batch)}
	for range 2 * t.Layers {
		state = append(state, zeros(batch, steps, t.Width))
	}
	return state
}

// Step implements [Writer].
func (t TransformerWriter) Step(g *nn.Graph, x, z nn.Node, state []nn.Node) (y nn.Node, next []nn.Node) {
	y = nn.Linear{Out: t.Width}.Forward(g.In("in"), nn.Concat(1, x, z))
	position := state[0].Slice(0, 0, 1).Sum() // that of every example
	next = []nn.Node{state[0].AddScalar(1)}
	for i := range t.Layers {
		in := numbered(g, i)
		var keys, values nn.Node
		y, keys, values = nn.Transformer{Heads: t.Heads, Hidden: t.Hidden}.Step(in, y, state[1+2*i], state[2+2*i], position)
		y = nn.Dropout{Rate: t.Dropout}.Forward(in, y)
		next = append(next, keys, values)
	}
	return nn.LayerNorm{}.Forward(g.In("norm"), y), next
}
