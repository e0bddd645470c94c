package kernel

import "unsafe"

// winogradBlock bounds the matrices of a block of pictures, in float32s, so that they
// stay in the second cache.
const winogradBlock = 3 << 16

// winogradForward is [ConvForward] with fewer multiplications. A product is one chain
// over the phases, rows first, and their channels, in rising order.
func winogradForward(y, x, packed []float32, c Conv, e Epilogue) {
	v := newWinograd(c, y, x, nil, packed)
	v.prepare(e, c.OutWidth(), c.Out)
	For(c.Batch, v.block, v.forward)
	v.release()
}

// winogradData is [ConvData] with fewer multiplications. A product is one chain over
// channels, in rising order.
func winogradData(dx, y, packed []float32, c Conv, e Epilogue) {
	v := newWinograd(c, y, dx, nil, packed)
	v.prepare(e, c.Width, c.In)
	For(c.Batch, v.block, v.data)
	v.release()
}

// winogradWeight is [ConvWeight] with fewer multiplications. The sum of a product is one
// chain over blocks of pictures, the kinds along the height, the kinds along the
// width, and in these over pictures and pixels, in rising order.
func winogradWeight(dw, x, y, scratch []float32, c Conv) {
	v := newWinograd(c, y, x, dw, scratch)
	v.workers = min(processors(), allPhases*v.In/16)
	picture := v.rows*c.Out + v.phaseRows*c.In/allPhases
	v.block = max(1, min(winogradBlock/picture, c.Batch))
	For(v.workers, 1, v.weight)
	v.release()
}

// prepare sets the size of blocks and the epilogue, on lines of width pixels.
func (v *winograd) prepare(e Epilogue, width, channels int) {
	v.Epilogue = e
	if e.Bias != nil {
		for len(v.bias) < width*channels {
			v.bias = append(v.bias, 0)
		}
		for i := range width {
			copy(v.bias[i*channels:], e.Bias[:channels])
		}
		v.bias = v.bias[:width*channels]
	}
	fair := (v.Batch + 2*processors() - 1) / (2 * processors())
	v.block = max(1, min(winogradBlock/(v.rows*v.Out+v.phaseRows*v.In), fair))
}

// forwardShares computes some pictures of y.
func (v *winograd) forwardShares(lo, hi int) {
	s := scratches.get()
	n := hi - lo
	w := winogradPart{winograd: v, s: s, start: lo, pictures: n}
	w.begin(n*v.phaseRows*v.In, n*v.rows*v.Out)
	w.next = pictures{v.x, v.Height, v.Width, v.In}.between(hi, min(hi+n, v.Batch))
	for phase := range allPhases {
		w.each(func(k *cell) (at, stride int) {
			return n*k.phasesBefore*v.In + k.order[phase]*v.In, k.phases * v.In
		})
		w.splitPhase(phase, 0, v.In)
	}
	for ka := range v.down.kinds() {
		for kb := range v.across.kinds() {
			k := &v.cells[ka][kb]
			w.multiply(right{v.packed[k.factor*allPhases*v.In*v.Out:], v.Out, allPhases * v.In}, left{
				values: w.factors[n*k.phasesBefore*v.In:], rows: n * k.rows, stride: k.phases * v.In,
				from: k.from * v.In, run: k.run * v.In, parts: k.parts,
			}, w.results[n*k.rowsBefore*v.Out:])
		}
	}
	w.each(func(k *cell) (at, stride int) { return n * k.rowsBefore * v.Out, v.Out })
	w.merge()
	s.tile = tile{}
	scratches.put(s)
}

// dataShares computes some pictures of x.
func (v *winograd) dataShares(lo, hi int) {
	s := scratches.get()
	n := hi - lo
	w := winogradPart{winograd: v, s: s, start: lo, pictures: n}
	w.begin(n*v.rows*v.Out, n*v.phaseRows*v.In)
	w.next = pictures{v.y, v.down.n, v.across.n, v.Out}.between(hi, min(hi+n, v.Batch))
	w.each(func(k *cell) (at, stride int) { return n * k.rowsBefore * v.Out, v.Out })
	w.differ()
	for ka := range v.down.kinds() {
		for kb := range v.across.kinds() {
			k := &v.cells[ka][kb]
			for phase := range allPhases {
				if !k.has[phase] {
					continue
				}
				w.multiply(right{v.packed[(k.factor*allPhases+phase)*v.In*v.Out:], v.In, v.Out},
					left{values: w.factors[n*k.rowsBefore*v.Out:], rows: n * k.rows, stride: v.Out, run: v.Out, parts: 1},
					w.results[n*(k.phasesBefore+k.order[phase]*k.rows)*v.In:])
			}
		}
	}
	for phase := range allPhases {
		w.each(func(k *cell) (at, stride int) {
			return n * (k.phasesBefore + k.order[phase]*k.rows) * v.In, v.In
		})
		w.joinPhase(phase)
	}
	line := v.Width * v.In
	for at := lo * v.Height * line; at < hi*v.Height*line; at += line {
		w.finish(v.x[at:][:line], at)
	}
	s.tile = tile{}
	scratches.put(s)
}

