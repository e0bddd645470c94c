package kernel

// Add is a + b.
func Add(dst, a, b []float32) { pairs(dst, a, b, vec().add) }

// Sub is a − b.
func Sub(dst, a, b []float32) { pairs(dst, a, b, vec().sub) }

// Mul is a·b.
func Mul(dst, a, b []float32) { pairs(dst, a, b, vec().mul) }

// Div is a/b.
func Div(dst, a, b []float32) { pairs(dst, a, b, vec().div) }

// AddScaled is a + c·b, both operations rounded.
func AddScaled(dst, a, b []float32, c float32) {
	f := vec().addScaled
	pairs(dst, a, b, func(dst, a, b []float32) { f(dst, a, b, c) })
}

// pairs runs a loop over chunks; a single one needs no closure.
func pairs(dst, a, b []float32, f func(dst, a, b []float32)) {
	n := len(dst)
	if n <= elementGrain {
		f(dst, a[:n], b[:n])
		return
	}
	For(n, elementGrain, func(lo, hi int) { f(dst[lo:hi], a[lo:hi], b[lo:hi]) })
}

// Each twin stands on its own: a call for every element would cost more than the
// element.

func addTwin(dst, a, b []float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] + b[i]
	}
}

func subTwin(dst, a, b []float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] - b[i]
	}
}

func mulTwin(dst, a, b []float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] * b[i]
	}
}

func divTwin(dst, a, b []float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] / b[i]
	}
}

func addScaledTwin(dst, a, b []float32, c float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] + float32(c*b[i])
	}
}
