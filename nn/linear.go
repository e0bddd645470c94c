package nn

// Linear is an affine map of the last axis:
//
//	y = x·W + b
//
//	x (batch, in)   W "weight" (in, Out)   b "bias" (Out)   y (batch, Out)
//
// Weights start as Init, [Glorot] if nil, biases as zero. A rank other than 2 is
// an error.
type Linear struct {
	Out  int
	Init Init
	// NoBias leaves out b, as before a normalisation that has its own.
	NoBias bool
	// Spectral divides the weights by their largest singular value: see [Spectral].
	Spectral bool
}

// Forward implements [Layer].
func (l Linear) Forward(g *Graph, x Node) Node {
	shape := x.Shape()
	if len(shape) != 2 {
		return g.Failf("linear: input shape %v, want (batch, in)", shape)
	}
	w := g.Param("weight", orGlorot(l.Init), shape[1], l.Out)
	if l.Spectral {
		w = Spectral(g, w)
	}
	y := x.MatMul(w)
	if l.NoBias {
		return y
	}
	return y.AddRow(g.Param("bias", Zeros, l.Out))
}

func orGlorot(init Init) Init {
	if init == nil {
		return Glorot
	}
	return init
}
