package ops

import "latentspace/kernel"

// Convolution is bilinear in the picture and the weights. Its three forms are
// each other's derivatives:
//
//	Conv        y  = x ∗ w            pictures (n, h, w, in) to (n, h′, w′, out)
//	ConvData    x̄  = the adjoint of ∗ w, applied to y: a transposed convolution
//	ConvWeight  w̄  = the adjoint of x ∗, applied to y
//
// with weights (kernel height, kernel width, in, out), zero padding on all four
// sides, less than the kernel is long, h′ = ⌊(h + 2 pad − kh)/stride⌋ + 1, and w′ likewise.

// Conv is the convolution (as everywhere in this field, a correlation)
//
//	y[b,i,j,o] = Σ x[b, i·stride + p − pad, j·stride + q − pad, c] · w[p,q,c,o]
func Conv(x, w Node, stride, pad int) Node {
	if bad, ok := firstErr(x, w); ok {
		return bad
	}
	sx, sw := x.Shape(), w.Shape()
	if len(sx) != 4 || len(sw) != 4 || sx[3] != sw[2] {
		return Errorf("conv: shapes %v and %v, want (batch, height, width, in) and (height, width, in, out)", sx, sw)
	}
	c := kernel.Conv{Batch: sx[0], Height: sx[1], Width: sx[2], In: sx[3],
		KernelH: sw[0], KernelW: sw[1], Out: sw[3], Stride: stride, Pad: pad}
	if bad, ok := geometry("conv", c); ok {
		return bad
	}
	return apply(conv{c}, []int{c.Batch, c.OutHeight(), c.OutWidth(), c.Out}, x, w)
}

// ConvData is the adjoint of [Conv] in its picture, from (n, h′, w′, out) to
// (n, height, width, in). Of the sizes that convolve to h′ and w′ the caller
// chooses one.
func ConvData(y, w Node, stride, pad, height, width int) Node {
	if bad, ok := firstErr(y, w); ok {
		return bad
	}
	sy, sw := y.Shape(), w.Shape()
	if len(sy) != 4 || len(sw) != 4 || sy[3] != sw[3] {
		return Errorf("transposed conv: shapes %v and %v, want (batch, height, width, out) and (height, width, in, out)", sy, sw)
	}
	c := kernel.Conv{Batch: sy[0], Height: height, Width: width, In: sw[2],
		KernelH: sw[0], KernelW: sw[1], Out: sw[3], Stride: stride, Pad: pad}
	if bad, ok := geometry("transposed conv", c); ok {
		return bad
	}
	if c.OutHeight() != sy[1] || c.OutWidth() != sy[2] {
		return Errorf("transposed conv: %d×%d pictures do not come from %d×%d ones by a %d×%d kernel, stride %d, pad %d",
			sy[1], sy[2], height, width, sw[0], sw[1], stride, pad)
	}
	return apply(convData{c}, []int{c.Batch, height, width, c.In}, y, w)
}

// ConvWeight is the adjoint of [Conv] in its weights, for kernels of kh×kw.
func ConvWeight(x, y Node, stride, pad, kh, kw int) Node {
	if bad, ok := firstErr(x, y); ok {
		return bad
	}
	sx, sy := x.Shape(), y.Shape()
	if len(sx) != 4 || len(sy) != 4 || sx[0] != sy[0] {
		return Errorf("conv weight: shapes %v and %v, want (batch, height, width, channels) twice", sx, sy)
	}
	c := kernel.Conv{Batch: sx[0], Height: sx[1], Width: sx[2], In: sx[3],
		KernelH: kh, KernelW: kw, Out: sy[3], Stride: stride, Pad: pad}
	if bad, ok := geometry("conv weight", c); ok {
		return bad
	}
	if c.OutHeight() != sy[1] || c.OutWidth() != sy[2] {
		return Errorf("conv weight: shapes %v and %v do not belong to one %d×%d convolution, stride %d, pad %d", sx, sy, kh, kw, stride, pad)
	}
	return apply(convWeight{c}, []int{kh, kw, c.In, c.Out}, x, y)
}

