package main

// recurrences has the steps of recurrent layers: the loops of lstm.go and gru.go of the kernel
// package, operation by operation.
var recurrences = []program{
	{name: "lstm", signature: "(h, c, i, f, o, g, before []float32)", write: func(l *lanes) {
		n, at := l.length("h"), l.bases([]string{"h", "c", "i", "f", "o", "g", "before"})
		h, c, i, f, o, g, before := at[0], at[1], at[2], at[3], at[4], at[5], at[6]
		b := l.bounds()
		l.loop(n, func(p part) {
			keep := l.sigmoid(b, l.get(f, p))
			l.put(f, p, keep)
			cell := l.mul(keep, l.get(before, p))
			in := l.sigmoid(b, l.get(i, p))
			l.put(i, p, in)
			candidate := l.tanh(b, l.get(g, p))
			l.put(g, p, candidate)
			cell = l.add(cell, l.mul(in, candidate))
			l.put(c, p, cell)
			t := l.tanh(b, cell)
			out := l.sigmoid(b, l.get(o, p))
			l.put(o, p, out)
			l.put(h, p, l.mul(out, t))
		})
	}},
	{name: "lstmGrad", signature: "(i, f, o, g, dc, dh, c, before []float32)", write: func(l *lanes) {
		n, at := l.length("i"), l.bases([]string{"i", "f", "o", "g", "dc", "dh", "c", "before"})
		i, f, o, g, dc, dh, c, before := at[0], at[1], at[2], at[3], at[4], at[5], at[6], at[7]
		b := l.bounds()
		l.loop(n, func(p part) {
			t := l.tanh(b, l.get(c, p))
			in, keep, out, candidate := l.get(i, p), l.get(f, p), l.get(o, p), l.get(g, p)
			d, old := l.get(dh, p), l.get(before, p)
			s := l.add(l.get(dc, p), l.mul(l.mul(d, out), l.rest(l.mul(t, t))))
			l.put(o, p, l.mul(l.mul(d, t), l.mul(out, l.rest(out))))
			l.put(i, p, l.mul(l.mul(s, candidate), l.mul(in, l.rest(in))))
			l.put(f, p, l.mul(l.mul(s, old), l.mul(keep, l.rest(keep))))
			l.put(g, p, l.mul(l.mul(s, in), l.rest(l.mul(candidate, candidate))))
			l.put(dc, p, l.mul(s, keep))
		})
	}},
	{name: "gru", signature: "(h, r, z, n, q, before []float32)", write: func(l *lanes) {
		count, at := l.length("h"), l.bases([]string{"h", "r", "z", "n", "q", "before"})
		h, r, z, n, q, before := at[0], at[1], at[2], at[3], at[4], at[5]
		b := l.bounds()
		l.loop(count, func(p part) {
			reset := l.sigmoid(b, l.get(r, p))
			l.put(r, p, reset)
			candidate := l.tanh(b, l.add(l.get(n, p), l.mul(reset, l.get(q, p))))
			l.put(n, p, candidate)
			keep := l.sigmoid(b, l.get(z, p))
			l.put(z, p, keep)
			l.put(h, p, l.add(candidate, l.mul(keep, l.sub(l.get(before, p), candidate))))
		})
	}},
	{name: "gruGrad", signature: "(r, z, q, n, dh, before []float32)", write: func(l *lanes) {
		count, at := l.length("r"), l.bases([]string{"r", "z", "q", "n", "dh", "before"})
		r, z, q, n, dh, before := at[0], at[1], at[2], at[3], at[4], at[5]
		l.loop(count, func(p part) {
			reset, keep, candidate := l.get(r, p), l.get(z, p), l.get(n, p)
			d, old, state := l.get(dh, p), l.get(before, p), l.get(q, p)
			dn := l.mul(l.mul(d, l.rest(keep)), l.rest(l.mul(candidate, candidate)))
			l.put(r, p, l.mul(l.mul(dn, state), l.mul(reset, l.rest(reset))))
			l.put(z, p, l.mul(l.mul(d, l.sub(old, candidate)), l.mul(keep, l.rest(keep))))
			l.put(q, p, l.mul(dn, reset))
			l.put(n, p, dn)
			l.put(dh, p, l.mul(d, keep))
		})
	}},
}

// rest is 1 − x.
func (l *lanes) rest(x vec) vec { return l.sub(l.load(l.c(1)), x) }
