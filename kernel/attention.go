package kernel

import (
	"math"

	"latentspace/nn/elementary"
)

// Attention is the geometry of attention between the steps of sequences, Batch of them, with so
// many Heads that divide the Width. In each head, whose share of a row is d = Width/Heads values,
//
//	y[t] = Σₛ p[t,s]·v[s]    p[t] = softmax of q[t]·k[s]/√d over s
//
//	x (steps, batch, 3·width), q, k and v one behind the other   y (steps, batch, width)
//
// over the steps s that are known, and with Causal no later than t. Where there is none, y is 0.
type Attention struct {
	Steps, Batch, Width, Heads int
	Causal                     bool
	// Turns are those of the positions by which q and k are turned; nil if they are not.
	Turns []float32
}

// Turns are the cosines and the sines of the angles by which pairs of features are turned at so
// many positions (positions, 2, features/2): features i and i + features/2 by
//
//	position·10000^(−2i/features)
//
// so that the product of two vectors depends on how far they are apart.
//
// Su et al., RoFormer: Enhanced Transformer with Rotary Position Embedding, 2021, equation 34, but for
// which features are a pair.
func Turns(positions, features int) []float32 {
	half := features / 2
	turns := make([]float32, positions*features)
	for t := range positions {
		for i := range half {
			angle := float64(t) * elementary.Pow(10000, -2*float64(i)/float64(features))
			turns[t*features+i] = float32(elementary.Cos(angle))
			turns[t*features+half+i] = float32(elementary.Sin(angle))
		}
	}
	return turns
}

// rotate copies a row turned by those of its position, and back if inverse, times a scale.
func rotate(to, from, turns []float32, scale float32, inverse bool) {
	half := len(to) / 2
	if turns == nil {
		for i, v := range from[:len(to)] {
			to[i] = v * scale
		}
		return
	}
	cos, sin := turns[:half], turns[half:][:half]
	sign := scale
	if inverse {
		sign = -scale
	}
	a, b, low, high := from[:half], from[half:][:half], to[:half], to[half:][:half]
	for i := range cos {
		x, y, c, s := a[i], b[i], float32(scale*cos[i]), float32(sign*sin[i])
		low[i] = float32(x*c) - float32(y*s)
		high[i] = float32(y*c) + float32(x*s)
	}
}

func (a *Attention) head() int { return a.Width / a.Heads }

// turns are those of a position.
func (a *Attention) turns(t int) []float32 {
	if a.Turns == nil {
		return nil
	}
	return rowOf(a.Turns, t, a.head())
}

func (a *Attention) scale() float32 { return float32(1 / math.Sqrt(float64(a.head()))) }

// Forward computes y. known (steps, batch), nil for all, is not 0 where there is a step.
func (a Attention) Forward(y, x, known []float32) {
	v := attentions.get()
	v.Attention, v.y, v.x, v.known = a, y, x, known
	For(a.Batch*a.Heads, 1, v.forward)
	v.release()
}

// Backward computes dx, the gradient by x, from dy.
func (a Attention) Backward(dx, x, dy, known []float32) {
	v := attentions.get()
	v.Attention, v.dx, v.x, v.y, v.known = a, dx, x, dy, known
	For(a.Batch*a.Heads, 1, v.backward)
	v.release()
}

// attention is a pass in progress. A head of a sequence is the work of one processor.
type attention struct {
	Attention
	y, x, dx, known []float32

	keys, values, nextKeys, nextValues []float32
	position                           int

	forward, backward, next func(lo, hi int)
}

var attentions = depot[attention]{make: func() *attention {
	v := &attention{}
	v.forward, v.backward, v.next = v.forwardHeads, v.backwardHeads, v.stepExamples
	return v
}}

func (v *attention) release() {
	*v = attention{forward: v.forward, backward: v.backward, next: v.next}
	attentions.put(v)
}

// queries is how many steps are looked at from at once.
const queries = 64

// attending is a head of a sequence in progress.
type attending struct {
	*attention
	*scratch
	p          *product
	b, h, d    int
	q, k, v    []float32 // (steps, d), turned, and q times the scale
	share      []float32 // (queries, steps), p of the definition
	y          []float32 // (steps, d), or dy
	dq, dk, dv []float32
	slope      []float32 // (queries, steps), ds
}

