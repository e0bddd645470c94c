package kernel

import "math"

// Cell is what a recurrent layer does in a step.
type Cell int

const (
	LSTM Cell = iota
	GRU
)

// String is the cell's name.
func (c Cell) String() string {
	if c == GRU {
		return "gru"
	}
	return "lstm"
}

// sums is how many sums of a step a unit has.
func (c Cell) sums() int {
	if c == GRU {
		return 3
	}
	return 4
}

// Recurrent is the geometry of a recurrent layer: Steps of a Batch of examples, each with so many
// Inputs and a state of so many Units. Reverse begins with the last step.
//
// A row of sums is i, f, o and g of an LSTM, and r, z and n of a GRU, Units of each; see [Cell].
type Recurrent struct {
	Cell
	Steps, Batch, Inputs, Units int
	Reverse                     bool
}

// width is the size of a row of sums.
func (r Recurrent) width() int { return r.sums() * r.Units }

// states is the size of a state of all examples, and rows that of their sums.
func (r Recurrent) states() int { return r.Batch * r.Units }
func (r Recurrent) rows() int   { return r.Batch * r.width() }

// Range is a part of an array.
type Range struct{ Lo, Hi int }

func (r Range) of(x []float32) []float32 { return x[r.Lo:r.Hi] }

// Kept is the size of what [Recurrent.Forward] makes: the states of all steps in their order, with
// the first one before or behind them, from where the steps go; the same of an LSTM's cells; and
// what the way back needs.
func (r Recurrent) Kept() int {
	n := (r.Steps + 1) * r.states()
	if r.Cell == LSTM {
		return 2*n + r.Steps*r.rows()
	}
	return n + r.Steps*(r.rows()+r.states())
}

// After has the states after the steps, and Before, as many, those before.
func (r Recurrent) After() Range {
	if r.Reverse {
		return Range{0, r.Steps * r.states()}
	}
	return Range{r.states(), (r.Steps + 1) * r.states()}
}

func (r Recurrent) Before() Range {
	r.Reverse = !r.Reverse
	return r.After()
}

// Last is the state after the step that comes last, and LastCell an LSTM's cell.
func (r Recurrent) Last() Range {
	at := r.slot(r.Steps) * r.states()
	return Range{at, at + r.states()}
}

func (r Recurrent) LastCell() Range {
	last, n := r.Last(), (r.Steps+1)*r.states()
	return Range{last.Lo + n, last.Hi + n}
}

// slot is where the state after so many steps is.
func (r Recurrent) slot(done int) int {
	if r.Reverse {
		return r.Steps - done
	}
	return done
}

// step is which step comes after so many.
func (r Recurrent) step(done int) int {
	if r.Reverse {
		return r.Steps - 1 - done
	}
	return done
}

// Gradients is the size of what [Recurrent.Backward] makes.
func (r Recurrent) Gradients() int {
	n := r.Steps * r.rows()
	if r.Cell == LSTM {
		return n + 2*r.states()
	}
	return 2*n + r.states()
}

// BySums are the gradients by the sums that the input is part of. ByProducts are those by the products of the
// states with the weights: for an LSTM they are the same.
func (r Recurrent) BySums() Range { return Range{0, r.Steps * r.rows()} }

func (r Recurrent) ByProducts() Range {
	if r.Cell == LSTM {
		return r.BySums()
	}
	n := r.Steps * r.rows()
	return Range{n, 2 * n}
}

// ByState is the gradient by the first state, and ByCell that by an LSTM's first cell.
func (r Recurrent) ByState() Range {
	at := r.ByProducts().Hi
	return Range{at, at + r.states()}
}

func (r Recurrent) ByCell() Range {
	at := r.ByState().Hi
	return Range{at, at + r.states()}
}

// Forward computes the states of a sequence into kept; see [Recurrent.Kept]. In each step
//
//	s = b + x·W
//	LSTM:  i, f, o = σ(sᵢ + h·Uᵢ), σ(s_f + h·U_f), σ(sₒ + h·Uₒ)    g = tanh(s_g + h·U_g)
//	       c ← f·c + i·g    h ← o·tanh c
//	GRU:   r, z = σ(sᵣ + h·Uᵣ), σ(s_z + h·U_z)    n = tanh(sₙ + r·(h·Uₙ + d))
//	       h ← n + z·(h − n)
//
//	x (steps, batch, inputs)   W w (inputs, 4 or 3·units)   b (4 or 3·units)
//	U u (units, 4 or 3·units)   d (units)   h, c (batch, units)
//
// where known (steps, batch), if it is not nil, is not 0; elsewhere h and c stay. A sum is one
// chain of fused multiply-adds in rising k that begins at b, or d. No example depends on another,
// and subnormal numbers in h and c become 0.
//
// other is c for an LSTM and d for a GRU.
func (r Recurrent) Forward(kept, x, w, b, u, h, other, known []float32) {
	v := recurrences.get()
	v.Recurrent, v.kept, v.x, v.bias, v.h, v.other, v.known = r, kept[:r.Kept()], x, b, h, other, known
	v.n, v.k, v.b = r.width(), r.Units, u
	v.input.n, v.input.k, v.input.b = r.width(), r.Inputs, w
	v.run(v.forward)
}

