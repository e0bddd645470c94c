package kernel

// layout is where the matrices of the cells are, and how far apart their rows. The rows
// are the members of a kind along the height and the width, picture by picture.
type layout struct{ at, stride [allKinds][allKinds]int }

// plane is the pixels of a phase of x, or those of y: where pixel (0, 0) of the first
// picture is, or would be, and how far apart lines, pixels and pictures are.
type plane struct {
	values                   []float32
	at, line, pixel, picture int
}

// winogradPart is a worker's part of a pass, on some pictures from one on.
type winogradPart struct {
	*winograd
	s                *scratch
	start, pictures  int
	layout           layout
	factors, results []float32 // the matrices that are multiplied, and their products
	next             []float32 // what is read next, to be fetched to the second cache
}

// begin gives a part its memory.
func (w *winogradPart) begin(factors, results int) {
	memory := w.s.pieceOf(factors + results)
	w.factors, w.results = memory[:factors], memory[factors:]
}

// each lays out the matrices of the cells.
func (w *winogradPart) each(place func(k *cell) (at, stride int)) {
	for ka := range w.down.kinds() {
		for kb := range w.across.kinds() {
			w.layout.at[ka][kb], w.layout.stride[ka][kb] = place(&w.cells[ka][kb])
		}
	}
}

// member is where a member of a kind along the height is in its cell, in the first
// picture.
func (w *winogradPart) member(ka, kb, i int) int {
	return w.layout.at[ka][kb] + i*w.across.members(kb)*w.layout.stride[ka][kb]
}

// picture is how far apart pictures are in a cell.
func (w *winogradPart) picture(ka, kb int) int { return w.cells[ka][kb].rows * w.layout.stride[ka][kb] }

// ofBoth is the vectors of the members of pairs in a line of pairs.
func (w *winogradPart) ofBoth(values []float32, i int) vectors {
	at, group := &w.layout.at[pairFirst], w.picture(pairFirst, pairFirst)
	return vectors{
		values: values, at: [3]int{w.member(pairFirst, pairFirst, i), w.member(pairBoth, pairFirst, i), w.member(pairSecond, pairFirst, i)},
		apart: [2]int{at[pairBoth] - at[pairFirst], at[pairBoth] - at[pairFirst]}, run: w.layout.stride[pairFirst][pairFirst], group: [3]int{group, group, group},
	}
}

// alongHeight is those of the pairs along the height at an end of the width.
func (w *winogradPart) alongHeight(values []float32, end int) vectors {
	at := &w.layout.at
	return vectors{
		values: values, at: [3]int{at[pairFirst][end]}, apart: [2]int{at[pairBoth][end] - at[pairFirst][end]},
		run: w.layout.stride[pairFirst][end], group: [3]int{w.picture(pairFirst, end)},
	}
}

// alongWidth is those of the pairs along the width at an end of the height.
func (w *winogradPart) alongWidth(values []float32, end int) vectors {
	at := &w.layout.at[end]
	return vectors{
		values: values, at: [3]int{at[pairFirst]}, apart: [2]int{at[pairBoth] - at[pairFirst]},
		run: w.layout.stride[end][pairFirst], group: [3]int{w.picture(end, pairFirst)},
	}
}

// ofBoth is the vectors of the pairs in a line of pairs, of which the first begins at
// pixel (m, m).
func (p *plane) ofBoth(i, m int) vectors {
	at := p.at + (2*i+m)*p.line + m*p.pixel
	return vectors{
		values: p.values, at: [3]int{at, at + p.line, at + 2*p.line}, apart: [2]int{p.pixel, p.pixel},
		run: 2 * p.pixel, group: [3]int{p.picture, p.picture, p.picture},
	}
}

// alongHeight is those of the pairs of lines from m on at a pixel.
func (p *plane) alongHeight(m, pixel int) vectors {
	return vectors{values: p.values, at: [3]int{p.at + m*p.line + pixel*p.pixel}, apart: [2]int{p.line}, run: 2 * p.line, group: [3]int{p.picture}}
}

// alongWidth is those of the pairs of pixels from m on in a line.
func (p *plane) alongWidth(m, line int) vectors {
	return vectors{values: p.values, at: [3]int{p.at + line*p.line + m*p.pixel}, apart: [2]int{p.pixel}, run: 2 * p.pixel, group: [3]int{p.picture}}
}