var attendings = depot[attending]{make: func() *attending { return &attending{} }}

// attend calls f for heads in turn, with their q, k and v.
func (v *attention) attend(lo, hi int, f func(a *attending)) {
	a := attendings.get()
	a.attention, a.scratch, a.p, a.d = v, scratches.get(), products.get(), v.head()
	size, square := v.Steps*a.d, min(queries, v.Steps)*v.Steps
	memory := a.pieceOf(7*size + 2*square)
	take := func(n int) []float32 {
		part := memory[:n]
		memory = memory[n:]
		return part
	}
	a.q, a.k, a.v, a.y, a.share = take(size), take(size), take(size), take(size), take(square)
	a.dq, a.dk, a.dv, a.slope = take(size), take(size), take(size), take(square)
	for i := lo; i < hi; i++ {
		a.b, a.h = i/v.Heads, i%v.Heads
		for t := range v.Steps {
			rotate(rowOf(a.q, t, a.d), a.part(v.x, t, 0, 3), v.turns(t), v.scale(), false)
			rotate(rowOf(a.k, t, a.d), a.part(v.x, t, 1, 3), v.turns(t), 1, false)
			copy(rowOf(a.v, t, a.d), a.part(v.x, t, 2, 3))
		}
		f(a)
	}
	a.p.release()
	scratches.put(a.scratch)
	*a = attending{}
	attendings.put(a)
}

// part is what a row of an array has of the head, in one of its parts.
func (a *attending) part(x []float32, t, part, parts int) []float32 {
	at := ((t*a.Batch+a.b)*parts+part)*a.Width + a.h*a.d
	return x[at : at+a.d]
}

// multiply is op(A)·op(B), added to C if load.
func (a *attending) multiply(c, x, y []float32, m, n, k int, transA, transB, load bool) {
	a.p.set(c, x, y, m, n, k, transA, transB, Epilogue{})
	a.p.load = load
	a.p.serial(a.scratch)
}

// seen is how many steps the queries before hi look at, from the first on.
func (a *attending) seen(hi int) int {
	if a.Causal {
		return hi
	}
	return a.Steps
}

// shares computes p for the queries [lo, hi) over n steps.
func (a *attending) shares(lo, hi, n int) {
	a.multiply(a.share, a.q[lo*a.d:], a.k, hi-lo, n, a.d, false, true, false)
	for t := lo; t < hi; t++ {
		row := rowOf(a.share, t-lo, n)
		if a.Causal {
			clear(row[t+1:])
			row = row[:t+1]
		}
		if n := a.hide(row, float32(math.Inf(-1))); n == len(row) {
			clear(row)
			continue
		}
		vec().expMinus(row, row, vec().largest(row))
		a.hide(row, 0) // the exponential of −∞ may be a little more
		vec().scale(row, row, float32(1/vec().sum(row)))
	}
}

// hide gives the steps that are not known a value, and returns how many there are.
func (a *attending) hide(row []float32, value float32) (n int) {
	if a.known == nil {
		return 0
	}
	for s := range row {
		if a.known[s*a.Batch+a.b] == 0 {
			row[s] = value
			n++
		}
	}
	return n
}

func (v *attention) forwardHeads(lo, hi int) {
	v.attend(lo, hi, (*attending).forwardHead)
}

func (a *attending) forwardHead() {
	for lo := 0; lo < a.Steps; lo += queries {
		hi := min(lo+queries, a.Steps)
		n := a.seen(hi)
		a.shares(lo, hi, n)
		a.multiply(a.y[lo*a.d:], a.share, a.v, hi-lo, a.d, n, false, false, false)
	}
	for t := range a.Steps {
		copy(a.part(a.attention.y, t, 0, 1), rowOf(a.y, t, a.d))
	}
}

func (v *attention) backwardHeads(lo, hi int) {
	v.attend(lo, hi, (*attending).backwardHead)
}

