package kernel

// These are transforms of a few elements,
//
//	y[k] = Σ_j x[j]·e^(∓2πi·jk/n),
//
// with − forth and + back, in the fewest operations known for the order that the
// assembly has, too: see asm/fft.

const (
	sin3  = 0.8660254037844386 // sin 2π/3
	cos51 = 0.30901699437494745
	cos52 = -0.8090169943749475
	sin51 = 0.9510565162951535
	sin52 = 0.5877852522924731
	cos8  = 0.7071067811865476
)

// dft transforms 2, 3, 4, 5, 6, 8, 10, 12, 15 or 20 elements in place.
func dft(x []complex64, back bool) {
	switch len(x) {
	default:
		shortDFT(x, back)
	case 6:
		primeFactors(x, 2, 3, back)
	case 8:
		dft8(x, back)
	case 10:
		primeFactors(x, 2, 5, back)
	case 12:
		primeFactors(x, 4, 3, back)
	case 15:
		primeFactors(x, 3, 5, back)
	case 20:
		primeFactors(x, 4, 5, back)
	}
}

// shortDFT transforms 2, 3, 4 or 5 elements.
func shortDFT(x []complex64, back bool) {
	switch len(x) {
	case 2:
		x[0], x[1] = x[0]+x[1], x[0]-x[1]
	case 3:
		x[0], x[1], x[2] = dft3(x[0], x[1], x[2], back)
	case 4:
		x[0], x[1], x[2], x[3] = dft4(x[0], x[1], x[2], x[3], back)
	case 5:
		x[0], x[1], x[2], x[3], x[4] = dft5(x[0], x[1], x[2], x[3], x[4], back)
	}
}

// primeFactors is a transform of a·b elements, a and b without a common factor, by
// transforms of a and of b elements and no factors between:
//
//	y[k] = Σ_i Σ_j x[b·i + a·j]·e^(∓2πi·ik/a)·e^(∓2πi·jk/b)
//
// Good, The interaction algorithm and practical Fourier analysis, JRSS B 1958.
func primeFactors(x []complex64, a, b int, back bool) {
	var table [20]complex64 // table[i·b + j]
	for j := range b {
		var z [4]complex64
		for i := range a {
			z[i] = x[(b*i+a*j)%(a*b)]
		}
		shortDFT(z[:a], back)
		for i := range a {
			table[i*b+j] = z[i]
		}
	}
	for i := range a {
		shortDFT(table[i*b:][:b], back)
	}
	for k := range x {
		x[k] = table[k%a*b+k%b]
	}
}

func dft3(a, b, c complex64, back bool) (x, y, z complex64) {
	s, d := b+c, scaled(turn(b-c, back), sin3)
	m := a - scaled(s, 0.5)
	return a + s, m + d, m - d
}

func dft4(a, b, c, d complex64, back bool) (w, x, y, z complex64) {
	s, t, u, v := a+c, a-c, b+d, turn(b-d, back)
	return s + u, t + v, s - u, t - v
}

func dft5(a, b, c, d, e complex64, back bool) (v, w, x, y, z complex64) {
	s1, s2, d1, d2 := b+e, c+d, turn(b-e, back), turn(c-d, back)
	m1 := a + (scaled(s1, cos51) + scaled(s2, cos52))
	m2 := a + (scaled(s1, cos52) + scaled(s2, cos51))
	n1 := scaled(d1, sin51) + scaled(d2, sin52)
	n2 := scaled(d1, sin52) - scaled(d2, sin51)
	return a + (s1 + s2), m1 + n1, m2 + n2, m2 - n2, m1 - n1
}

// dft8 joins the transforms of the even and of the odd elements.
func dft8(x []complex64, back bool) {
	a0, a1, a2, a3 := dft4(x[0], x[2], x[4], x[6], back)
	b0, b1, b2, b3 := dft4(x[1], x[3], x[5], x[7], back)
	b1 = scaled(b1+turn(b1, back), cos8)
	b2 = turn(b2, back)
	b3 = scaled(b3-turn(b3, back), cos8)
	x[0], x[1], x[2], x[3] = a0+b0, a1+b1, a2+b2, a3-b3
	x[4], x[5], x[6], x[7] = a0-b0, a1-b1, a2-b2, a3+b3
}
