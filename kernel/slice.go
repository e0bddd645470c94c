package kernel

// Copy copies x to dst, each processor a part of it.
func Copy(dst, x []float32) {
	j := begin(func(j *job, lo, hi int) { copy(j.part(0, lo, hi), j.part(1, lo, hi)) }, dst, x[:len(dst)])
	j.do(len(dst), elementGrain)
}

// Slice copies the range [lo, hi) of the middle axis of x (outer, axis, inner) to
// dst (outer, hi − lo, inner).
func Slice(dst, x []float32, outer, axis, inner, lo, hi int) {
	n := (hi - lo) * inner
	for o := range outer {
		copy(dst[o*n:(o+1)*n], x[(o*axis+lo)*inner:])
	}
}

// Pad copies x (outer, hi − lo, inner) to the range [lo, hi) of the middle axis of
// dst (outer, axis, inner), which is zero elsewhere.
func Pad(dst, x []float32, outer, axis, inner, lo, hi int) {
	n := (hi - lo) * inner
	for o := range outer {
		row := dst[o*axis*inner : (o+1)*axis*inner]
		clear(row[:lo*inner])
		copy(row[lo*inner:hi*inner], x[o*n:(o+1)*n])
		clear(row[hi*inner:])
	}
}
