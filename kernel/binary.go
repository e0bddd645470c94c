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
	n := len(dst)
	j := begin(func(j *job, lo, hi int) {
		vec().addScaled(j.part(0, lo, hi), j.part(1, lo, hi), j.part(2, lo, hi), j.s[0])
	}, dst, a[:n], b[:n])
	j.s[0] = c
	j.do(n, elementGrain)
}

// pairs runs a loop over chunks.
func pairs(dst, a, b []float32, f func(dst, a, b []float32)) {
	n := len(dst)
	j := begin(func(j *job, lo, hi int) { j.pair(j.part(0, lo, hi), j.part(1, lo, hi), j.part(2, lo, hi)) }, dst, a[:n], b[:n])
	j.pair = f
	j.do(n, elementGrain)
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
