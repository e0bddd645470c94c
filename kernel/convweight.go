package kernel

import "unsafe"

// The weight pass is a product for each tap, or with few channels for each row of
// the kernel: its rows are channels of x, its k the pixels of all y for which the
// tap is in the picture, a segment for each line and a round for each picture.
// With few channels the rows are those of a line of the kernel, and the lines of x
// are copied into a border of zeros, so that all taps are in it.

// chunkSize bounds what of x and y is multiplied at once, in float32s.
const chunkSize = 1 << 17

// chunk is some whole pictures, [lo, hi), or the output lines [first, end) of one.
type chunk struct{ lo, hi, first, end int }

// next returns the chunk that follows; the first follows an empty one.
func (v *convolution) next(c chunk) chunk {
	height := v.OutHeight()
	line := v.Stride*v.Width*v.In + v.OutWidth()*v.Out
	if n := chunkSize / line; n < height {
		if c.end < height && c.hi > c.lo {
			return chunk{c.lo, c.hi, c.end, min(c.end+max(1, n), height)}
		}
		return chunk{c.hi, c.hi + 1, 0, max(1, n)}
	}
	return chunk{c.hi, min(c.hi+chunkSize/(line*height), v.Batch), 0, height}
}

// weights computes dw.
func (v *convolution) weights() {
	v.tapGroups, v.groupRows = v.KernelH*v.KernelW, v.In
	if v.few() {
		v.tapGroups, v.groupRows = v.KernelH, v.KernelW*v.In
	}
	v.workers = 1
	if len(v.y)*v.window() >= parallelProduct {
		v.workers = processors()
	}
	g := v.tiles()
	v.blocks = (v.groupRows + g.rows - 1) / g.rows
	v.panels = (v.Out + 2*g.lanes - 1) / (2 * g.lanes)
	for v.tapGroups*v.panels*v.blocks < v.workers && v.blocks < v.groupRows {
		v.blocks++
	}
	For(v.workers, 1, v.weight)
}

// weightShares computes shares of the tiles of dw.
func (v *convolution) weightShares(lo, hi int) {
	s, g := scratches.get(), v.tiles()
	n := v.tapGroups * v.blocks * v.panels
	from, to := n*lo/v.workers, n*hi/v.workers
	if from < to {
		p := products.get()
		w := weightPass{convolution: v, s: s, g: g, columns: columns{product: p, gemm: g}}
		for c := v.next(chunk{}); c.lo < v.Batch; c = v.next(c) {
			w.begin(c, to-from)
			for i := from; i < to; i++ {
				w.tile(i/v.panels/v.blocks, i/v.panels%v.blocks, i%v.panels)
			}
		}
		p.release()
	}
	s.tile = tile{}
	scratches.put(s)
}

// weightPass is a worker's part of the pass on a chunk.
type weightPass struct {
	*convolution
	s *scratch
	g *gemm
	chunk
	ahead   ahead
	x, y    []float32 // of the chunk
	width   int       // of x's lines
	border  int       // of them
	base    int       // the line of a picture that x begins with
	columns columns
}

// begin prepares the operands of a chunk, for some tiles.
func (w *weightPass) begin(c chunk, tiles int) {
	w.chunk = c
	line := w.Width * w.In
	w.base, _ = w.linesOf(c)
	w.x, w.y = w.operands(c)
	w.ahead = ahead{parts: tiles}
	w.ahead.x, w.ahead.y = w.operands(w.next(c))
	w.width, w.border = w.Width, 0
	if w.few() && w.Pad > 0 {
		w.width, w.border = w.Width+2*w.Pad, w.Pad
		w.x = w.s.withBorder(w.x, line, w.Pad*w.In)
	}
	pixels := len(w.y) / w.Out
	w.columns.n, w.columns.k, w.columns.k1, w.columns.b = w.Out, pixels, pixels, w.y
	if w.Out%w.g.lanes != 0 {
		packed := w.s.pieceOf(w.columns.k * w.columns.padded())
		for panel := range w.panels {
			w.s.packPanel(&w.columns, panel, packed[panel*2*w.g.lanes*w.columns.k:])
		}
		w.y = packed
	}
}

