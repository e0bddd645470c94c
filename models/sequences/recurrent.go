package sequences

import (
	"latentspace/nn"
)

// recurrent are the layers of recurrent networks.
type recurrent struct {
	Units   int     `yaml:"units"`   // of each layer
	Layers  int     `yaml:"layers"`  // one above the other, 1 to 16
	Dropout float64 `yaml:"dropout"` // probability of zeroing a value between two layers and after the last
}

var defaultRecurrent = recurrent{Units: 128, Layers: 1}

// maxUnits is how many units a layer may have.
const maxUnits = 1 << 16

// Check reports the fields that are out of range.
func (r recurrent) Check(report func(key, format string, args ...any)) {
	checkBetween(report, "units", r.Units, 1, maxUnits)
	checkBetween(report, "layers", r.Layers, 1, 16)
	checkDropout(report, r.Dropout)
}

func (r recurrent) drop(g *nn.Graph, x nn.Node) nn.Node {
	return nn.Dropout{Rate: r.Dropout}.Forward(g, x)
}

// recurrentReader are recurrent layers that read.
type recurrentReader struct {
	recurrent     `yaml:",inline"`
	Bidirectional bool   `yaml:"bidirectional"` // each layer also reads from the end to the beginning
	Pool          string `yaml:"pool"`          // mean of the states of the last layer, or the last
}

var defaultReader = recurrentReader{recurrent: defaultRecurrent, Bidirectional: true, Pool: "mean"}

// Check reports the fields that are out of range.
func (r recurrentReader) Check(report func(key, format string, args ...any)) {
	r.recurrent.Check(report)
	checkPool(report, r.Pool)
}

// cell is a recurrent layer: the states (steps, batch, units) of sequences x (steps, batch, in).
type cell func(g *nn.Graph, x, known nn.Node, reverse bool) nn.Node

// read is the vector of each sequence.
func (r recurrentReader) read(g *nn.Graph, x, known nn.Node, c cell) nn.Node {
	var forward, backward nn.Node
	for i := range r.Layers {
		in := numbered(g, i)
		below := x
		forward = c(in.In("forward"), below, known, false)
		x = forward
		if r.Bidirectional {
			backward = c(in.In("backward"), below, known, true)
			x = nn.Concat(2, forward, backward)
		}
		x = r.drop(in, x)
	}
	if pool := pools[r.Pool]; pool != nil {
		return pool(x, known)
	}
	s := x.Shape()
	if len(s) != 3 {
		return x // of a layer that failed
	}
	// The state is carried through the padding, so that the last step has that of the end.
	last := at(forward, s[0]-1)
	if r.Bidirectional {
		last = nn.Concat(1, last, at(backward, 0))
	}
	return last
}

// starts are n states (batch, units), each tanh of a linear map of z.
func (r recurrent) starts(g *nn.Graph, z nn.Node, n int) []nn.Node {
	all := nn.Linear{Out: n * r.Units}.Forward(g.In("start"), z).Tanh()
	states := make([]nn.Node, n)
	for i := range states {
		states[i] = all.Slice(1, i*r.Units, (i+1)*r.Units)
	}
	return states
}
