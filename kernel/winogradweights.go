package kernel

// The weights of a phase are 2×2 taps g. The products take g₀, g₀ + g₁ and g₁ along
// both sides, which makes 9 matrices for each phase.

// winogradPackForward packs the weights for [winogradForward].
func winogradPackForward(to, w []float32, c Conv) {
	v := newWinograd(c, nil, nil, w, to)
	For(3*allPhases, 1, v.packForward)
	v.release()
}

// winogradPackData packs the weights for [winogradData].
func winogradPackData(to, w []float32, c Conv) {
	v := newWinograd(c, nil, nil, w, to)
	For(3*allPhases, 1, v.packData)
	v.release()
}

// packForwardShares packs the weights of phases for the forward pass: for each of the 9
// the phases one after the other.
func (v *winograd) packForwardShares(lo, hi int) {
	s := scratches.get()
	size := v.In * v.Out
	for i := lo; i < hi; i++ {
		phase, ka := i/3, i%3
		taps := v.taps(s, phase, ka, 0)
		panel := 2 * tiles().lanes
		for j := 0; j < v.Out; j += panel {
			width := min(panel, v.Out-j)
			to := vectors{
				values: v.packed, at: [3]int{3*ka*allPhases*size + (j*allPhases+phase*width)*v.In},
				apart: [2]int{allPhases * size}, run: width,
			}
			from := taps
			from.at[0] += j
			from.run = v.Out
			s.combine(split, repeats{width, v.In, 1}, &to, &from)
		}
	}
	scratches.put(s)
}

// packDataShares packs the weights of phases for the data pass: each phase of each of
// the 9 transposed.
func (v *winograd) packDataShares(lo, hi int) {
	s := scratches.get()
	size := v.In * v.Out
	for i := lo; i < hi; i++ {
		phase, ka := i/3, i%3
		taps := v.taps(s, phase, ka, 3*size)
		factors := s.pieceOf(5 * size)
		s.combine(split, repeats{size, 1, 1}, &vectors{values: factors, apart: [2]int{size}}, &taps)
		for kb := range 3 {
			v.packTransposed(s, v.packed[((3*ka+kb)*allPhases+phase)*size:][:size], factors[kb*size:][:size])
		}
	}
	scratches.put(s)
}

// packTransposed packs the transpose of a matrix (In, Out).
func (v *winograd) packTransposed(s *scratch, to, from []float32) {
	g := tiles()
	c := columns{product: &product{n: v.In, k: v.Out, b: from, transB: true}, gemm: g, k1: v.Out}
	for j := 0; j < v.In; j += 2 * g.lanes {
		panel, to := j/(2*g.lanes), to[j*v.Out:]
		if g.tile == nil {
			c.packTwin(panel, to, c.width(panel))
		} else {
			s.packPanel(&c, panel, to)
		}
	}
}

// taps returns the weights of the two taps along the width, of one of g₀, g₀ + g₁ and g₁
// along the height. Working memory is used from a place on.
func (v *winograd) taps(s *scratch, phase, kind, at int) vectors {
	size := v.In * v.Out
	if kind != pairBoth {
		return v.tapsOf(phase, kind/pairSecond)
	}
	memory := s.pieceOf(at + 2*size)
	g0, g1 := v.tapsOf(phase, 0), v.tapsOf(phase, 1)
	sums := vectors{values: memory, at: [3]int{at}, apart: [2]int{size}}
	for i := range 2 {
		to, from := sums, g0
		to.at[0] += i * size
		from.at[0] += i * g0.apart[0]
		from.apart[0] = g1.at[0] - g0.at[0]
		s.combine(plus, repeats{size, 1, 1}, &to, &from)
	}
	return sums
}

// tapsOf is where the weights of g₀ or g₁ along the height are.
func (v *winograd) tapsOf(phase, g int) vectors {
	size := v.In * v.Out
	place := func(i int) int { return (tapPlace(phase/2, g)*v.KernelW + tapPlace(phase%2, i)) * size }
	return vectors{values: v.w, at: [3]int{place(0)}, apart: [2]int{place(1) - place(0)}}
}

// gradients makes the gradients of the taps of a phase, of some channels of x, of those
// of the 9.
func (v *winograd) gradients(s *scratch, phase, from, width int) {
	n, size := repeats{width * v.Out, 1, 1}, v.In*v.Out
	memory := s.pieceOf(6 * n.length)
	at := phase*size + from*v.Out
	for kb := range 3 {
		to := vectors{values: memory, at: [3]int{kb * n.length}, apart: [2]int{3 * n.length}}
		factors := vectors{values: v.packed, at: [3]int{at + kb*allPhases*size}, apart: [2]int{3 * allPhases * size}}
		s.combine(join, n, &to, &factors)
	}
	for g := range 2 {
		to := v.tapsOf(phase, g)
		to.at[0] += from * v.Out
		s.combine(join, n, &to, &vectors{values: memory, at: [3]int{3 * g * n.length}, apart: [2]int{n.length}})
	}
}
