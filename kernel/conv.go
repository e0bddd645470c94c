package kernel

// Conv is the geometry of a two-dimensional convolution with zero padding: of
// pictures x (Batch, Height, Width, In) with weights w (KernelH, KernelW, In, Out)
// to pictures y (Batch, OutHeight, OutWidth, Out).
//
// Its three passes are products with the matrix whose rows are the windows of the
// output's pixels. It is unfolded in pieces that stay in a processor's cache.
type Conv struct {
	Batch, Height, Width, In int
	KernelH, KernelW, Out    int
	Stride, Pad              int
}

// OutHeight is ⌊(Height + 2 Pad − KernelH)/Stride⌋ + 1.
func (c Conv) OutHeight() int { return (c.Height+2*c.Pad-c.KernelH)/c.Stride + 1 }

// OutWidth is ⌊(Width + 2 Pad − KernelW)/Stride⌋ + 1.
func (c Conv) OutWidth() int { return (c.Width+2*c.Pad-c.KernelW)/c.Stride + 1 }

// window is the number of values that a window covers.
func (c Conv) window() int { return c.KernelH * c.KernelW * c.In }

// Scratch returns the working memory of the three passes, in float32s: that of the
// packed weights.
func (c Conv) Scratch() int { return max(packedSize(c.Out, c.window()), packedSize(c.window(), c.Out)) }

// ConvForward is the convolution (as everywhere in this field, a correlation)
//
//	y[b,i,j,o] = Σ x[b, i·Stride + p − Pad, j·Stride + q − Pad, c] · w[p,q,c,o]
//
// and its epilogue, on rows of Out channels.
func ConvForward(y, x, w, scratch []float32, c Conv, e Epilogue) {
	v := newConvolution(c, y, x, w)
	v.Epilogue = e
	v.m, v.n, v.k, v.transB = 0, c.Out, c.window(), false
	v.prepack(scratch)
	lines := c.Batch * c.OutHeight()
	v.lines = min(piece(c.OutWidth()*stride(c.window())), 1+lines/fewest)
	For(lines, v.lines, v.forward)
	v.release()
}

// ConvData is the adjoint of [ConvForward] in x: a transposed convolution from y
// to dx. Pixels of dx that no window reaches are zero.
func ConvData(dx, y, w, scratch []float32, c Conv) {
	v := newConvolution(c, y, dx, w)
	v.n, v.k, v.transB = c.window(), c.Out, true
	v.prepack(scratch)
	v.lines = piece(c.OutWidth() * c.window())
	For(c.Batch, 1+c.Batch/fewest, v.data)
	v.release()
}

// ConvWeight is the adjoint of [ConvForward] in w. An element is one chain over
// pictures and their pixels.
func ConvWeight(dw, x, y []float32, c Conv) {
	v := newConvolution(c, y, x, dw)
	v.columns = 1 // of the kernel, in a share of the work
	if c.KernelH%processors() == 0 {
		v.columns = c.KernelW
	}
	v.lines = piece(c.OutWidth() * stride(v.columns*c.In))
	For(c.KernelH*c.KernelW/v.columns, 1, v.weight)
	v.release()
}

// pieceSize bounds what is unfolded at once, in float32s: a quarter of a megabyte.
const pieceSize = 1 << 16

// fewest is about how many pieces there are at least, so that there is little to
// wait for at the end.
const fewest = 32

// piece is how many lines of an output that take size each are unfolded at once.
func piece(size int) int { return max(1, pieceSize/size) }

// stride is the distance of unfolded rows of n, such that they do not meet in few
// sets of the first cache.
func stride(n int) int {
	if n*4%alias == 0 {
		return n + 16
	}
	return n
}

// convolution is one of the passes in progress.
type convolution struct {
	Conv
	y, x, w []float32
	lines   int // of output pixels in a piece, over all pictures
	columns int // of the kernel, in a share of the weights

	product               // with the weights, but for A and C
	forward, data, weight func(lo, hi int)
}

var convolutions = depot[convolution]{make: func() *convolution {
	v := &convolution{}
	v.forward, v.data, v.weight = v.forwardLines, v.dataPictures, v.weightShares
	return v
}}

func newConvolution(c Conv, y, x, w []float32) *convolution {
	v := convolutions.get()
	v.Conv, v.y, v.x, v.w = c, y, x, w
	return v
}

func (v *convolution) release() {
	*v = convolution{forward: v.forward, data: v.data, weight: v.weight}
	convolutions.put(v)
}

// prepack packs the weights, which are op(B).
func (v *convolution) prepack(to []float32) {
	s := scratches.get()
	v.b = v.w
	s.prepack(&v.product, to)
	scratches.put(s)
}

