package nn

import (
	"fmt"
	"maps"

	G "gorgonia.org/gorgonia"

	"latentspace/kernel"
	"latentspace/nn/ops"
)

// Program is a compiled part of a graph: the operations that some outputs need,
// in a fixed order, over buffers that are planned once and used again at every
// run. Parameters are read where they are, so that programs of one model share
// them. A Program implements [gorgonia.VM]. It is not safe for concurrent use.
type Program struct {
	graph   *root
	steps   []step
	buffers map[*G.Node][]float32
	inputs  map[string][]float32
	noises  []draw
	grads   []Grad
	late    map[*G.Node]*postponed
	commits []commit
	scratch []float32
	flops   float64

	roots []ops.Node // what it computes
	raw   []*G.Node
	still *Program // what no noise reaches; see [CompileDraws]
}

// step is a call, compiled.
type step struct {
	group *group // or else one operation:
	run   func(out []float32, in [][]float32, scratch []float32)
	check func(in [][]float32) error // what run refuses; nil if it takes every value
	out   []float32
	in    [][]float32
	node  *G.Node // the first that is computed
}

func (s *step) do(scratch []float32) error {
	if s.group != nil {
		s.group.runAll()
		return nil
	}
	if s.check != nil {
		if err := s.check(s.in); err != nil {
			return err
		}
	}
	s.run(s.out, s.in, scratch)
	return nil
}

type draw struct {
	noise
	key kernel.Key
	dst []float32
}

type commit struct{ state, value []float32 }

var _ G.VM = (*Program)(nil)

// newProgram lays out the memory of the nodes that the roots depend on and their
// calls. Without fuse every operation is a call of its own.
func newProgram(r *root, roots []ops.Node, raw []*G.Node, fuse bool, memory *Memory) *Program {
	p := &Program{graph: r, inputs: map[string][]float32{}, roots: roots, raw: raw}
	order := ops.Ancestors(roots...)
	if fuse && r.Late {
		raw = p.postpone(order, raw)
	}
	known := map[*G.Node][]float32{}
	if fuse {
		known = r.constants(order)
	}
	p.layOut(order, raw, known, p.fixed(), fuse, memory)
	return p
}

// layOut lays out the memory of the nodes of order that the roots need and their calls, around values
// that are known beforehand, and the fixed memory of parameters, inputs and noise.
func (p *Program) layOut(order, raw []*G.Node, known, fixed map[*G.Node][]float32, fuse bool, memory *Memory) {
	r := p.graph
	calls := schedule(order, raw, known, fuse)
	p.buffers = plan(calls, raw, memory)
	maps.Copy(p.buffers, known)
	maps.Copy(p.buffers, fixed)
	for _, n := range order {
		if p.buffers[n] == nil {
			p.buffers[n] = viewed(p.buffers, n)
		}
	}
	for _, l := range p.late {
		for _, in := range l.op.Inputs() {
			l.in = append(l.in, p.buffers[in])
		}
		p.flops += l.op.Flops()
	}

	scratch := 0
	for _, c := range calls {
		n := c.nodes[0]
		op := r.operation(n)
		p.flops += op.Flops()
		s := step{node: n}
		if c.group {
			s.group = newGroup(c, p.buffers)
		} else {
			s.run, s.out = op.Run, p.buffers[c.nodes[len(c.nodes)-1]]
			if packed := r.packed(op); packed != nil {
				e := c.epilogue(p.buffers)
				s.run = func(out []float32, in [][]float32, _ []float32) { op.RunPacked(out, in, packed, e) }
			} else if len(c.nodes) > 1 {
				e := c.epilogue(p.buffers)
				s.run = func(out []float32, in [][]float32, scratch []float32) { op.RunThen(out, in, scratch, e) }
			}
			if checked, ok := op.Def.(ops.Checked); ok {
				s.check = checked.Check
			}
			for _, in := range op.Inputs() {
				s.in = append(s.in, p.buffers[in])
			}
			scratch = max(scratch, op.ScratchSize())
		}
		p.steps = append(p.steps, s)
	}
	p.scratch = make([]float32, scratch)
}