func geometry(name string, c kernel.Conv) (Node, bool) {
	if c.Stride < 1 || c.Pad < 0 || c.KernelH < 1 || c.KernelW < 1 {
		return Errorf("%s: kernel %d×%d, stride %d, pad %d, want kernel and stride of at least 1 and pad of at least 0",
			name, c.KernelH, c.KernelW, c.Stride, c.Pad), true
	}
	if c.Pad >= max(c.KernelH, c.KernelW) {
		return Errorf("%s: pad %d, want it below the kernel's %d×%d: other windows see only zeros", name, c.Pad, c.KernelH, c.KernelW), true
	}
	if c.Height+2*c.Pad < c.KernelH || c.Width+2*c.Pad < c.KernelW {
		return Errorf("%s: a %d×%d kernel does not fit into %d×%d pictures with pad %d",
			name, c.KernelH, c.KernelW, c.Height, c.Width, c.Pad), true
	}
	return Node{}, false
}

// flops is two for every pixel, kernel and pair of channels, those of the padding
// among them.
func flops(c kernel.Conv) float64 {
	return 2 * float64(c.Batch*c.OutHeight()*c.OutWidth()) * float64(c.KernelH*c.KernelW*c.In) * float64(c.Out)
}

// onePicture is the convolution of a single picture.
func onePicture(c kernel.Conv) kernel.Conv {
	c.Batch = 1
	return c
}

type conv struct{ c kernel.Conv }

func (d conv) flops() float64 { return flops(d.c) }
func (conv) Name() string     { return "conv" }
func (d conv) Scratch() int   { return d.c.Scratch() }
func (d conv) Run(out []float32, in [][]float32, scratch []float32) {
	d.runThen(out, in, scratch, kernel.Epilogue{})
}
func (d conv) runThen(out []float32, in [][]float32, scratch []float32, e kernel.Epilogue) {
	kernel.ConvForward(out, in[0], in[1], scratch, d.c, e)
}
func (d conv) packing() any                    { return conv{onePicture(d.c)} }
func (d conv) pack(w []float32) *kernel.Packed { return kernel.PackForward(w, d.c) }
func (d conv) runPacked(out, in []float32, w *kernel.Packed, e kernel.Epilogue) {
	kernel.ConvForwardPacked(out, in, w, d.c, e)
}
func (d conv) Diff(in []Node, _, g Node) []Node {
	c := d.c
	return []Node{
		ConvData(g, in[1], c.Stride, c.Pad, c.Height, c.Width),
		ConvWeight(in[0], g, c.Stride, c.Pad, c.KernelH, c.KernelW),
	}
}

type convData struct{ c kernel.Conv }

func (d convData) flops() float64 { return flops(d.c) }
func (convData) Name() string     { return "transposed conv" }
func (d convData) Scratch() int   { return d.c.Scratch() }
func (d convData) Run(out []float32, in [][]float32, scratch []float32) {
	d.runThen(out, in, scratch, kernel.Epilogue{})
}
func (d convData) runThen(out []float32, in [][]float32, scratch []float32, e kernel.Epilogue) {
	kernel.ConvData(out, in[0], in[1], scratch, d.c, e)
}
func (d convData) packing() any                    { return convData{onePicture(d.c)} }
func (d convData) pack(w []float32) *kernel.Packed { return kernel.PackData(w, d.c) }
func (d convData) runPacked(out, in []float32, w *kernel.Packed, e kernel.Epilogue) {
	kernel.ConvDataPacked(out, in, w, d.c, e)
}
func (d convData) Diff(in []Node, _, g Node) []Node {
	c := d.c
	return []Node{
		Conv(g, in[1], c.Stride, c.Pad),
		ConvWeight(g, in[0], c.Stride, c.Pad, c.KernelH, c.KernelW),
	}
}

type convWeight struct{ c kernel.Conv }

func (d convWeight) flops() float64 { return flops(d.c) }
func (convWeight) Name() string     { return "conv weight" }
func (d convWeight) Scratch() int   { return d.c.Scratch() }
func (d convWeight) Run(out []float32, in [][]float32, scratch []float32) {
	kernel.ConvWeight(out, in[0], in[1], scratch, d.c)
}
func (d convWeight) Diff(in []Node, _, g Node) []Node {
	c := d.c
	return []Node{
		ConvData(in[1], g, c.Stride, c.Pad, c.Height, c.Width),
		Conv(in[0], g, c.Stride, c.Pad),
	}
}
