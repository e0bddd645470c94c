package kernel

// Conv is the geometry of a two-dimensional convolution with zero padding: of
// pictures x (Batch, Height, Width, In) with weights w (KernelH, KernelW, In, Out)
// to pictures y (Batch, OutHeight, OutWidth, Out).
type Conv struct {
	Batch, Height, Width, In int
	KernelH, KernelW, Out    int
	Stride, Pad              int
}

// OutHeight is ⌊(Height + 2 Pad − KernelH)/Stride⌋ + 1.
func (c Conv) OutHeight() int { return (c.Height+2*c.Pad-c.KernelH)/c.Stride + 1 }

// OutWidth is ⌊(Width + 2 Pad − KernelW)/Stride⌋ + 1.
func (c Conv) OutWidth() int { return (c.Width+2*c.Pad-c.KernelW)/c.Stride + 1 }

// pieceSize bounds the unfolded pictures that are in memory at once, in float32s:
// 1 MB, which stays in a cache.
const pieceSize = 1 << 18

// window is the number of values that a window covers.
func (c Conv) window() int { return c.KernelH * c.KernelW * c.In }

// piece is how many pictures are unfolded at once.
func (c Conv) piece() int {
	return min(c.Batch, max(1, pieceSize/(c.OutHeight()*c.OutWidth()*c.window())))
}

// Scratch returns the working memory of the three passes, in float32s.
func (c Conv) Scratch() int { return c.piece() * c.OutHeight() * c.OutWidth() * c.window() }

// ConvForward is the convolution (as everywhere in this field, a correlation)
//
//	y[b,i,j,o] = Σ x[b, i·Stride + p − Pad, j·Stride + q − Pad, c] · w[p,q,c,o]
func ConvForward(y, x, w, scratch []float32, c Conv) {
	rows := c.OutHeight() * c.OutWidth()
	for b := 0; b < c.Batch; b += c.piece() {
		n := min(c.piece(), c.Batch-b)
		c.unfold(scratch, x, b, n)
		MatMul(y[b*rows*c.Out:(b+n)*rows*c.Out], scratch, w, n*rows, c.Out, c.window(), false, false, false)
	}
}

// ConvData is the adjoint of [ConvForward] in x: a transposed convolution from y
// to dx. Pixels of dx that no window reaches are zero.
func ConvData(dx, y, w, scratch []float32, c Conv) {
	rows := c.OutHeight() * c.OutWidth()
	for b := 0; b < c.Batch; b += c.piece() {
		n := min(c.piece(), c.Batch-b)
		MatMul(scratch, y[b*rows*c.Out:(b+n)*rows*c.Out], w, n*rows, c.window(), c.Out, false, true, false)
		c.fold(dx, scratch, b, n)
	}
}

// ConvWeight is the adjoint of [ConvForward] in w.
func ConvWeight(dw, x, y, scratch []float32, c Conv) {
	rows := c.OutHeight() * c.OutWidth()
	for b := 0; b < c.Batch; b += c.piece() {
		n := min(c.piece(), c.Batch-b)
		c.unfold(scratch, x, b, n)
		MatMul(dw, scratch, y[b*rows*c.Out:(b+n)*rows*c.Out], c.window(), c.Out, n*rows, true, false, b > 0)
	}
}

// unfold writes the window of every output pixel of n pictures from b on as a row
// of columns.
func (c Conv) unfold(columns, x []float32, b, n int) {
	size := c.OutHeight() * c.OutWidth() * c.window()
	For(n, 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			picture := x[(b+i)*c.Height*c.Width*c.In:]
			c.segments(func(column, pixel, length int) {
				row := columns[i*size+column:][:length]
				if pixel < 0 {
					clear(row)
				} else {
					copy(row, picture[pixel:])
				}
			})
		}
	})
}

// fold adds the rows of columns to the pixels that they came from.
func (c Conv) fold(dx, columns []float32, b, n int) {
	size := c.OutHeight() * c.OutWidth() * c.window()
	For(n, 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			picture := dx[(b+i)*c.Height*c.Width*c.In:][:c.Height*c.Width*c.In]
			clear(picture)
			c.segments(func(column, pixel, length int) {
				if pixel < 0 {
					return
				}
				sum := picture[pixel:][:length]
				for j, v := range columns[i*size+column:][:length] {
					sum[j] += v
				}
			})
		}
	})
}

// segments calls f for the runs of values that are contiguous both in a picture's
// windows and in the picture, in a fixed order. A run of padding has pixel −1.
func (c Conv) segments(f func(column, pixel, length int)) {
	column := 0
	for i := range c.OutHeight() {
		for j := range c.OutWidth() {
			left := j*c.Stride - c.Pad
			from, to := max(0, -left), min(c.KernelW, c.Width-left) // in the kernel's row
			for p := range c.KernelH {
				h := i*c.Stride + p - c.Pad
				if h < 0 || h >= c.Height || from >= to {
					f(column, -1, c.KernelW*c.In)
				} else {
					if from > 0 {
						f(column, -1, from*c.In)
					}
					f(column+from*c.In, (h*c.Width+left+from)*c.In, (to-from)*c.In)
					if to < c.KernelW {
						f(column+to*c.In, -1, (c.KernelW-to)*c.In)
					}
				}
				column += c.KernelW * c.In
			}
		}
	}
}