// operation returns the operation of a node, as it is done best for what it reads.
func (r *root) operation(n *G.Node) *ops.Op {
	op := n.Op().(*ops.Op)
	for _, in := range r.inputs {
		if len(op.Inputs()) > 0 && ops.Home(op.Inputs()[0]) == in.n.Raw() {
			op = op.OfInput()
			break
		}
	}
	if r.Half {
		op = op.InHalves()
	}
	return op
}

// epilogue is that of a product.
func (c *call) epilogue(buffers map[*G.Node][]float32) kernel.Epilogue {
	e := c.tail.Epilogue
	if c.tail.BiasNode != nil {
		e.Bias = buffers[c.tail.BiasNode]
	}
	if c.tail.HNode != nil {
		e.H = buffers[c.tail.HNode]
	}
	return e
}

// fixed returns the memory of the parameters and makes that of inputs and noise.
func (p *Program) fixed() map[*G.Node][]float32 {
	r := p.graph
	known := map[*G.Node][]float32{}
	for name, t := range r.tensors {
		known[t.Raw()] = r.params.Get(name).Data
	}
	for name, in := range r.inputs {
		buf := make([]float32, size(in.n.Raw()))
		p.inputs[name], known[in.n.Raw()] = buf, buf
	}
	for _, v := range r.values {
		known[v.node.Raw()] = v.data
	}
	for _, z := range r.noises {
		buf := make([]float32, size(z.node.Raw()))
		p.noises = append(p.noises, draw{z, kernel.Seed(r.Seed, "noise", r.Name, z.name), buf})
		known[z.node.Raw()] = buf
	}
	return known
}

// Input returns the buffer of an input, to be filled before a run; nil if the
// graph has no input of that name.
func (p *Program) Input(name string) []float32 { return p.inputs[name] }

// Draw fills the noise with draw number n. Its values are a function of n, the
// graph's seed and name, and the noise's name.
func (p *Program) Draw(n uint64) { p.DrawPart(n, 0, 1) }

// DrawPart fills the noise with part i of n of a draw. The values are a function of i as well; the
// only part of one is the draw.
func (p *Program) DrawPart(draw uint64, i, n int) {
	for at := range p.noises {
		z := &p.noises[at]
		key := z.key.Mix(draw)
		if n > 1 {
			key = key.Mix(uint64(i))
		}
		z.law.Fill(z.dst, key)
	}
}

// RunAll runs the program. A panic of an operation, or values that it refuses, such as an
// index that is out of range, are an error that names it.
func (p *Program) RunAll() error {
	if p.still != nil {
		if err := p.still.RunAll(); err != nil {
			return err
		}
	}
	return p.runSteps()
}

func (p *Program) runSteps() (err error) {
	at := 0
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("nn: %s: %v", p.graph.describe(p.steps[at].node), r)
		}
	}()
	for i := range p.steps {
		at = i
		if err := p.steps[i].do(p.scratch); err != nil {
			return fmt.Errorf("nn: %s: %w", p.graph.describe(p.steps[i].node), err)
		}
	}
	return nil
}

// Reset implements [gorgonia.VM]; a program is always ready to run again.
func (p *Program) Reset() {}

// Close implements [gorgonia.VM].
func (p *Program) Close() error { return nil }

// Output returns the value of an output, overwritten by the next run.
func (p *Program) Output(n Node) []float32 { return p.buffers[n.n.Raw()] }

// Scalar returns the value of a scalar output.
func (p *Program) Scalar(n Node) float64 { return float64(p.Output(n)[0]) }

// Flops returns the floating-point operations of products and convolutions in a run, as
// they are defined, padding among them; a convolution can take fewer.
func (p *Program) Flops() float64 {
	if p.still != nil {
		return p.flops + p.still.flops
	}
	return p.flops
}

// News are the new values of the state, as computed by the last run, by the names of the state.
func (p *Program) News() [][]float32 {
	values := make([][]float32, len(p.commits))
	for i, c := range p.commits {
		values[i] = c.value
	}
	return values
}

// Commit makes the new values of the state, as computed by the last run, its
// values. Those that are subnormal become 0; see [kernel.Flush].
func (p *Program) Commit() {
	for _, c := range p.commits {
		kernel.Flush(c.state, c.value)
	}
}
