package kernel

import "math"

// fma is a·b + c, rounded once to float32 as a processor's instruction does.
//
// The product of two float32s is exact in float64. Their sum with c, rounded to
// float64 and then to float32, is rounded twice, which differs only if the first
// rounding ends where the second is undecided: on the middle between two float32s,
// or below the normal ones, where the middle has fewer bits. There the error of
// the first, which is known exactly, decides.
//
// Boldo and Melquiond, Emulation of a FMA and correctly rounded sums: proved
// algorithms using rounding to odd, IEEE Transactions on Computers 2008.
func fma(a, b, c float32) float32 {
	p, z := float64(float64(a)*float64(b)), float64(c)
	s := p + z
	bits := math.Float64bits(s)
	undecided := bits&(1<<29-1) == 1<<28 || math.Abs(s) < 0x1p-125
	if !undecided || bits&1 != 0 || math.IsInf(s, 0) || s != s {
		return float32(s)
	}
	// The error of the sum: Knuth's TwoSum.
	v := s - p
	e := (p - (s - v)) + (z - v)
	if e == 0 {
		return float32(s)
	}
	// Round to odd: one step towards the exact sum, whose last bit is then set.
	if (e > 0) == (s > 0) {
		bits++
	} else {
		bits--
	}
	return float32(math.Float64frombits(bits))
}

// rowsTwin computes rows of the product without vectors.
func (p *product) rowsTwin(lo, hi int) {
	columns, kColumns := p.n, 1 // strides of op(B)
	if p.transB {
		columns, kColumns = 1, p.k
	}
	for i := lo; i < hi; i++ {
		row := p.c[i*p.n : (i+1)*p.n]
		if !p.load {
			clear(row)
		}
		for k := range p.k {
			a := p.a[i*p.rowStride+k*p.kStride]
			for j := range row {
				row[j] = fma(a, p.b[k*columns+j*kColumns], row[j])
			}
		}
		if p.sparse {
			for j := range row {
				row[j] += 0 // no -0
			}
		}
		p.finish(row, i*p.n)
	}
}

// finish applies the epilogue to a row, whose first element is at a place in the
// result.
func (e *Epilogue) finish(row []float32, at int) {
	if e.Bias != nil {
		twins.add(row, row, e.Bias)
	}
	h := e.H
	if e.Act >= ActReLUGrad {
		h = h[at:][:len(row)]
	}
	switch e.Act {
	case ActReLU:
		twins.relu(row, row)
	case ActLeakyReLU:
		twins.leakyReLU(row, row, e.Slope)
	case ActReLUGrad:
		twins.reluGrad(row, h, row)
	case ActLeakyReLUGrad:
		twins.leakyReLUGrad(row, h, row, e.Slope)
	}
}
