package kernel

// lineTwin computes a line of a picture without vectors.
func (v *convolution) lineTwin(b, y int) {
	n, channels := v.to.channels, v.from.channels
	kStride, jStride := n, 1 // of the weights of a tap
	if v.adjoint {
		kStride, jStride = 1, channels
	}
	along := v.reach(y, v.KernelH, v.from.height)
	for x := range v.to.width {
		at := v.to.at(b, y, x)
		row := v.to.values[at:][:n]
		clear(row)
		across := &v.across[x]
		for i := range along.n {
			p := v.place(along.tap+i, along.class, v.KernelH)
			for j := range across.n {
				q := v.place(across.tap+j, across.class, v.KernelW)
				w := v.w[(p*v.KernelW+q)*n*channels:]
				for k, a := range v.from.values[v.from.at(b, along.first+i, across.first+j):][:channels] {
					for o := range row {
						row[o] = fma(a, w[k*kStride+o*jStride], row[o])
					}
				}
			}
		}
		v.finish(row, at)
	}
}

// tapTwin computes the weights of a tap without vectors.
func (v *convolution) tapTwin(tap int) {
	p, q := tap/v.KernelW, tap%v.KernelW
	w := v.w[tap*v.In*v.Out:][:v.In*v.Out]
	clear(w)
	i0, i1 := v.meets(p, v.OutHeight(), v.Height, v.Pad)
	for b := range v.Batch {
		for i := i0; i < i1; i++ {
			for j := range v.OutWidth() {
				at := j*v.Stride + q - v.Pad
				inside := at >= 0 && at < v.Width
				if !inside && !v.few() {
					continue
				}
				y := v.y[((b*v.OutHeight()+i)*v.OutWidth()+j)*v.Out:][:v.Out]
				for c := range v.In {
					var x float32
					if inside {
						x = v.x[((b*v.Height+i*v.Stride+p-v.Pad)*v.Width+at)*v.In+c]
					}
					row := w[c*v.Out:][:v.Out]
					for o := range row {
						row[o] = fma(x, y[o], row[o])
					}
				}
			}
		}
	}
}