// ends calls f for the kinds of the pixels without a partner along a side, with the
// place m of that pixel: those of a phase, or all if it is none.
func (s side) ends(phase int, f func(kind, m int)) {
	if phase != oddPhase {
		f(evenEnd, 0)
	}
	if phase != evenPhase && s.n%2 == 1 {
		f(oddEnd, s.n)
	}
}

// noPhase is no phase.
const noPhase = -1

// phasePlane is the pixels of a phase of x, from a channel on.
func (w *winogradPart) phasePlane(phase, from int) plane {
	line := w.Width * w.In
	return plane{
		values: w.x, at: w.start*w.Height*line - phase/2*line - phase%2*w.In + from,
		line: 2 * line, pixel: 2 * w.In, picture: w.Height * line,
	}
}

// splitPhase makes the factors of a phase of channels [from, from+width) of x.
func (w *winogradPart) splitPhase(phase, from, width int) {
	x := w.phasePlane(phase, from)
	w.overPairs(&x, &pairing{alone: split, both: splitBoth, phase: phase, first: 1, length: width, matrices: w.factors})
}

// differ makes the factors of y.
func (w *winogradPart) differ() {
	line := w.across.n * w.Out
	y := plane{values: w.y, at: w.start * w.down.n * line, line: line, pixel: w.Out, picture: w.down.n * line}
	w.overPairs(&y, &pairing{alone: differ, both: differBoth, phase: noPhase, length: w.Out, matrices: w.factors})
}

// joinPhase makes the pixels of a phase of x of their products.
func (w *winogradPart) joinPhase(phase int) {
	x := w.phasePlane(phase, 0)
	w.overPairs(&x, &pairing{alone: join, both: joinBoth, phase: phase, first: 1, length: w.In, matrices: w.results, toPixels: true})
}

// pairing is what is made of pairs of pixels, or they of it.
type pairing struct {
	alone, both combination // along one side, at an end of the other, and along both
	phase       int         // of x, or noPhase for y
	first       int         // pixel of the first pair
	length      int         // of a pixel
	matrices    []float32
	toPixels    bool
}

// overPairs goes over the pairs of pixels of a plane and those without a partner.
func (w *winogradPart) overPairs(p *plane, g *pairing) {
	down, across := noPhase, noPhase
	place := func(m int) int { return max(m-1, 0) } // of the pixels of y at the ends
	if g.phase != noPhase {
		down, across = g.phase/2, g.phase%2
		place = func(m int) int { return m }
	}
	for i := range w.down.pairs {
		f := g.both
		if i == w.down.whole(down) {
			f += splitBothShortDown - splitBoth
		}
		w.along(w.across, across, f, g, w.ofBoth(g.matrices, i), p.ofBoth(i, g.first))
	}
	w.down.ends(down, func(ka, line int) {
		w.along(w.across, across, g.alone, g, w.alongWidth(g.matrices, ka), p.alongWidth(g.first, place(line)))
	})
	w.across.ends(across, func(kb, pixel int) {
		w.along(w.down, down, g.alone, g, w.alongHeight(g.matrices, kb), p.alongHeight(g.first, place(pixel)))
		w.down.ends(down, func(ka, line int) {
			for i := range w.pictures {
				matrix := g.matrices[w.layout.at[ka][kb]+i*w.picture(ka, kb):][:g.length]
				pixel := p.values[p.at+i*p.picture+place(line)*p.line+place(pixel)*p.pixel:][:g.length]
				if g.toPixels {
					copy(pixel, matrix)
				} else {
					copy(matrix, pixel)
				}
			}
		})
	})
}

// along goes over the pairs of a side: those that are whole, and one that is not.
func (w *winogradPart) along(s side, phase int, f combination, g *pairing, matrices, pixels vectors) {
	n := repeats{g.length, s.whole(phase), w.pictures}
	w.pair(f, n, g, &matrices, &pixels)
	if n.runs == s.pairs {
		return
	}
	for i := range 3 {
		matrices.at[i] += n.runs * matrices.run
		pixels.at[i] += n.runs * pixels.run
	}
	n.runs = 1
	w.pair(f+splitShortAcross-split, n, g, &matrices, &pixels)
}

func (w *winogradPart) pair(f combination, n repeats, g *pairing, matrices, pixels *vectors) {
	if g.toPixels {
		w.s.combine(f, n, pixels, matrices)
	} else {
		w.s.combine(f, n, matrices, pixels)
	}
}

