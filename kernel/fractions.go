package kernel

import "unsafe"

// Fractions writes the value of each byte of a picture, x/255, which is in [0, 1].
func Fractions(dst []float32, x []byte) {
	x = x[:len(dst)]
	whole := len(dst) / 16 * 16
	vec().fractions(dst[:whole], x[:whole])
	fractionsTwin(dst[whole:], x[whole:])
}

// Fetch starts to bring bytes to the processor's cache, for a loop that reads them soon: memory
// takes less time for much at once than for one picture after the other.
func Fetch(x []byte) {
	if len(x) > 0 {
		prefetch(&x[0], (len(x)+63)/64)
	}
}

// FetchWord is Fetch for what lies at x.
func FetchWord(x *uint32) { prefetch((*byte)(unsafe.Pointer(x)), 1) }

func fractionsTwin(dst []float32, x []byte) {
	for i, b := range x {
		dst[i] = fractions[b]
	}
}

var fractions = func() (f [256]float32) {
	for b := range f {
		f[b] = float32(b) / 255
	}
	return f
}()
