package kernel

// fftTwins are the loops of transforms in Go, operation by operation what the
// assembly does.
var fftTwins = fftLoops{
	down: downTwin, up: upTwin, halfDown: halfDownTwin, halfUp: halfUpTwin,
	leaves:   [...]leafLoops{leafTwins(4), leafTwins(6), leafTwins(8), leafTwins(10), leafTwins(12), leafTwins(15), leafTwins(20)},
	separate: separateTwin, join: joinTwin,
	spread: spreadTwin, slopes: slopesTwin,
}

// row is an element of sixteen transforms.
type row [32]float32

func rowAt(x []float32, i int) *row { return (*row)(x[32*i:]) }

func (r *row) get(lane int) complex64    { return complex(r[lane], r[16+lane]) }
func (r *row) put(lane int, z complex64) { r[lane], r[16+lane] = real(z), imag(z) }

// times is z·w, and over z·conj w.
func times(z complex64, w []float32) complex64 {
	re, im := real(z), imag(z)
	return complex(float32(re*w[0])-float32(im*w[1]), float32(re*w[1])+float32(im*w[0]))
}

func over(z complex64, w []float32) complex64 {
	re, im := real(z), imag(z)
	return complex(float32(re*w[0])+float32(im*w[1]), float32(im*w[0])-float32(re*w[1]))
}

// turn is −i·z, and i·z on the way back.
func turn(z complex64, back bool) complex64 {
	if back {
		return complex(-imag(z), real(z))
	}
	return complex(imag(z), -real(z))
}

// scaled is c·z.
func scaled(z complex64, c float32) complex64 { return complex(float32(real(z)*c), float32(imag(z)*c)) }

func downTwin(x []float32, q, count int, twiddles []float32) {
	for b := range count {
		for j := range q {
			w, x := twiddles[6*j:][:6], x[32*(4*q*b+j):]
			r0, r1, r2, r3 := rowAt(x, 0), rowAt(x, q), rowAt(x, 2*q), rowAt(x, 3*q)
			for i := range 16 {
				y0, y1, y2, y3 := dft4(r0.get(i), r1.get(i), r2.get(i), r3.get(i), false)
				r0.put(i, y0)
				r1.put(i, times(y1, w))
				r2.put(i, times(y2, w[2:]))
				r3.put(i, times(y3, w[4:]))
			}
		}
	}
}

func upTwin(x []float32, q, count int, twiddles []float32) {
	for b := range count {
		for j := range q {
			w, x := twiddles[6*j:][:6], x[32*(4*q*b+j):]
			r0, r1, r2, r3 := rowAt(x, 0), rowAt(x, q), rowAt(x, 2*q), rowAt(x, 3*q)
			for i := range 16 {
				y0, y1, y2, y3 := dft4(r0.get(i), over(r1.get(i), w), over(r2.get(i), w[2:]), over(r3.get(i), w[4:]), true)
				r0.put(i, y0)
				r1.put(i, y1)
				r2.put(i, y2)
				r3.put(i, y3)
			}
		}
	}
}

func halfDownTwin(dst, re, im []float32, stride, q int, twiddles []float32) {
	for j := range q {
		w := twiddles[6*j:][:6]
		re0, im0, re1, im1 := re[j*stride:][:16], im[j*stride:][:16], re[(j+q)*stride:][:16], im[(j+q)*stride:][:16]
		for i := range 16 {
			a, b := complex(re0[i], im0[i]), complex(re1[i], im1[i])
			rowAt(dst, j).put(i, a+b)
			rowAt(dst, j+q).put(i, times(a+turn(b, false), w))
			rowAt(dst, j+2*q).put(i, times(a-b, w[2:]))
			rowAt(dst, j+3*q).put(i, times(a-turn(b, false), w[4:]))
		}
	}
}

func halfUpTwin(re, im []float32, stride int, x []float32, q int, twiddles []float32) {
	for j := range q {
		w := twiddles[6*j:][:6]
		re0, im0, re1, im1 := re[j*stride:][:16], im[j*stride:][:16], re[(j+q)*stride:][:16], im[(j+q)*stride:][:16]
		for i := range 16 {
			a, b := rowAt(x, j).get(i), over(rowAt(x, j+q).get(i), w)
			c, d := over(rowAt(x, j+2*q).get(i), w[2:]), over(rowAt(x, j+3*q).get(i), w[4:])
			y, z := (a+c)+(b+d), (a-c)+turn(b-d, true)
			re0[i], im0[i] = real(y), imag(y)
			re1[i], im1[i] = real(z), imag(z)
		}
	}
}

// leafTwins are the loops of leaves of n rows.
func leafTwins(n int) leafLoops {
	each := func(back bool) func(x []float32, count int) {
		return func(x []float32, count int) {
			for b := range count {
				for i := range 16 {
					z := leafAt(x, n*b, n, i)
					dft(z[:n], back)
					for k := range n {
						rowAt(x, n*b+k).put(i, z[k])
					}
				}
			}
		}
	}
	return leafLoops{down: each(false), up: each(true), convolve: func(x, s []float32, sums []float64, count int) {
		for b := range count {
			for i := range 16 {
				z := leafAt(x, n*b, n, i)
				dft(z[:n], false)
				var sum float32
				for k := range n {
					f := s[16*(n*b+k)+i]
					re, im := real(z[k]), imag(z[k])
					e := float32((float32(re*re) + float32(im*im)) * f)
					if k == 0 {
						sum = e
					} else {
						sum += e
					}
					z[k] = scaled(z[k], f)
				}
				sums[i] += float64(sum)
				dft(z[:n], true)
				for k := range n {
					rowAt(x, n*b+k).put(i, z[k])
				}
			}
		}
	}}
}

// leafAt has n rows of a lane.
func leafAt(x []float32, first, n, lane int) (z [20]complex64) {
	for k := range n {
		z[k] = rowAt(x, first+k).get(lane)
	}
	return z
}

func separateTwin(lower, upper, x []float32, at []int) {
	for k := range 16 {
		for c := range 16 {
			z, m := rowAt(x[at[k]:], 0).get(c), rowAt(x[at[16+k]:], 0).get(c)
			rowAt(lower, c).put(k, complex(real(z)+real(m), imag(z)-imag(m)))
			rowAt(upper, c).put(k, complex(imag(z)+imag(m), real(m)-real(z)))
		}
	}
}

func joinTwin(x, lower, upper []float32, at []int) {
	for k := range 16 {
		for c := range 16 {
			l, u := rowAt(lower, c).get(k), rowAt(upper, c).get(k)
			rowAt(x[at[k]:], 0).put(c, complex(real(l)-imag(u), imag(l)+real(u)))
			rowAt(x[at[16+k]:], 0).put(c, complex(real(l)+imag(u), real(u)-imag(l)))
		}
	}
}