// backwardHead is, with s the products that p is the softmax of:
//
//	dv = pᵀ·dy    dp = dy·vᵀ    ds = p·(dp − Σ p·dp)    dq = ds·k    dk = dsᵀ·q
func (a *attending) backwardHead() {
	for t := range a.Steps {
		copy(rowOf(a.y, t, a.d), a.part(a.attention.y, t, 0, 1))
	}
	clear(a.dk)
	clear(a.dv)
	for lo := 0; lo < a.Steps; lo += queries {
		hi := min(lo+queries, a.Steps)
		count, n, dy := hi-lo, a.seen(hi), a.y[lo*a.d:]
		a.shares(lo, hi, n)
		a.multiply(a.dv, a.share, dy, n, a.d, count, true, false, true)
		a.multiply(a.slope, dy, a.v, count, n, a.d, false, true, false)
		for r := range count {
			p, ds := rowOf(a.share, r, n), rowOf(a.slope, r, n)
			vec().mul(ds, ds, p)
			vec().addScaled(ds, ds, p, -float32(vec().sum(ds)))
		}
		a.multiply(a.dq[lo*a.d:], a.slope, a.k, count, a.d, n, false, false, false)
		a.multiply(a.dk, a.slope, a.q[lo*a.d:], n, a.d, count, true, false, true)
	}
	for t := range a.Steps {
		rotate(a.part(a.dx, t, 0, 3), rowOf(a.dq, t, a.d), a.turns(t), a.scale(), true)
		rotate(a.part(a.dx, t, 1, 3), rowOf(a.dk, t, a.d), a.turns(t), 1, true)
		copy(a.part(a.dx, t, 2, 3), rowOf(a.dv, t, a.d))
	}
}

// Step computes y (batch, width) of one more step x (batch, 3·width) at a position, given the turned
// keys and the values of the steps before it, among those of all Steps (batch, steps, width). They
// become those with the step's own in their place.
func (a Attention) Step(y, nextKeys, nextValues, x, keys, values []float32, position int) {
	v := attentions.get()
	v.Attention, v.y, v.x, v.position = a, y, x, position
	v.keys, v.values, v.nextKeys, v.nextValues = keys, values, nextKeys, nextValues
	For(a.Batch, 1, v.next)
	v.release()
}

func (v *attention) stepExamples(lo, hi int) {
	s, p := scratches.get(), products.get()
	d, n := v.head(), v.position+1
	memory := s.pieceOf(2*d + n)
	q, y, share := memory[:d], memory[d:2*d], memory[2*d:]
	for b := lo; b < hi; b++ {
		size := v.Steps * v.Width
		keys, values := v.nextKeys[b*size:(b+1)*size], v.nextValues[b*size:(b+1)*size]
		copy(keys, v.keys[b*size:])
		copy(values, v.values[b*size:])
		x := rowOf(v.x, b, 3*v.Width)
		keyRow, valueRow := rowOf(keys, v.position, v.Width), rowOf(values, v.position, v.Width)
		vec().flush(valueRow, x[2*v.Width:])
		for h := range v.Heads {
			at := h * d
			rotate(q, x[at:], v.turns(v.position), v.scale(), false)
			rotate(keyRow[at:at+d], x[v.Width+at:], v.turns(v.position), 1, false)
			vec().flush(keyRow[at:at+d], keyRow[at:at+d])
			// q·kᵀ and p·v, transposed: the keys and the values are read where they are.
			p.m, p.n, p.k, p.a, p.rowStride, p.kStride, p.b, p.c = n, 1, d, keys[at:], v.Width, 1, q, share
			p.serial(s)
			vec().expMinus(share, share, vec().largest(share))
			vec().scale(share, share, float32(1/vec().sum(share)))
			p.m, p.n, p.k, p.a, p.rowStride, p.kStride, p.b, p.c = d, 1, n, values[at:], 1, v.Width, share, y
			p.serial(s)
			copy(rowOf(v.y, b, v.Width)[at:], y)
		}
	}
	p.release()
	scratches.put(s)
}

// Flops is the floating-point operations of the products of Forward between all steps.
func (a Attention) Flops() float64 {
	return 4 * float64(a.Steps) * float64(a.Steps) * float64(a.Batch) * float64(a.Width)
}
