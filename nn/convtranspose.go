package nn

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
	w := g.Param("weight", transposed(orGlorot(l.Init)), l.Kernel, l.Kernel, l.Out, shape[3])
	y := x.ConvTranspose(w, stride, l.Pad, height, width)
	if l.NoBias {
		return y
	}
	return y.AddRow(g.Param("bias", Zeros, l.Out))
}
