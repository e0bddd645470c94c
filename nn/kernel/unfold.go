package kernel

// unfold writes, for each pixel of an output line, a part of its window as a row
// of columns: the rows [p0, p1) of the kernel and of each the columns [q0, q1).
// Lines are counted over all pictures.
func (v *convolution) unfold(columns []float32, stride, line, p0, p1, q0, q1 int) {
	b, i := line/v.OutHeight(), line%v.OutHeight()
	length := (q1 - q0) * v.In
	for j := range v.OutWidth() {
		left := j*v.Stride - v.Pad
		from, to := max(q0, -left), min(q1, v.Width-left) // inside the picture
		row := columns[j*stride:]
		for p := p0; p < p1; p++ {
			h := i*v.Stride + p - v.Pad
			if h < 0 || h >= v.Height || from >= to {
				clear(row[:length])
			} else {
				pixels := v.x[((b*v.Height+h)*v.Width+left+from)*v.In:][:(to-from)*v.In]
				clear(row[:(from-q0)*v.In])
				copy(row[(from-q0)*v.In:], pixels)
				clear(row[(to-q0)*v.In : length])
			}
			row = row[length:]
		}
	}
}

// fold adds the rows of columns to the pixels that the windows of an output line
// cover.
func (v *convolution) fold(columns []float32, line int) {
	b, i := line/v.OutHeight(), line%v.OutHeight()
	length := v.KernelW * v.In
	add := vec().add
	for j := range v.OutWidth() {
		left := j*v.Stride - v.Pad
		from, to := max(0, -left), min(v.KernelW, v.Width-left)
		row := columns[j*v.window():]
		for p := range v.KernelH {
			h := i*v.Stride + p - v.Pad
			if h >= 0 && h < v.Height && from < to {
				pixels := v.x[((b*v.Height+h)*v.Width+left+from)*v.In:][:(to-from)*v.In]
				values := row[from*v.In:][:len(pixels)]
				if len(pixels) < 16 {
					for c, x := range values {
						pixels[c] += x
					}
				} else {
					add(pixels, pixels, values)
				}
			}
			row = row[length:]
		}
	}
}