// Backward computes gradients; see [Recurrent.Gradients]. dh are those by the states after all steps,
// and last and cell those by the last state and an LSTM's last cell, each nil for zero.
func (r Recurrent) Backward(gradients, kept, u, dh, last, cell, known []float32) {
	v := recurrences.get()
	v.Recurrent, v.kept, v.gradients, v.dh, v.last, v.cell, v.known = r, kept[:r.Kept()], gradients[:r.Gradients()], dh, last, cell, known
	v.n, v.k, v.b, v.transB = r.Units, r.width(), u, true
	v.run(v.backward)
}

// recurrence is a pass over a sequence in progress.
type recurrence struct {
	Recurrent
	product         // with the weights of the state, of some rows of each step
	input   product // with those of the input

	kept, x, bias, h, other, known []float32
	gradients                      []float32
	dh, last, cell                 []float32

	memory                  [2][]float32 // for the weights in panels
	pack, forward, backward func(lo, hi int)
}

var recurrences = depot[recurrence]{make: func() *recurrence {
	v := &recurrence{}
	v.pack, v.forward, v.backward = v.packPanels, v.forwardRows, v.backwardRows
	return v
}}

// carried is how many examples a processor carries through all steps at once.
const carried = 16

// run packs the weights once, and then each processor takes examples through all steps, without
// waiting for others.
func (v *recurrence) run(pass func(lo, hi int)) {
	for i, p := range []*product{&v.product, &v.input} {
		if size := packedSize(p.n, p.k); len(v.memory[i]) < size {
			v.memory[i] = make([]float32, size)
		}
		p.packed = v.memory[i]
	}
	For(v.product.panels(), 1, v.pack)
	For(v.Batch, carried, pass)
	*v = recurrence{memory: v.memory, pack: v.pack, forward: v.forward, backward: v.backward}
	recurrences.put(v)
}

// panels is how many panels the weights have.
func (p *product) panels() int {
	width := 2 * tiles().lanes
	return (p.n + width - 1) / width
}

func (v *recurrence) packPanels(lo, hi int) {
	s := scratches.get()
	for _, p := range []*product{&v.product, &v.input} {
		parts := p.parts()
		for part := 0; part < parts && p.k > 0; part++ {
			s.pack(&columns{product: p, gemm: tiles(), lo: lo, hi: hi, k0: p.k * part / parts, k1: p.k * (part + 1) / parts})
		}
	}
	scratches.put(s)
}

// carrier is the examples [lo, hi) on their way through the steps.
type carrier struct {
	*recurrence
	*scratch
	rows   product   // of the examples' states
	inputs product   // and of their inputs
	lo, hi int       //
	left   []float32 // op(A) of a step
	stride int       // of its rows
	dh, dc []float32
	sums   []float32 // of a step of a GRU
}

var carriers = depot[carrier]{make: func() *carrier { return &carrier{} }}

// carrier returns one with its memory.
func (v *recurrence) carrier(lo, hi int) *carrier {
	c := carriers.get()
	c.recurrence, c.scratch, c.lo, c.hi = v, scratches.get(), lo, hi
	c.stride = v.k
	if 4*c.stride%alias == 0 {
		c.stride += 16
	}
	count := hi - lo
	memory := c.pieceOf(count * (c.stride + 2*v.Units + v.width()))
	c.left, memory = memory[:count*c.stride], memory[count*c.stride:]
	c.dh, memory = memory[:count*v.Units], memory[count*v.Units:]
	c.dc, c.sums = memory[:count*v.Units], memory[count*v.Units:]
	c.rows.become(&v.product)
	c.rows.m, c.rows.a, c.rows.rowStride, c.rows.kStride, c.rows.load = count, c.left, c.stride, 1, true
	c.inputs.become(&v.input)
	c.inputs.m, c.inputs.rowStride, c.inputs.kStride, c.inputs.load = count, v.Inputs, 1, true
	return c
}

func (c *carrier) release() {
	scratches.put(c.scratch)
	*c = carrier{}
	carriers.put(c)
}

// of is what an array has of the examples for a step, or a slot, with so many values for each.
func (c *carrier) of(x []float32, step, width int) []float32 {
	return x[(step*c.Batch+c.lo)*width : (step*c.Batch+c.hi)*width]
}

// isKnown reports whether a step of an example is known, counted from the first that is carried.
func (c *carrier) isKnown(step, row int) bool {
	return c.known == nil || c.known[step*c.Batch+c.lo+row] != 0
}

// anyKnown reports whether a step is known of any example.
func (c *carrier) anyKnown(step int) bool {
	for row := range c.hi - c.lo {
		if c.isKnown(step, row) {
			return true
		}
	}
	return false
}

// multiplyInput makes sums those of the input of a step.
func (c *carrier) multiplyInput(sums []float32, step int) {
	for r := range c.hi - c.lo {
		copy(rowOf(sums, r, c.width()), c.recurrence.bias)
	}
	c.inputs.a = c.of(c.x, step, c.Inputs)
	c.multiplyRows(&c.inputs, sums)
}

