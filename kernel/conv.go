package kernel

// Conv is the geometry of a two-dimensional convolution with zero padding: of
// pictures x (Batch, Height, Width, In) with weights w (KernelH, KernelW, In, Out)
// to pictures y (Batch, OutHeight, OutWidth, Out).
//
// Its three passes are products whose operands stand in the pictures, where the
// assembly finds them: see convpixels.go and convweight.go. Some geometries take fewer
// multiplications, and add in another order than the passes say: see winograd.go.
type Conv struct {
	Batch, Height, Width, In int
	KernelH, KernelW, Out    int
	Stride, Pad              int

	// Half says that the operands are rounded to bfloat16: the two in each product, see pairs.go. The
	// pairs are of neighbouring channels, and in the weight pass of two pictures.
	Half bool
}

// OutHeight is ⌊(Height + 2 Pad − KernelH)/Stride⌋ + 1.
func (c Conv) OutHeight() int { return (c.Height+2*c.Pad-c.KernelH)/c.Stride + 1 }

// OutWidth is ⌊(Width + 2 Pad − KernelW)/Stride⌋ + 1.
func (c Conv) OutWidth() int { return (c.Width+2*c.Pad-c.KernelW)/c.Stride + 1 }

// window is the number of values that a window covers.
func (c Conv) window() int { return c.KernelH * c.KernelW * c.In }

// Scratch returns the working memory of the three passes, in float32s: that of the
// packed weights.
func (c Conv) Scratch() int {
	if c.Winograd() {
		return c.winogradSize()
	}
	return max(packedSize(c.Out, c.window()), packedSize(c.In, c.KernelH*c.KernelW*c.Out))
}

// ConvForward is the convolution (as everywhere in this field, a correlation)
//
//	y[b,i,j,o] = Σ x[b, i·Stride + p − Pad, j·Stride + q − Pad, c] · w[p,q,c,o]
//
// and its epilogue, on rows of Out channels. An element is one chain of fused
// multiply-adds over p, q and c, in rising order, that leaves out the padding.
func ConvForward(y, x, w, scratch []float32, c Conv, e Epilogue) {
	c.packForward(scratch, w)
	c.forward(y, x, scratch, e)
}

// packForward packs the weights for the forward pass.
func (c Conv) packForward(to, w []float32) {
	if c.Winograd() {
		winogradPackForward(to, w, c)
		return
	}
	v := newConvolution(c, nil, nil, w)
	v.goForward(to)
	if c.Half {
		v.pairWeights()
	}
	v.pack(v.tiles())
	v.release()
}

// forward is the forward pass with packed weights.
func (c Conv) forward(y, x, packed []float32, e Epilogue) {
	if c.Winograd() {
		winogradForward(y, x, packed, c, e)
		return
	}
	v := newConvolution(c, y, x, nil)
	v.Epilogue = e
	v.goForward(packed)
	v.pixels()
	v.release()
}

// goForward makes v a forward pass.
func (v *convolution) goForward(packed []float32) {
	v.from = v.operand(pictures{v.x, v.Height, v.Width, v.In})
	v.to = pictures{v.y, v.OutHeight(), v.OutWidth(), v.Out}
	v.classes, v.packed = 1, packed
}

// ConvData is the adjoint of [ConvForward] in x: a transposed convolution from y
// to dx, and its epilogue, on rows of In channels. An element is one chain over i,
// j and o, in rising order; that of a pixel that no window reaches is empty. With
// few channels it is one chain over o for each window, and these are added in the
// order of i and j.
func ConvData(dx, y, w, scratch []float32, c Conv, e Epilogue) {
	c.packData(scratch, w)
	c.data(dx, y, scratch, e)
}

// packData packs the weights for the data pass.
func (c Conv) packData(to, w []float32) {
	if c.Winograd() {
		winogradPackData(to, w, c)
		return
	}
	v := newConvolution(c, nil, nil, w)
	v.goBack(to)
	if c.Half {
		v.pairsW = pairUp(v.pairsW, w, c.window(), c.Out, false)
		v.w = v.pairsW
	}
	if c.few() {
		v.packWindows()
	} else {
		v.pack(v.tiles())
	}
	v.release()
}

