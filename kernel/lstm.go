package kernel

// lstmTwin is a step of an LSTM. The gates i, f and o and the candidate g come as the sums that
// their functions are taken of, and leave as the values of those; before is the cell of the step
// before:
//
//	i, f, o = σ(i), σ(f), σ(o)    g = tanh g
//	c = f·before + i·g            h = o·tanh c
//
// Everything is in float64 and rounded where it is stored.
func lstmTwin(h, c, i, f, o, g, before []float32) {
	for j := range h {
		keep, in, out := sigmoid(float64(f[j])), sigmoid(float64(i[j])), sigmoid(float64(o[j]))
		candidate := tanh(float64(g[j]))
		cell := float64(keep*float64(before[j])) + float64(in*candidate)
		i[j], f[j], o[j], g[j] = float32(in), float32(keep), float32(out), float32(candidate)
		c[j] = float32(cell)
		h[j] = float32(out * tanh(cell))
	}
}

// lstmGradTwin goes a step of an LSTM back. The gates and the candidate leave as the gradients by
// the sums that they are functions of, and dc as that by the cell before; it comes as what later
// steps make of the gradient by c, without the way by h, whose gradient is dh.
func lstmGradTwin(i, f, o, g, dc, dh, c, before []float32) {
	for j := range i {
		t := tanh(float64(c[j]))
		in, keep, out, candidate := float64(i[j]), float64(f[j]), float64(o[j]), float64(g[j])
		d, old := float64(dh[j]), float64(before[j])
		s := float64(dc[j]) + float64(float64(d*out)*(1-float64(t*t)))
		i[j] = float32(float64(s*candidate) * float64(in*(1-in)))
		f[j] = float32(float64(s*old) * float64(keep*(1-keep)))
		o[j] = float32(float64(d*t) * float64(out*(1-out)))
		g[j] = float32(float64(s*in) * (1 - float64(candidate*candidate)))
		dc[j] = float32(s * keep)
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
		copy(sums, c.of(c.x, step, width))
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
	vec().flush(c.dc, c.dc)
	c.through(d)
}