// forwardLines computes lines of output pixels.
func (v *convolution) forwardLines(lo, hi int) {
	s, p := scratches.get(), products.get()
	share := p.share
	*p = v.product
	p.share = share
	row := stride(v.window())
	columns := s.unfolded((hi - lo) * v.OutWidth() * row)
	length := v.KernelW * v.In
	v.eachPicture(lo, hi, func(b, i, n, at int) {
		from := v.bordered(s, b, i*v.Stride, 1, (n-1)*v.Stride+v.KernelH)
		for line := range n {
			s.copyRuns(columns[(at+line)*v.OutWidth()*row:], from.rows[line*v.Stride*from.stride:], grid{row, length}, grid{v.Stride * v.In, from.stride},
				length, v.OutWidth(), v.KernelH)
		}
	})
	first := lo * v.OutWidth()
	p.m, p.a, p.rowStride, p.kStride = (hi-lo)*v.OutWidth(), columns, row, 1
	p.c = v.y[first*v.Out:][:p.m*v.Out]
	if v.H != nil {
		p.H = v.H[first*v.Out:][:p.m*v.Out]
	}
	p.serial(s)
	p.release()
	scratches.put(s)
}

// dataPictures computes whole pictures of dx.
func (v *convolution) dataPictures(lo, hi int) {
	s, p := scratches.get(), products.get()
	share := p.share
	*p = v.product
	p.share = share
	height, width := v.OutHeight(), v.OutWidth()
	columns := s.unfolded(min(v.lines, height) * width * v.window())
	rowSize := (v.Width + 2*v.Pad) * v.In
	for b := lo; b < hi; b++ {
		picture := v.picture(b)
		if v.Pad > 0 {
			picture = s.bordered((v.Height + 2*v.Pad) * rowSize)
		}
		clear(picture)
		for i := 0; i < height; i += v.lines {
			n := min(v.lines, height-i)
			first := (b*height + i) * width
			p.m, p.rowStride, p.kStride = n*width, v.Out, 1
			p.a, p.c = v.y[first*v.Out:][:p.m*v.Out], columns[:p.m*v.window()]
			p.serial(s)
			for line := range n {
				v.fold(s, picture[(i+line)*v.Stride*rowSize:], columns[line*width*v.window():])
			}
		}
		if v.Pad > 0 {
			size := v.Width * v.In
			for h := range v.Height {
				copy(v.picture(b)[h*size:][:size], picture[(h+v.Pad)*rowSize+v.Pad*v.In:])
			}
		}
	}
	p.release()
	scratches.put(s)
}

// weightShares computes shares of dw: the rows of some columns of the kernel.
func (v *convolution) weightShares(lo, hi int) {
	s, p := scratches.get(), products.get()
	lines := v.Batch * v.OutHeight()
	m := v.columns * v.In
	row := stride(m)
	columns := s.unfolded(min(v.lines, lines) * v.OutWidth() * row)
	for share := lo; share < hi; share++ {
		at := share * v.columns
		ky, kx := at/v.KernelW, at%v.KernelW
		for line := 0; line < lines; line += v.lines {
			n := min(v.lines, lines-line)
			v.eachPicture(line, line+n, func(b, i, n, at int) {
				from := v.bordered(s, b, i*v.Stride+ky, v.Stride, n)
				s.copyRuns(columns[at*v.OutWidth()*row:], from.rows[kx*v.In:], grid{row, v.OutWidth() * row}, grid{v.Stride * v.In, from.stride},
					m, v.OutWidth(), n)
			})
			p.m, p.n, p.k, p.load = m, v.Out, n*v.OutWidth(), line > 0
			p.a, p.rowStride, p.kStride = columns, 1, row
			p.b = v.y[line*v.OutWidth()*v.Out:][:p.k*v.Out]
			p.c = v.w[at*v.In*v.Out:][:m*v.Out]
			p.serial(s)
		}
	}
	p.release()
	scratches.put(s)
}

// eachPicture calls f for the pictures that lines [lo, hi) over all pictures are of:
// for n of its lines from i on, which are the lines from at on of those.
func (v *convolution) eachPicture(lo, hi int, f func(b, i, n, at int)) {
	height := v.OutHeight()
	for line := lo; line < hi; {
		b, i := line/height, line%height
		n := min(height-i, hi-line)
		f(b, i, n, line-lo)
		line += n
	}
}

// unfolded returns working memory for a piece.
func (w *scratch) unfolded(n int) []float32 {
	if len(w.piece) < n {
		w.piece = make([]float32, n)
	}
	return w.piece[:n]
}