// multiply adds the rows of op(A) times the weights to sums.
func (c *carrier) multiply(sums []float32) { c.multiplyRows(&c.rows, sums) }

// multiplyRows adds a product to sums. Each panel of the weights meets all rows while it is in the
// first cache.
func (c *carrier) multiplyRows(p *product, sums []float32) {
	p.c = sums
	g, t := tiles(), &c.tile
	parts, blocks := p.parts(), (p.m+g.rows-1)/g.rows
	for part := range parts {
		s := columns{product: p, gemm: g, k0: p.k * part / parts, k1: p.k * (part + 1) / parts}
		t.kStride, t.cStride, t.k, t.load = 4, 4*uintptr(p.n), uintptr(s.k1-s.k0), 1
		for panel := range p.panels() {
			for block := range blocks {
				i, next := p.m*block/blocks, p.m*(block+1)/blocks
				t.rowStride = 4 * uintptr(p.rowStride)
				c.scratch.left(&s, i, next-i)
				c.scratch.multiply(&s, i, next-i, panel, 1)
			}
		}
	}
	*t = tile{}
}

// take copies rows of a width to op(A).
func (c *carrier) take(x []float32, width int) {
	for row := range c.hi - c.lo {
		copy(c.left[row*c.stride:][:width], x[row*width:])
	}
}

// rowOf is row r of a matrix with rows of a width.
func rowOf(x []float32, r, width int) []float32 { return x[r*width : (r+1)*width] }

func (v *recurrence) forwardRows(lo, hi int) {
	c := v.carrier(lo, hi)
	n := v.Units
	states := c.of(v.kept, v.slot(0), n)
	copy(states, v.h[lo*n:hi*n])
	c.take(states, n)
	if v.Cell == LSTM {
		copy(c.of(v.cells(), v.slot(0), n), v.other[lo*n:hi*n])
	}
	for done := range v.Steps {
		step := v.step(done)
		known := c.anyKnown(step)
		if v.Cell == LSTM {
			c.stepLSTM(step, v.slot(done), v.slot(done+1), known)
		} else {
			c.stepGRU(step, v.slot(done), v.slot(done+1), known)
		}
		if known {
			c.take(c.of(v.kept, v.slot(done+1), n), n)
		}
	}
	c.release()
}

// stay copies rows from a slot to the next where a step is not known.
func (c *carrier) stay(x []float32, step, from, to int) {
	if c.known == nil {
		return
	}
	before, after := c.of(x, from, c.Units), c.of(x, to, c.Units)
	for r := range c.hi - c.lo {
		if !c.isKnown(step, r) {
			copy(rowOf(after, r, c.Units), rowOf(before, r, c.Units))
		}
	}
}

func (v *recurrence) backwardRows(lo, hi int) {
	c := v.carrier(lo, hi)
	n := v.Units
	begin := func(d, last []float32) {
		if last == nil {
			clear(d)
		} else {
			copy(d, last[lo*n:hi*n])
		}
	}
	begin(c.dh, v.last)
	begin(c.dc, v.cell)
	for done := v.Steps - 1; done >= 0; done-- {
		step := v.step(done)
		if v.dh != nil {
			vec().add(c.dh, c.dh, c.of(v.dh, step, n))
		}
		if v.Cell == LSTM {
			c.backLSTM(step, v.slot(done), v.slot(done+1))
		} else {
			c.backGRU(step, v.slot(done))
		}
	}
	copy(v.ByState().of(v.gradients)[lo*n:], c.dh)
	if v.Cell == LSTM {
		copy(v.ByCell().of(v.gradients)[lo*n:], c.dc)
	}
	c.release()
}

// through adds the gradients by the products, times the weights, to those by the state.
func (c *carrier) through(products []float32) {
	c.take(products, c.width())
	c.multiply(c.dh)
	vec().flush(c.dh, c.dh)
}

// Flops is the floating-point operations of the products of rows of so many values with the weights
// in all steps.
func (r Recurrent) Flops(values int) float64 {
	return 2 * float64(r.Steps) * float64(r.Batch) * float64(values) * float64(r.width())
}

// The functions of recurrent layers are those of float32, as of [BernoulliNLL]: they are within a
// few units in the last place of the larger of their values and their arguments.

// sigmoidSingle is 1/(1 + e⁻ˣ), and 0 for x < −certain.
func sigmoidSingle(x float32) float32 {
	if x != x {
		return x
	}
	e, top := expSingle(-abs(x)), float32(1)
	if x < 0 {
		top = e
	}
	return top / (e + 1)
}

// tanhSingle is −e/(e + 2) with e = exp(−2|x|) − 1, with the sign of x.
func tanhSingle(x float32) float32 {
	if x != x {
		return x
	}
	a := -abs(x)
	u, n := reduceSingle(max(a+a, -certain))
	two := math.Float32frombits(math.Float32bits(1) + n)
	e := fma(two, u, two-1)
	return float32(math.Copysign(float64(e/(e+2)), float64(x)))
}

func abs(x float32) float32 { return math.Float32frombits(math.Float32bits(x) &^ (1 << 31)) }