// data is the data pass with packed weights.
func (c Conv) data(dx, y, packed []float32, e Epilogue) {
	if c.Winograd() {
		winogradData(dx, y, packed, c, e)
		return
	}
	v := newConvolution(c, y, dx, nil)
	v.Epilogue = e
	v.goBack(packed)
	if c.few() {
		v.folded()
	} else {
		v.pixels()
	}
	v.release()
}

// goBack makes v a data pass.
func (v *convolution) goBack(packed []float32) {
	v.from = v.operand(pictures{v.y, v.OutHeight(), v.OutWidth(), v.Out})
	v.to = pictures{v.x, v.Height, v.Width, v.In}
	v.adjoint, v.classes, v.packed = true, v.Stride, packed
}

// ConvWeight is the adjoint of [ConvForward] in w. An element is one chain over
// pictures and their pixels, in rising order, that leaves out the padding; but with
// few channels the padding beside a line counts as zeros. With Half it is one over pairs of pictures,
// their pixels, and the two pictures.
func ConvWeight(dw, x, y, scratch []float32, c Conv) {
	if c.Winograd() {
		winogradWeight(dw, x, y, scratch, c)
		return
	}
	v := newConvolution(c, y, x, dw)
	if c.Half {
		v.pairsX = pairUp(v.pairsX, x, c.Batch, c.Height*c.Width*c.In, true)
		v.pairsW = pairUp(v.pairsW, y, c.Batch, c.OutHeight()*c.OutWidth()*c.Out, true)
		v.Batch = (c.Batch + 1) / 2
		v.x = v.pairsX[:v.Batch*c.Height*c.Width*c.In]
		v.y = v.pairsW[:v.Batch*c.OutHeight()*c.OutWidth()*c.Out]
	}
	v.weights()
	v.release()
}

// convolution is one of the passes in progress.
type convolution struct {
	Conv
	y, x, w []float32

	// Of a pass to pixels: see pixels.
	from, to pictures
	adjoint  bool
	classes  int // of pixels, along a side
	packed   []float32
	across   []reach // of the pixels of a line
	blocks   int     // of rows
	rows     rows
	workers  int

	// Of the weight pass: see weights.
	tapGroups int // whose rows are one matrix of dw
	groupRows int // of such a matrix
	panels    int

	// Of a pass to few channels: see fold.
	columns product // with the weights, but for A and C
	lines   int     // of output pixels in a piece

	pairsX, pairsW []float32 // memory for operands in pairs

	Epilogue
	share, data, weight func(lo, hi int)
}

// tiles has the assembly for the pass.
func (v *convolution) tiles() *gemm {
	if v.Half {
		return pairTiles()
	}
	return tiles()
}

// operand are pictures, with Half with their channels in pairs.
func (v *convolution) operand(p pictures) pictures {
	if !v.Half {
		return p
	}
	if p.values != nil {
		v.pairsX = pairUp(v.pairsX, p.values, v.Batch*p.height*p.width, p.channels, false)
		p.values = v.pairsX
	}
	p.channels = (p.channels + 1) / 2
	return p
}

// pairWeights makes pairs of the weights of neighbouring channels of x.
func (v *convolution) pairWeights() {
	taps, words := v.KernelH*v.KernelW, (v.In+1)/2*v.Out
	if v.In%2 == 0 {
		v.pairsW = pairUp(v.pairsW, v.w, taps*v.In, v.Out, true)
	} else {
		if len(v.pairsW) < taps*words {
			v.pairsW = make([]float32, taps*words)
		}
		for tap := range taps {
			pairUp(v.pairsW[tap*words:], v.w[tap*v.In*v.Out:], v.In, v.Out, true)
		}
	}
	v.w = v.pairsW
}

var convolutions = depot[convolution]{make: func() *convolution {
	v := &convolution{}
	v.share, v.data, v.weight = v.pixelShares, v.foldPictures, v.weightShares
	return v
}}

func newConvolution(c Conv, y, x, w []float32) *convolution {
	v := convolutions.get()
	v.Conv, v.y, v.x, v.w = c, y, x, w
	return v
}

func (v *convolution) release() {
	*v = convolution{across: v.across[:0], pairsX: v.pairsX, pairsW: v.pairsW, share: v.share, data: v.data, weight: v.weight}
	convolutions.put(v)
}