// meets returns the output pixels [lo, hi) of n along a side that meet the tap at a
// place of the kernel within size pixels with a border.
func (v *convolution) meets(place, n, size, pad int) (lo, hi int) {
	if d := pad - place; d > 0 {
		lo = (d + v.Stride - 1) / v.Stride
	}
	last := size - 1 + pad - place
	if last < 0 {
		return 0, 0
	}
	return lo, max(lo, min(n, last/v.Stride+1))
}

// tile computes a block of rows of a panel for a tap.
func (w *weightPass) tile(tap, block, panel int) {
	across := w.tapGroups / w.KernelH // taps of a row of the kernel
	p, q := w.byClass(tap/across), tap%across
	row, next := w.groupRows*block/w.blocks, w.groupRows*(block+1)/w.blocks
	vecs, width := w.columns.vecs(panel), w.columns.width(panel)
	j := panel * 2 * w.g.lanes
	t := &w.s.tile
	*t = tile{rowStride: 4, kStride: 4 * uintptr(w.Stride*w.In), cStride: 4 * uintptr(w.Out), mask: w.columns.mask(width)}
	t.ahead = w.ahead.next()
	t.aheadStep = aheadStep
	c := w.w[((p*w.KernelW+q)*w.In+row)*w.Out+j:]
	if w.lo > 0 || w.first > 0 {
		t.load = 1
	}
	i0, i1 := w.meets(p, w.OutHeight(), w.Height, w.Pad)
	i0, i1 = max(i0, w.first), min(i1, w.end)
	j0, j1 := 0, w.OutWidth()
	if !w.few() {
		j0, j1 = w.meets(q, w.OutWidth(), w.Width, w.Pad)
	}
	if i0 >= i1 || j0 >= j1 {
		for r := 0; r < next-row && t.load == 0; r++ {
			clear(c[r*w.Out:][:width])
		}
		return
	}
	lines, pixels := i1-i0, j1-j0
	step := w.Stride * w.width * w.In // from line to line
	t.a = unsafe.Pointer(&w.x[((i0*w.Stride+p-w.Pad-w.base)*w.width+j0*w.Stride+q-(w.Pad-w.border))*w.In+row])
	t.k, t.segments, t.rounds = uintptr(pixels), uintptr(lines-1), uintptr(w.hi-w.lo-1)
	t.aSkip = 4 * uintptr(step-pixels*w.Stride*w.In)
	t.aRound = 4 * uintptr(w.Height*w.width*w.In-(lines-1)*step-pixels*w.Stride*w.In)
	stride, first := w.Out, j
	if w.Out%w.g.lanes != 0 {
		stride, first = vecs*w.g.lanes, j*w.columns.k
	}
	t.b, t.bStride = unsafe.Pointer(&w.y[first+((i0-w.first)*w.OutWidth()+j0)*stride]), 4*uintptr(stride)
	t.bSkip = t.bStride * uintptr(w.OutWidth()-pixels)
	t.bRound = t.bStride * uintptr(w.OutHeight()*w.OutWidth()-(lines-1)*w.OutWidth()-pixels)
	t.c = unsafe.Pointer(&c[0])
	w.s.compute(w.g, next-row, vecs)
}

// byClass returns the i-th row of the kernel in the order of their places modulo the
// stride: those of one class read the same lines of x.
func (v *convolution) byClass(i int) int {
	for class := 0; ; class++ {
		n := v.taps(class, v.KernelH)
		if i < n {
			return class + i*v.Stride
		}
		i -= n
	}
}

// withBorder copies lines into a border of zeros at their ends.
func (w *scratch) withBorder(lines []float32, size, border int) []float32 {
	n, width := len(lines)/size, size+2*border
	to := w.bordered(n * width)
	for i := range n {
		line := to[i*width:][:width]
		clear(line[:border])
		copy(line[border:], lines[i*size:][:size])
		clear(line[border+size:])
	}
	return to
}
