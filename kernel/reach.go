package kernel

// A result of a pass to pixels is the sum over the pixels of the other pictures
// that its window reaches, each times the weights of the tap that they meet by.
// Forward, every window has all taps. In the adjoint the taps of a pixel are those
// of its class, which is its place in the border modulo the stride, in falling
// order, so that the pixels rise.

// reach is what the window of a pixel reaches along one side: n pixels of the other
// pictures, from the first on, of which that one meets tap, of the taps of its class.
type reach struct{ first, n, tap, taps, class int }

// reach returns that of a pixel along a side on which the other pictures have size
// pixels.
func (v *convolution) reach(at, kernel, size int) reach {
	r := reach{taps: kernel}
	low := at*v.Stride - v.Pad
	if v.adjoint {
		at += v.Pad
		r.class = at % v.Stride
		r.taps = v.taps(r.class, kernel)
		low = at/v.Stride - r.taps + 1
	}
	r.first = max(low, 0)
	r.n = max(0, min(low+r.taps, size)-r.first)
	r.tap = r.first - low
	return r
}

// taps is how many taps of a kernel a class has in the adjoint.
func (v *convolution) taps(class, kernel int) int { return (kernel - class + v.Stride - 1) / v.Stride }

// place is the place in the kernel of a tap of a class.
func (v *convolution) place(tap, class, kernel int) int {
	if !v.adjoint {
		return tap
	}
	return class + v.Stride*(v.taps(class, kernel)-1-tap)
}

// classTaps is how many taps a class has along both sides.
func (v *convolution) classTaps(cy, cx int) (ty, tx int) {
	if !v.adjoint {
		return v.KernelH, v.KernelW
	}
	return v.taps(cy, v.KernelH), v.taps(cx, v.KernelW)
}

// before is how many taps the classes before one have.
func (v *convolution) before(class, kernel int) int {
	n := 0
	for c := range class {
		n += v.taps(c, kernel)
	}
	return n
}

// matrix is how many taps stand before those of a class in the packed weights.
func (v *convolution) matrix(y, x *reach) int {
	if !v.adjoint {
		return 0
	}
	return v.before(y.class, v.KernelH)*v.KernelW + y.taps*v.before(x.class, v.KernelW)
}
