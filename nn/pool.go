package nn

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
