package kernel

// lstmTwin is a step of an LSTM. The gates i, f and o and the candidate g come as the sums that
// their functions are taken of, and leave as the values of those; before is the cell of the step
// before:
//
//	i, f, o = σ(i), σ(f), σ(o)    g = tanh g
//	c = f·before + i·g            h = o·tanh c
//
// Everything is in float32, with the functions of recurrent.go and fused multiply-adds.
func lstmTwin(h, c, i, f, o, g, before []float32) {
	for j := range h {
		keep, in, out, candidate := sigmoidSingle(f[j]), sigmoidSingle(i[j]), sigmoidSingle(o[j]), tanhSingle(g[j])
		cell := flush(fma(in, candidate, float32(keep*before[j])))
		i[j], f[j], o[j], g[j], c[j] = in, keep, out, candidate, cell
		h[j] = flush(out * tanhSingle(cell))
	}
}

// lstmGradTwin goes a step of an LSTM back. The gates and the candidate leave as the gradients by
// the sums that they are functions of, and dc as that by the cell before; it comes as what later
// steps make of the gradient by c, without the way by h, whose gradient is dh.
func lstmGradTwin(i, f, o, g, dc, dh, c, before []float32) {
	for j := range i {
		t, in, keep, out, candidate := tanhSingle(c[j]), i[j], f[j], o[j], g[j]
		d, old := dh[j], before[j]
		s := fma(d*out, fma(-t, t, 1), dc[j])
		i[j] = float32(s*candidate) * fma(-in, in, in)
		f[j] = float32(s*old) * fma(-keep, keep, keep)
		o[j] = float32(d*t) * fma(-out, out, out)
		g[j] = float32(s*in) * fma(-candidate, candidate, 1)
		dc[j] = flush(s * keep)
	}
}

// cells are those of an LSTM, as its states are; gates has what its functions gave in all steps.
func (v *recurrence) cells() []float32 {
	n := (v.Steps + 1) * v.states()
	return v.kept[n : 2*n]
}

func (v *recurrence) gates() []float32 { return v.kept[2*(v.Steps+1)*v.states():] }

// stepLSTM goes from a slot to the next.
func (c *carrier) stepLSTM(step, from, to int, known bool) {
	n, width := c.Units, c.width()
	if known {
		sums := c.of(c.gates(), step, width)
		c.multiplyInput(sums, step)
		c.multiply(sums)
		states, cells, before := c.of(c.kept, to, n), c.of(c.cells(), to, n), c.of(c.cells(), from, n)
		for r := range c.hi - c.lo {
			s := rowOf(sums, r, width)
			vec().lstm(rowOf(states, r, n), rowOf(cells, r, n), s[:n], s[n:2*n], s[2*n:3*n], s[3*n:], rowOf(before, r, n))
		}
	}
	c.stay(c.kept, step, from, to)
	c.stay(c.cells(), step, from, to)
}

// backLSTM goes back from a slot to the one before.
func (c *carrier) backLSTM(step, from, to int) {
	n, width := c.Units, c.width()
	d := c.of(c.gradients, step, width)
	if !c.anyKnown(step) {
		clear(d)
		return
	}
	copy(d, c.of(c.gates(), step, width))
	cells, before := c.of(c.cells(), to, n), c.of(c.cells(), from, n)
	for r := range c.hi - c.lo {
		s, dh := rowOf(d, r, width), rowOf(c.dh, r, n)
		if !c.isKnown(step, r) {
			clear(s)
			continue
		}
		vec().lstmGrad(s[:n], s[n:2*n], s[2*n:3*n], s[3*n:], rowOf(c.dc, r, n), dh, rowOf(cells, r, n), rowOf(before, r, n))
		clear(dh)
	}
	c.through(d)
}
