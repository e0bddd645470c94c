package kernel

import (
	"testing"
	"unsafe"
)

func TestTilesFetchTheNextChunkInParts(t *testing.T) {
	c := Conv{Batch: 40, Height: 14, Width: 14, In: 32, KernelH: 4, KernelW: 4, Out: 64, Stride: 2, Pad: 1}
	x, w, y := c.inputs()
	v := newConvolution(c, y, x, w)
	defer v.release()
	first := v.next(chunk{})
	second := v.next(first)
	a := ahead{parts: 4}
	a.x, a.y = v.operands(second)
	at := func(s []float32, i int) uintptr { return uintptr(unsafe.Pointer(&s[i])) }
	size := c.Height * c.Width * c.In
	if got, want := a.next(), at(x, second.lo*size); got != want {
		t.Errorf("the first part begins at %#x, want the first picture of the chunk, %#x", got, want)
	}
	n := len(a.x) + len(a.y)
	a.done = 3
	if got, want := a.next(), at(a.y, 3*n/4-len(a.x)); got != want {
		t.Errorf("the last part begins at %#x, want %#x in y", got, want)
	}
	if x, y := v.operands(chunk{lo: c.Batch, hi: c.Batch + 1}); x != nil || y != nil {
		t.Error("behind the last picture there is something to fetch")
	}
	if got, want := (&ahead{parts: 1}).next(), at(zeros[:], 0); got != want {
		t.Errorf("nothing to fetch is at %#x, want %#x", got, want)
	}
}
