package kernel

// SumAxis sums the middle axis of x (outer, axis, inner), for dst (outer, inner):
//
//	dst[o,i] = Σ x[o,k,i]
//
// In float64, from the first k to the last.
func SumAxis(dst, x []float32, axis, inner int) {
	j := begin(func(j *job, lo, hi int) {
		for o := lo; o < hi; o++ {
			dst, x := j.row(0, o), j.x[1][o*j.rows*j.n:][:j.rows*j.n]
			for c := 0; c < j.n; c += columnBlock {
				var sums [columnBlock]float64
				to := dst[c:min(c+columnBlock, j.n)]
				for k := range j.rows {
					for i, v := range x[k*j.n+c:][:len(to)] {
						sums[i] += float64(v)
					}
				}
				for i := range to {
					to[i] = float32(sums[i])
				}
			}
		}
	}, dst, x)
	j.n, j.rows = inner, axis
	j.do(len(dst)/inner, max(1, elementGrain/(axis*inner)))
}

// RepeatAxis is the adjoint of [SumAxis]: x (outer, inner) goes to every place of the
// middle axis of dst (outer, axis, inner).
func RepeatAxis(dst, x []float32, axis, inner int) {
	j := begin(func(j *job, lo, hi int) {
		for r := lo; r < hi; r++ {
			copy(j.row(0, r), j.row(1, r/j.rows))
		}
	}, dst, x)
	j.rows = axis
	j.byRow(len(dst)/inner, inner, elementGrain)
}
