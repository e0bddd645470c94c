package kernel

// Each loop stands on its own: a call for every element would cost more than the
// element.

// Add is a + b.
func Add(dst, a, b []float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	For(len(dst), elementGrain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			dst[i] = a[i] + b[i]
		}
	})
}

// Sub is a − b.
func Sub(dst, a, b []float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	For(len(dst), elementGrain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			dst[i] = a[i] - b[i]
		}
	})
}

// Mul is a·b.
func Mul(dst, a, b []float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	For(len(dst), elementGrain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			dst[i] = a[i] * b[i]
		}
	})
}

// Div is a/b.
func Div(dst, a, b []float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	For(len(dst), elementGrain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			dst[i] = a[i] / b[i]
		}
	})
}