// merge makes pixels of y of their products.
func (w *winogradPart) merge() {
	size := w.down.n * w.across.n * w.Out
	for i := range w.down.n {
		at := w.start*size + i*w.across.n*w.Out
		if i%2 == 1 {
			w.mergeOdd(at, size, i/2)
		} else {
			w.mergeEven(at, size, i/2)
		}
		for picture := range w.pictures {
			w.finish(w.y[at+picture*size:][:w.across.n*w.Out], at+picture*size)
		}
	}
}

// mergeOdd makes a line of y in the middle of the lines of three products.
func (w *winogradPart) mergeOdd(at, size, i int) {
	n, out := repeats{w.Out, w.across.pairs, w.pictures}, w.Out
	to := vectors{values: w.y, at: [3]int{at + out}, run: 2 * out, group: [3]int{size}}
	from := w.ofBoth(w.results, i)
	w.s.combine(mergeBoth, n, &to, &from)
	// The pixels between: of the products of the pairs, or of the end, on either side.
	meet := func(left, right, leftMember, rightMember int) {
		from := vectors{values: w.results, run: out}
		for r, c := range [2]struct{ kind, member int }{{left, leftMember}, {right, rightMember}} {
			from.at[r] = w.member(pairFirst, c.kind, i) + c.member*out
			from.apart[r] = w.layout.at[pairBoth][c.kind] - w.layout.at[pairFirst][c.kind]
			from.group[r] = w.picture(pairFirst, c.kind)
		}
		w.s.combine(mergeDown, n, &to, &from)
	}
	n.runs, to.at[0] = w.across.pairs-1, at+2*out
	meet(pairSecond, pairFirst, 0, 1)
	n.runs, to.at[0] = 1, at
	meet(evenEnd, pairFirst, 0, 0)
	if w.across.n%2 == 1 {
		to.at[0] = at + (w.across.n-1)*out
		meet(pairSecond, oddEnd, w.across.pairs-1, 0)
	}
}

// mergeEven makes a line of y between the lines of two products, or at an end.
func (w *winogradPart) mergeEven(at, size, i int) {
	n, out := repeats{w.Out, w.across.pairs, w.pictures}, w.Out
	to := vectors{values: w.y, at: [3]int{at + out}, run: 2 * out, group: [3]int{size}}
	kinds, members := [2]int{pairSecond, pairFirst}, [2]int{i - 1, i}
	if i == 0 {
		kinds[0], members[0] = evenEnd, 0
	}
	if i == w.down.pairs {
		kinds[1], members[1] = oddEnd, 0
	}
	from := vectors{values: w.results, run: out}
	for r, ka := range kinds {
		from.at[r] = w.member(ka, pairFirst, members[r])
		from.apart[r] = w.layout.at[ka][pairBoth] - w.layout.at[ka][pairFirst]
		from.group[r] = w.picture(ka, pairFirst)
	}
	w.s.combine(mergeAcross, n, &to, &from)
	pairs := from
	for r := range kinds {
		pairs.at[r] = from.at[r] + out
		pairs.apart[r] = 2*from.apart[r] - out
	}
	n.runs, to.at[0] = w.across.pairs-1, at+2*out
	w.s.combine(mergeEven, n, &to, &pairs)
	n.runs, n.groups = 1, 1
	w.across.ends(noPhase, func(kb, pixel int) {
		last := 0 // the pair beside the end
		if kb == oddEnd {
			last = w.across.pairs - 1
		}
		for picture := range w.pictures {
			to.at[0] = at + picture*size + max(pixel-1, 0)*out
			for r, ka := range kinds {
				pair := from.at[r] + last*out + picture*from.group[r]
				if kb == oddEnd {
					pair += 2 * from.apart[r]
				}
				pairs.at[r] = pair
				pairs.apart[r] = w.member(ka, kb, members[r]) + picture*w.picture(ka, kb) - pair
			}
			w.s.combine(mergeEven, n, &to, &pairs)
		}
	})
}

// finish applies the epilogue to a line of the result, which begins at a place in it.
func (w *winograd) finish(line []float32, at int) {
	if w.Bias != nil {
		vec().add(line, line, w.bias)
	}
	h := w.H
	if w.Act >= ActReLUGrad {
		h = h[at:][:len(line)]
	}
	switch w.Act {
	case ActReLU:
		vec().relu(line, line)
	case ActLeakyReLU:
		vec().leakyReLU(line, line, w.Slope)
	case ActReLUGrad:
		vec().reluGrad(line, h, line)
	case ActLeakyReLUGrad:
		vec().leakyReLUGrad(line, h, line, w.Slope)
	}
}
