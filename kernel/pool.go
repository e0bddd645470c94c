package kernel

// Pool is the geometry of pooling over Size×Size windows, Stride apart, without
// padding: of pictures x (Batch, Height, Width, Channels) to y (Batch, OutHeight,
// OutWidth, Channels).
type Pool struct {
	Batch, Height, Width, Channels int
	Size, Stride                   int
}

// OutHeight is ⌊(Height − Size)/Stride⌋ + 1.
func (p Pool) OutHeight() int { return (p.Height-p.Size)/p.Stride + 1 }

// OutWidth is ⌊(Width − Size)/Stride⌋ + 1.
func (p Pool) OutWidth() int { return (p.Width-p.Size)/p.Stride + 1 }

// windows calls f for every output value, with its index and that of the first
// value of its window. Pictures are spread over the processors.
func (p Pool) windows(f func(out, in int)) {
	oh, ow := p.OutHeight(), p.OutWidth()
	For(p.Batch, 1, func(lo, hi int) {
		for b := lo; b < hi; b++ {
			for i := range oh {
				for j := range ow {
					for ch := range p.Channels {
						f(((b*oh+i)*ow+j)*p.Channels+ch, ((b*p.Height+i*p.Stride)*p.Width+j*p.Stride)*p.Channels+ch)
					}
				}
			}
		}
	})
}

// at is the index of value (u, v) of the window that begins at in.
func (p Pool) at(in, u, v int) int { return in + (u*p.Width+v)*p.Channels }

// largest is the index of the first maximum of a window; NaN counts as one.
func (p Pool) largest(x []float32, in int) int {
	best := in
	for u := range p.Size {
		for v := range p.Size {
			i := p.at(in, u, v)
			if x[best] != x[best] {
				return best
			}
			if x[i] > x[best] || x[i] != x[i] {
				best = i
			}
		}
	}
	return best
}

// AvgPool is the mean over each window.
func AvgPool(y, x []float32, p Pool) {
	scale := 1 / float32(p.Size*p.Size)
	p.windows(func(out, in int) {
		sum := float32(0)
		for u := range p.Size {
			for v := range p.Size {
				sum += x[p.at(in, u, v)]
			}
		}
		y[out] = sum * scale
	})
}

// AvgPoolAdjoint spreads each value of dy evenly over its window.
func AvgPoolAdjoint(dx, dy []float32, p Pool) {
	clear(dx)
	scale := 1 / float32(p.Size*p.Size)
	p.windows(func(out, in int) {
		share := float32(dy[out] * scale)
		for u := range p.Size {
			for v := range p.Size {
				dx[p.at(in, u, v)] += share
			}
		}
	})
}

// MaxPool is the maximum over each window, NaN if there is one.
func MaxPool(y, x []float32, p Pool) {
	p.windows(func(out, in int) { y[out] = x[p.largest(x, in)] })
}

// MaxPoolScatter adds each value of dy to where the first maximum of its window in
// x is.
func MaxPoolScatter(dx, x, dy []float32, p Pool) {
	clear(dx)
	p.windows(func(out, in int) { dx[p.largest(x, in)] += dy[out] })
}

// MaxPoolGather reads h where the first maximum of each window in x is.
func MaxPoolGather(dy, x, h []float32, p Pool) {
	p.windows(func(out, in int) { dy[out] = h[p.largest(x, in)] })
}
