package nn

import "latentspace/nn/ops"

// Conv is a two-dimensional convolution (as everywhere in this field, a
// correlation) with zero padding:
//
//	y[i,j,o] = b[o] + Σ x[i·Stride + p − Pad, j·Stride + q − Pad, c] · W[p,q,c,o]
//
//	x (batch, h, w, in)   W "weight" (Kernel, Kernel, in, Out)   b "bias" (Out)
//	y (batch, h′, w′, Out)   h′ = ⌊(h + 2 Pad − Kernel)/Stride⌋ + 1
//
// A Stride of zero means 1. Weights start as Init, [Glorot] if nil, biases as
// zero. A rank other than 4, or a kernel larger than the padded picture, is an
// error.
type Conv struct {
	Out, Kernel, Stride, Pad int
	Init                     Init
	// NoBias leaves out b, as before a normalisation that has its own.
	NoBias bool
	// Spectral divides the weights by their largest singular value: see [Spectral].
	Spectral bool
}

// Forward implements [Layer].
func (l Conv) Forward(g *Graph, x Node) Node {
	shape := x.Shape()
	if len(shape) != 4 {
		return g.Failf("conv: input shape %v, want (batch, height, width, channels)", shape)
	}
	w := g.Param("weight", orGlorot(l.Init), l.Kernel, l.Kernel, shape[3], l.Out)
	if l.Spectral {
		w = Spectral(g, w)
	}
	y := x.Conv(w, max(1, l.Stride), l.Pad)
	if l.NoBias {
		return y
	}
	return y.AddRow(g.Param("bias", Zeros, l.Out))
}

// Conv is the convolution with weights (height, width, in, out).
func (x Node) Conv(w Node, stride, pad int) Node { return x.adopt(ops.Conv(x.n, w.n, stride, pad)) }

// ConvTranspose is the adjoint of the convolution that takes pictures of
// height×width to those of x's size, with its weights (height, width, out, in).
func (x Node) ConvTranspose(w Node, stride, pad, height, width int) Node {
	return x.adopt(ops.ConvData(x.n, w.n, stride, pad, height, width))
}

// ConvTranspose is the transposed convolution, the adjoint of the [Conv] that
// maps pictures of Height×Width to those of its input:
//
//	y[i,j,o] = b[o] + Σ x[k,l,c] · W[p,q,o,c]   over k·Stride + p − Pad = i, l·Stride + q − Pad = j
//
//	x (batch, h, w, in)   W "weight" (Kernel, Kernel, Out, in)   b "bias" (Out)
//	y (batch, Height, Width, Out)
//
// Where Height or Width is zero it is the smallest that fits,
// (h − 1)·Stride + Kernel − 2 Pad. A Stride of zero means 1. Weights start as
// Init, [Glorot] if nil, biases as zero. A rank other than 4, or a size that does
// not convolve to the input's, is an error.
//
// Dumoulin and Visin, A Guide to Convolution Arithmetic for Deep Learning, 2016,
// chapter 4.
type ConvTranspose struct {
	Out, Kernel, Stride, Pad int
	Height, Width            int
	Init                     Init
	// NoBias leaves out b, as before a normalisation that has its own.
	NoBias bool
}

// Forward implements [Layer].
func (l ConvTranspose) Forward(g *Graph, x Node) Node {
	shape := x.Shape()
	if len(shape) != 4 {
		return g.Failf("transposed conv: input shape %v, want (batch, height, width, channels)", shape)
	}
	stride := max(1, l.Stride)
	height, width := l.Height, l.Width
	if height == 0 {
		height = (shape[1]-1)*stride + l.Kernel - 2*l.Pad
	}
	if width == 0 {
		width = (shape[2]-1)*stride + l.Kernel - 2*l.Pad
	}
	w := g.Param("weight", Transposed(orGlorot(l.Init)), l.Kernel, l.Kernel, l.Out, shape[3])
	y := x.ConvTranspose(w, stride, l.Pad, height, width)
	if l.NoBias {
		return y
	}
	return y.AddRow(g.Param("bias", Zeros, l.Out))
}

// AvgPool is the mean over Size×Size windows, Stride apart (Size if zero):
//
//	x (batch, h, w, channels)   y (batch, ⌊(h − Size)/Stride⌋ + 1, …, channels)
//
// A window that does not fit into the picture is an error.
type AvgPool struct{ Size, Stride int }

// Forward implements [Layer].
func (l AvgPool) Forward(g *Graph, x Node) Node {
	g.place = g.scope
	return x.AvgPool(l.Size, strideOr(l.Stride, l.Size))
}

// MaxPool is the maximum over the windows of [AvgPool]. Where a window has its
// maximum more than once, the gradient goes to the first.
type MaxPool struct{ Size, Stride int }

// Forward implements [Layer].
func (l MaxPool) Forward(g *Graph, x Node) Node {
	g.place = g.scope
	return x.MaxPool(l.Size, strideOr(l.Stride, l.Size))
}

func strideOr(stride, size int) int {
	if stride == 0 {
		return size
	}
	return stride
}

// Upsample repeats every pixel Factor×Factor times, the nearest-neighbour
// enlargement:
//
//	x (batch, h, w, channels)   y (batch, Factor·h, Factor·w, channels)
type Upsample struct{ Factor int }

// Forward implements [Layer].
func (l Upsample) Forward(g *Graph, x Node) Node {
	g.place = g.scope
	return x.Upsample(l.Factor)
}