// left is the left operand of a product: rows of values a stride apart. They meet run of
// the right operand's rows, from one on, and if there are two parts as many again after a
// gap of run.
type left struct {
	values           []float32
	rows, stride     int
	from, run, parts int
}

// right is the right operand, packed in panels over all of depth.
type right struct {
	values   []float32
	n, depth int
}

// multiply computes c = a·b.
func (w *winogradPart) multiply(b right, a left, c []float32) {
	g, t := tiles(), &w.s.tile
	blocks := (a.rows + g.rows - 1) / g.rows
	for j := 0; j < b.n; j += 2 * g.lanes {
		width := min(2*g.lanes, b.n-j)
		*t = tile{rowStride: 4 * uintptr(a.stride), kStride: 4, cStride: 4 * uintptr(b.n), bStride: 4 * uintptr(width)}
		t.mask = g.mask(width)
		t.k, t.bRound = aheadDepth, 4*uintptr(width*a.run)
		panel := b.values[j*b.depth+a.from*width:]
		for block := range blocks {
			row, next := a.rows*block/blocks, a.rows*(block+1)/blocks
			t.a, t.b, t.c = unsafe.Pointer(&a.values[row*a.stride]), unsafe.Pointer(&panel[0]), unsafe.Pointer(&c[row*b.n+j])
			t.segments, t.rounds = uintptr(a.run/aheadDepth-1), uintptr(a.parts-1)
			t.ahead, t.aheadStep = w.fetch(a.parts * a.run / aheadDepth)
			w.s.compute(g, next-row, width/g.lanes)
		}
	}
}

// aheadDepth is after how many k's something is fetched.
const aheadDepth = 16

// fetch returns where to fetch from in so many steps, and how far one is, and takes that from
// what is read next.
func (w *winogradPart) fetch(steps int) (at, step uintptr) {
	if len(w.next) == 0 {
		return uintptr(unsafe.Pointer(&zeros)), 0
	}
	at = uintptr(unsafe.Pointer(&w.next[0]))
	w.next = w.next[min(steps*aheadStep/4, len(w.next)):]
	return at, aheadStep
}

// weightShares computes shares of dw: of the channels of the phases, by sixteens.
func (v *winograd) weightShares(lo, hi int) {
	s := scratches.get()
	n := allPhases * v.In / 16
	from, to := 16*(n*lo/v.workers), 16*(n*hi/v.workers)
	for at := 0; at < v.Batch; at += v.block {
		w := winogradPart{winograd: v, s: s, start: at, pictures: min(v.block, v.Batch-at)}
		w.weightBlock(from, to)
	}
	for phase := from / v.In; phase*v.In < to; phase++ {
		lo, hi := max(from-phase*v.In, 0), min(to-phase*v.In, v.In)
		v.gradients(s, phase, lo, hi-lo)
	}
	s.tile = tile{}
	scratches.put(s)
}

// weightBlock adds the products of some pictures for channels of the phases.
func (w *winogradPart) weightBlock(from, to int) {
	n := w.pictures
	w.begin(n*w.rows*(w.Out+w.In), 0)
	w.each(func(k *cell) (at, stride int) { return n * k.rowsBefore * w.Out, w.Out })
	w.differ()
	y := w.factors
	for phase := from / w.In; phase*w.In < to; phase++ {
		lo, hi := max(from-phase*w.In, 0), min(to-phase*w.In, w.In)
		width, base := hi-lo, n*w.rows*w.Out
		w.each(func(k *cell) (at, stride int) { return base + n*k.phaseBefore[phase]*width, width })
		w.splitPhase(phase, lo, width)
		for ka := range w.down.kinds() {
			for kb := range w.across.kinds() {
				k := &w.cells[ka][kb]
				if !k.has[phase] {
					continue
				}
				w.add(w.packed[((k.factor*allPhases+phase)*w.In+lo)*w.Out:][:width*w.Out],
					w.factors[w.layout.at[ka][kb]:], y[n*k.rowsBefore*w.Out:], width, n*k.rows, w.start == 0 && ka <= pairSecond && kb <= pairSecond)
			}
		}
	}
}

// add adds aᵀ·b to c, or writes it there to begin with. The rows of a are width wide, those of
// b as wide as c's.
func (w *winogradPart) add(c, a, b []float32, width, rows int, begin bool) {
	g, t := tiles(), &w.s.tile
	blocks := (width + g.rows - 1) / g.rows
	for j := 0; j < w.Out; j += 2 * g.lanes {
		n := min(2*g.lanes, w.Out-j)
		*t = tile{rowStride: 4, kStride: 4 * uintptr(width), cStride: 4 * uintptr(w.Out), bStride: 4 * uintptr(w.Out), k: uintptr(rows)}
		t.ahead = uintptr(unsafe.Pointer(&zeros))
		if !begin {
			t.load = 1
		}
		t.mask = g.mask(n)
		for block := range blocks {
			row, next := width*block/blocks, width*(block+1)/blocks
			t.a, t.b, t.c = unsafe.Pointer(&a[row]), unsafe.Pointer(&b[j]), unsafe.Pointer(&c[row*w.Out+j])
			t.rounds = 0
			w.s.compute(g, next-row, n/g.lanes)
		}
	}
}
