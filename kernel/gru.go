package kernel

// gruTwin is a step of a GRU. The gates r and z and the candidate n come as the sums that their
// functions are taken of, the candidate's without what q has of it, and leave as the values of
// those; before is the state of the step before:
//
//	r, z = σ(r), σ(z)    n = tanh(n + r·q)    h = n + z·(before − n)
//
// Everything is in float32, with the functions of recurrent.go and fused multiply-adds.
func gruTwin(h, r, z, n, q, before []float32) {
	for j := range h {
		reset, keep, old := sigmoidSingle(r[j]), sigmoidSingle(z[j]), before[j]
		candidate := tanhSingle(fma(reset, q[j], n[j]))
		r[j], z[j], n[j] = reset, keep, candidate
		h[j] = flush(fma(keep, old-candidate, candidate))
	}
}

// gruGradTwin goes a step of a GRU back. What it was made of leaves as the gradients by the sums r
// and z, by q and by the sum n, and dh, which comes as the gradient by h, as that by the state
// before without the way by the sums.
func gruGradTwin(r, z, q, n, dh, before []float32) {
	for j := range r {
		reset, keep, state, candidate, d, old := r[j], z[j], q[j], n[j], dh[j], before[j]
		dn := fma(-d, keep, d) * fma(-candidate, candidate, 1)
		r[j] = float32(dn*state) * fma(-reset, reset, reset)
		z[j] = float32(d*(old-candidate)) * fma(-keep, keep, keep)
		q[j] = dn * reset
		n[j] = dn
		dh[j] = d * keep
	}
}

// gatesGRU are r and z of a GRU in all steps, with the product q behind them, and candidates are n.
func (v *recurrence) gatesGRU() []float32 { return v.kept[(v.Steps+1)*v.states():] }
func (v *recurrence) candidates() []float32 {
	return v.kept[(v.Steps+1)*v.states()+v.Steps*v.rows():]
}

// stepGRU goes from a slot to the next.
func (c *carrier) stepGRU(step, from, to int, known bool) {
	n, width := c.Units, c.width()
	if known {
		sums, candidates := c.of(c.gatesGRU(), step, width), c.of(c.candidates(), step, n)
		c.multiplyInput(c.sums, step)
		for r := range c.hi - c.lo {
			s := rowOf(sums, r, width)
			x := rowOf(c.sums, r, width)
			copy(s, x[:2*n])
			copy(s[2*n:], c.other[:n])
			copy(rowOf(candidates, r, n), x[2*n:])
		}
		c.multiply(sums)
		states, before := c.of(c.kept, to, n), c.of(c.kept, from, n)
		for r := range c.hi - c.lo {
			s := rowOf(sums, r, width)
			vec().gru(rowOf(states, r, n), s[:n], s[n:2*n], rowOf(candidates, r, n), s[2*n:], rowOf(before, r, n))
		}
	}
	c.stay(c.kept, step, from, to)
}

// backGRU goes back to a slot from the one after.
func (c *carrier) backGRU(step, to int) {
	n, width := c.Units, c.width()
	d, products := c.of(c.gradients, step, width), c.of(c.ByProducts().of(c.gradients), step, width)
	if !c.anyKnown(step) {
		clear(d)
		clear(products)
		return
	}
	copy(products, c.of(c.gatesGRU(), step, width))
	candidates, before := c.of(c.candidates(), step, n), c.of(c.kept, to, n)
	for r := range c.hi - c.lo {
		s, q := rowOf(d, r, width), rowOf(products, r, width)
		if !c.isKnown(step, r) {
			clear(s)
			clear(q)
			continue
		}
		copy(s[2*n:], rowOf(candidates, r, n))
		vec().gruGrad(q[:n], q[n:2*n], q[2*n:], s[2*n:], rowOf(c.dh, r, n), rowOf(before, r, n))
		copy(s[:2*n], q)
	}
	c.through(products)
}
