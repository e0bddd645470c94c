package main

import "math"

// These are the transforms of dft.go of the kernel package, operation by operation.

// complexes is a complex number in every lane.
type complexes struct{ re, im *value }

func (n *net) addC(a, b complexes) complexes { return complexes{n.add(a.re, b.re), n.add(a.im, b.im)} }
func (n *net) subC(a, b complexes) complexes { return complexes{n.sub(a.re, b.re), n.sub(a.im, b.im)} }

func (n *net) scaleC(a complexes, c float64) complexes {
	return complexes{n.scale(a.re, c), n.scale(a.im, c)}
}

// addTurned is a − i·b, and a + i·b on the way back.
func (n *net) addTurned(a, b complexes, back bool) complexes {
	if back {
		return complexes{n.sub(a.re, b.im), n.add(a.im, b.re)}
	}
	return complexes{n.add(a.re, b.im), n.sub(a.im, b.re)}
}

// subTurned is a + i·b, and a − i·b on the way back.
func (n *net) subTurned(a, b complexes, back bool) complexes { return n.addTurned(a, b, !back) }

func (n *net) dft(x []complexes, back bool) []complexes {
	switch len(x) {
	case 2:
		return []complexes{n.addC(x[0], x[1]), n.subC(x[0], x[1])}
	case 3:
		s, d := n.addC(x[1], x[2]), n.scaleC(n.subC(x[1], x[2]), math.Sqrt(3)/2)
		m := n.subC(x[0], n.scaleC(s, 0.5))
		return []complexes{n.addC(x[0], s), n.addTurned(m, d, back), n.subTurned(m, d, back)}
	case 4:
		s, t, u, v := n.addC(x[0], x[2]), n.subC(x[0], x[2]), n.addC(x[1], x[3]), n.subC(x[1], x[3])
		return []complexes{n.addC(s, u), n.addTurned(t, v, back), n.subC(s, u), n.subTurned(t, v, back)}
	case 5:
		return n.dft5(x, back)
	case 6:
		return n.primeFactors(x, 2, 3, back)
	case 8:
		return n.dft8(x, back)
	case 10:
		return n.primeFactors(x, 2, 5, back)
	case 12:
		return n.primeFactors(x, 4, 3, back)
	case 15:
		return n.primeFactors(x, 3, 5, back)
	case 20:
		return n.primeFactors(x, 4, 5, back)
	}
	panic("no transform of this size")
}

func (n *net) primeFactors(x []complexes, a, b int, back bool) []complexes {
	table := make([][]complexes, a)
	for j := range b {
		z := make([]complexes, a)
		for i := range z {
			z[i] = x[(b*i+a*j)%(a*b)]
		}
		for i, y := range n.dft(z, back) {
			table[i] = append(table[i], y)
		}
	}
	for i := range table {
		table[i] = n.dft(table[i], back)
	}
	y := make([]complexes, a*b)
	for k := range y {
		y[k] = table[k%a][k%b]
	}
	return y
}

func (n *net) dft5(x []complexes, back bool) []complexes {
	cos1, cos2 := 0.30901699437494745, -0.8090169943749475
	sin1, sin2 := 0.9510565162951535, 0.5877852522924731
	s1, s2, d1, d2 := n.addC(x[1], x[4]), n.addC(x[2], x[3]), n.subC(x[1], x[4]), n.subC(x[2], x[3])
	m1 := n.addC(x[0], n.addC(n.scaleC(s1, cos1), n.scaleC(s2, cos2)))
	m2 := n.addC(x[0], n.addC(n.scaleC(s1, cos2), n.scaleC(s2, cos1)))
	n1 := n.addC(n.scaleC(d1, sin1), n.scaleC(d2, sin2))
	n2 := n.subC(n.scaleC(d1, sin2), n.scaleC(d2, sin1))
	return []complexes{n.addC(x[0], n.addC(s1, s2)),
		n.addTurned(m1, n1, back), n.addTurned(m2, n2, back), n.subTurned(m2, n2, back), n.subTurned(m1, n1, back)}
}

func (n *net) dft8(x []complexes, back bool) []complexes {
	a := n.dft([]complexes{x[0], x[2], x[4], x[6]}, back)
	b := n.dft([]complexes{x[1], x[3], x[5], x[7]}, back)
	b1 := n.scaleC(n.addTurned(b[1], b[1], back), math.Sqrt2/2)
	b3 := n.scaleC(n.subTurned(b[3], b[3], back), math.Sqrt2/2)
	return []complexes{
		n.addC(a[0], b[0]), n.addC(a[1], b1), n.addTurned(a[2], b[2], back), n.subC(a[3], b3),
		n.subC(a[0], b[0]), n.subC(a[1], b1), n.subTurned(a[2], b[2], back), n.addC(a[3], b3),
	}
}
