package nn

import (
	"sync"

	G "gorgonia.org/gorgonia"

	"latentspace/kernel"
	"latentspace/nn/ops"
)

// group runs rowwise operations over blocks of rows, on all processors. Values
// that only the group needs are in the working memory of the block.
type group struct {
	rows, block int // rows in all, and in a block
	steps       []groupStep
	scratch     int // values of working memory for a block
	arity       int // most inputs of a step
	run         func(lo, hi int)

	mutex sync.Mutex
	free  []*workspace
}

// groupStep is an operation, or two that one pass computes.
type groupStep struct {
	run    func(out []float32, in [][]float32, scratch []float32)
	joint  func(first, second []float32, in [][]float32) // instead of run, if not nil
	out    operand
	second operand // of joint
	in     []operand
}

// operand is where a value is: in memory of its own, or in the working memory.
type operand struct {
	memory []float32 // nil for working memory
	offset int       // in the working memory
	perRow int       // values that belong to a row; 0 for a tensor that is read whole
}

// workspace is the working memory of a block in progress.
type workspace struct {
	scratch []float32
	in      [][]float32
}

// blockSize is about how many values of a tensor are worked on at a time: 32 KB.
const blockSize = 1 << 13

// newGroup compiles a call, given the memory of what it reads and writes.
func newGroup(c call, buffers map[*G.Node][]float32) *group {
	d := c.domain()
	g := &group{rows: d.size / d.width}
	g.block = min(max(1, blockSize/d.width), g.rows)

	offsets, scratch := d.temporaries(c, buffers, g.block)
	g.scratch = scratch
	at := func(n *G.Node, p ops.Part, rowWidth int) operand {
		return operand{buffers[n], offsets[ops.Home(n)], d.perRow(p, rowWidth)}
	}
	for i := 0; i < len(c.nodes); i++ {
		n := c.nodes[i]
		op := n.Op().(*ops.Op)
		parts, _ := op.Parts()
		s := groupStep{run: op.Run, out: at(n, parts.Out, parts.Width)}
		if i+1 < len(c.nodes) {
			if s.joint = joint(n, c.nodes[i+1]); s.joint != nil {
				i++
				op = c.nodes[i].Op().(*ops.Op)
				parts, _ = op.Parts()
				s.second = at(c.nodes[i], parts.Out, parts.Width)
			}
		}
		for i, in := range op.Inputs() {
			s.in = append(s.in, at(in, parts.In[i], parts.Width))
		}
		g.arity = max(g.arity, len(s.in))
		g.steps = append(g.steps, s)
	}
	g.run = g.runBlock
	return g
}

// domain is that of all operations of a group: its rows are the widest.
func (c *call) domain() domain {
	d, _ := domainOf(c.nodes[0])
	for _, n := range c.nodes {
		other, _ := domainOf(n)
		d.width = max(d.width, other.width)
	}
	return d
}

// perRow is the number of values that belong to a row, for a tensor of an
// operation whose own rows may be narrower.
func (d domain) perRow(p ops.Part, width int) int {
	switch p {
	case ops.Rows:
		return d.width
	case ops.Each:
		return d.width / width
	}
	return 0
}

// temporaries places the values that have no buffer in the working memory of a
// block of rows, and returns their offsets and its size.
func (d domain) temporaries(c call, buffers map[*G.Node][]float32, rows int) (offsets map[*G.Node]int, scratch int) {
	var nodes []*G.Node
	var lives []life
	index := map[*G.Node]int{}
	for i, n := range c.nodes {
		op := n.Op().(*ops.Op)
		parts, _ := op.Parts()
		l := life{size: rows * d.perRow(parts.Out, parts.Width), born: i, dies: i}
		_, elementwise := op.Def.(ops.Elementwise)
		for _, in := range inputs(op) {
			if j, ok := index[in]; ok {
				lives[j].dies = i
				if elementwise {
					l.over = append(l.over, j)
				}
			}
		}
		if buffers[n] == nil {
			index[n] = len(lives)
			nodes, lives = append(nodes, n), append(lives, l)
		}
	}
	places, scratch := share(lives)
	offsets = map[*G.Node]int{}
	for i, n := range nodes {
		offsets[n] = places[i].at
	}
	return offsets, scratch
}

// runAll runs the group.
func (g *group) runAll() { kernel.For(g.rows, g.block, g.run) }

// runBlock runs the steps on the rows [lo, hi), which are at most a block.
func (g *group) runBlock(lo, hi int) {
	w := g.workspace()
	for i := range g.steps {
		s := &g.steps[i]
		for j := range s.in {
			w.in[j] = s.in[j].slice(w, lo, hi)
		}
		if s.joint != nil {
			s.joint(s.out.slice(w, lo, hi), s.second.slice(w, lo, hi), w.in[:len(s.in)])
		} else {
			s.run(s.out.slice(w, lo, hi), w.in[:len(s.in)], nil)
		}
	}
	g.mutex.Lock()
	g.free = append(g.free, w)
	g.mutex.Unlock()
}

func (o *operand) slice(w *workspace, lo, hi int) []float32 {
	switch {
	case o.perRow == 0:
		return o.memory
	case o.memory == nil:
		return w.scratch[o.offset:][:(hi-lo)*o.perRow]
	}
	return o.memory[lo*o.perRow : hi*o.perRow]
}

// workspace returns working memory that no other block uses.
func (g *group) workspace() *workspace {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if n := len(g.free); n > 0 {
		w := g.free[n-1]
		g.free = g.free[:n-1]
		return w
	}
	return &workspace{make([]float32, g.scratch), make([][]float32, g.arity)}
}
