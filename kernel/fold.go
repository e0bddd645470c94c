package kernel

// Where dx has few channels, a tile that is as wide as a pixel is mostly empty.
// There the columns of the product are the values of a window, and the windows are
// added to the picture.

// fewChannels is the number of channels from which on pixels are wide enough.
const fewChannels = 8

// pieceSize bounds the windows that are folded at once, in float32s: a quarter of a megabyte.
const pieceSize = 1 << 16

// fewest is about how many pieces there are at least, so that there is little to
// wait for at the end.
const fewest = 32

// piece is how many lines of an output that take size each are folded at once.
func piece(size int) int { return max(1, pieceSize/size) }

// few reports whether x has few channels.
func (c Conv) few() bool { return c.In < fewChannels }

// packWindows packs the weights of few channels.
func (v *convolution) packWindows() {
	s := scratches.get()
	s.prepack(&product{n: v.window(), k: v.from.channels, b: v.w, transB: true, halves: v.Half}, v.packed)
	scratches.put(s)
}

// folded computes dx of few channels.
func (v *convolution) folded() {
	v.columns = product{n: v.window(), k: v.from.channels, packed: v.packed, halves: v.Half}
	v.lines = piece(v.OutWidth() * v.window())
	For(v.Batch, 1+v.Batch/fewest, v.data)
}

// foldPictures computes whole pictures of dx.
func (v *convolution) foldPictures(lo, hi int) {
	s, p := scratches.get(), products.get()
	p.become(&v.columns)
	height, width := v.OutHeight(), v.OutWidth()
	columns := s.pieceOf(min(v.lines, height) * width * v.window())
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
			p.m, p.rowStride, p.kStride = n*width, p.k, 1
			p.a, p.c = v.from.values[first*p.k:][:p.m*p.k], columns[:p.m*v.window()]
			p.serial(s)
			for line := range n {
				v.fold(s, picture[(i+line)*v.Stride*rowSize:], columns[line*width*v.window():])
			}
		}
		size := v.Width * v.In
		for h := range v.Height {
			if v.Pad > 0 {
				copy(v.picture(b)[h*size:][:size], picture[(h+v.Pad)*rowSize+v.Pad*v.In:])
			}
			v.finishLine(s, v.picture(b)[h*size:][:size], (b*v.Height+h)*size)
		}
	}
	p.release()
	scratches.put(s)
}

// finishLine applies the epilogue to a line of dx, whose first element is at a place
// in all of them.
func (v *convolution) finishLine(s *scratch, line []float32, at int) {
	if v.Bias == nil && v.Act == ActNone {
		return
	}
	for i := 0; i < len(line) && v.Bias != nil; i += v.In {
		add := line[i:][:v.In]
		for c := range add {
			add[c] += v.Bias[c]
		}
	}
	h := v.H
	if v.Act >= ActReLUGrad {
		h = h[at:][:len(line)]
	}
	switch v.Act {
	case ActReLU:
		vec().relu(line, line)
	case ActLeakyReLU:
		vec().leakyReLU(line, line, v.Slope)
	case ActReLUGrad:
		vec().reluGrad(line, h, line)
	case ActLeakyReLUGrad:
		vec().leakyReLUGrad(line, h, line, v.Slope)
	}
}

// fold adds the windows of an output line to the rows of a picture in its border.
// A pixel gets what they have for it in their order: the later one begins, the
// earlier is the column of the kernel that meets it.
func (v *convolution) fold(s *scratch, rows, columns []float32) {
	step, length := v.Stride*v.In, v.KernelW*v.In
	for at := (length - 1) / step * step; at >= 0; at -= step {
		s.addRuns(rows[at:], columns[at:], grid{step, (v.Width + 2*v.Pad) * v.In}, grid{v.window(), length}, min(step, length-at), v.OutWidth(), v.KernelH)
	}
}

func (v *convolution) picture(b int) []float32 {
	n := v.Height * v.Width * v.In
	return v.x[b*n:][:n]
}

// pieceOf returns working memory for columns of a product.
func (w *scratch) pieceOf(n int) []float32 {
	if len(w.piece) < n {
		w.piece = make([]float32, n)
	}
	return w.piece[:n]
}

// bordered returns working memory for rows with their border.
func (w *scratch) bordered(n int) []float32 {
	if len(w.picture) < n {
		w.picture = make([]float32, n)
	}
	return w.picture[:n]
}
