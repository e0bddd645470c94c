package kernel

import "unsafe"

// While a chunk is multiplied, the next one is fetched to the second cache: each
// tile fetches a part of it, two lines of the cache between two segments.

// aheadStep is how many bytes are fetched at once.
const aheadStep = 128

// ahead is what is fetched of the operands of a chunk, in so many parts, of which
// done have been given out.
type ahead struct {
	x, y        []float32
	parts, done int
}

// next returns the address from which the next part is fetched. Where there is
// nothing to fetch, it is that of something small.
func (a *ahead) next() uintptr {
	at := (len(a.x) + len(a.y)) * a.done / a.parts
	a.done++
	switch {
	case at < len(a.x):
		return uintptr(unsafe.Pointer(&a.x[at]))
	case at < len(a.x)+len(a.y):
		return uintptr(unsafe.Pointer(&a.y[at-len(a.x)]))
	}
	return uintptr(unsafe.Pointer(&zeros))
}

// linesOf returns the lines of a picture of x that a chunk meets.
func (v *convolution) linesOf(c chunk) (lo, hi int) {
	if c.hi-c.lo > 1 {
		return 0, v.Height
	}
	return max(0, c.first*v.Stride-v.Pad), min(v.Height, (c.end-1)*v.Stride-v.Pad+v.KernelH)
}

// operands returns what a chunk takes of x and y: nothing behind the last one.
func (v *convolution) operands(c chunk) (x, y []float32) {
	if c.lo >= v.Batch {
		return nil, nil
	}
	hi := min(c.hi, v.Batch)
	lo, end := v.linesOf(c)
	line, lineY := v.Width*v.In, v.OutWidth()*v.Out
	x = v.x[(c.lo*v.Height+lo)*line : ((hi-1)*v.Height+end)*line]
	return x, v.y[(c.lo*v.OutHeight()+c.first)*lineY : ((hi-1)*v.OutHeight()+c.end)*lineY]
}
