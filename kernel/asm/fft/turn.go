package main

import "github.com/mmcloughlin/avo/operand"

// lanes of a register.
func (n *net) lanes() int { return n.bytes() / 4 }

func (n *net) two(f func(...op), a, b *value) *value {
	return n.note(&value{a: a, b: b, write: func(a, b, d op) { f(b, a, d) }})
}

func (n *net) shuffle(f func(...op), how uint8, a, b *value) *value {
	return n.note(&value{a: a, b: b, write: func(a, b, d op) { f(operand.U8(how), b, a, d) }})
}

// transpose returns the columns of a square.
func (n *net) transpose(r []*value) []*value {
	size := len(r)
	permute := func(o ...op) { n.VPERM2F128(o[0], o[1], o[2], o[3]) }
	lanes := func(o ...op) { n.VSHUFF32X4(o[0], o[1], o[2], o[3]) }
	// In every 128-bit lane, pairs of rows are interleaved, and then pairs of pairs:
	// fours[4g+c] has column 4L+c of rows 4g … 4g+3 in lane L.
	fours := make([]*value, size)
	for i := 0; i < size; i += 4 {
		a, b, c, d := n.two(n.VUNPCKLPS, r[i], r[i+1]), n.two(n.VUNPCKHPS, r[i], r[i+1]), n.two(n.VUNPCKLPS, r[i+2], r[i+3]), n.two(n.VUNPCKHPS, r[i+2], r[i+3])
		fours[i], fours[i+1] = n.two(n.VUNPCKLPD, a, c), n.two(n.VUNPCKHPD, a, c)
		fours[i+2], fours[i+3] = n.two(n.VUNPCKLPD, b, d), n.two(n.VUNPCKHPD, b, d)
	}
	columns := make([]*value, size)
	for c := range 4 {
		if !n.wide {
			columns[c] = n.shuffle(permute, 0x20, fours[c], fours[4+c])
			columns[4+c] = n.shuffle(permute, 0x31, fours[c], fours[4+c])
			continue
		}
		even, evenRest := n.shuffle(lanes, 0x88, fours[c], fours[4+c]), n.shuffle(lanes, 0x88, fours[8+c], fours[12+c])
		odd, oddRest := n.shuffle(lanes, 0xdd, fours[c], fours[4+c]), n.shuffle(lanes, 0xdd, fours[8+c], fours[12+c])
		columns[c], columns[8+c] = n.shuffle(lanes, 0x88, even, evenRest), n.shuffle(lanes, 0xdd, even, evenRest)
		columns[4+c], columns[12+c] = n.shuffle(lanes, 0x88, odd, oddRest), n.shuffle(lanes, 0xdd, odd, oddRest)
	}
	return columns
}

// combine is a ± b of two vectors in memory.
func (n *net) combine(a, b operand.Mem, minus bool) *value {
	x := n.load(a)
	return n.note(&value{a: x, write: func(x, _, d op) {
		if minus {
			n.VSUBPS(b, x, d)
		} else {
			n.VADDPS(b, x, d)
		}
	}})
}

// squares calls f for the squares, lanes wide, of sixteen rows of sixteen lanes.
func (n *net) squares(f func(row, column int)) {
	for row := 0; row < 16; row += n.lanes() {
		for column := 0; column < 16; column += n.lanes() {
			f(row, column)
		}
	}
}

const imaginary = 64 // bytes from real parts to imaginary ones

// separate turns round, for Z(k) = a and Z(−k) = b, the real and imaginary parts of
// a + conj b and of −i·(a − conj b).
func (n *net) separate() {
	lower, upper, x, at := n.base("lower"), n.base("upper"), n.base("x"), n.base("at")
	begin := n.GP64()
	for _, part := range []struct {
		to             operand.Mem
		im             int // 1 for the imaginary parts
		minus, swapped bool
	}{
		{to: operand.Mem{Base: lower}},
		{to: operand.Mem{Base: lower, Disp: imaginary}, im: 1, minus: true},
		{to: operand.Mem{Base: upper}, im: 1},
		{to: operand.Mem{Base: upper, Disp: imaginary}, minus: true, swapped: true},
	} {
		n.squares(func(row, column int) {
			rows := make([]*value, n.lanes())
			for i := range rows {
				first, second := row+i, 16+row+i
				if part.swapped {
					first, second = second, first
				}
				place := func(im int) operand.Mem {
					return operand.Mem{Base: x, Index: begin, Scale: 4, Disp: imaginary*im + 4*column}
				}
				a := n.note(&value{write: func(_, _, d op) {
					n.MOVQ(operand.Mem{Base: at, Disp: 8 * first}, begin)
					n.VMOVUPS(place(part.im), d)
				}})
				rows[i] = n.note(&value{a: a, write: func(a, _, d op) {
					n.MOVQ(operand.Mem{Base: at, Disp: 8 * second}, begin)
					if part.minus {
						n.VSUBPS(place(part.im), a, d)
					} else {
						n.VADDPS(place(part.im), a, d)
					}
				}})
			}
			for c, v := range n.transpose(rows) {
				n.store(v, part.to.Offset(rowBytes*(column+c)+4*row))
			}
			n.flush()
		})
	}
}

// join turns round, for a = lower and b = upper, the real and imaginary parts of
// a + i·b, and then of conj a + i·conj b.
func (n *net) join() {
	x, lower, upper, at := n.base("x"), n.base("lower"), n.base("upper"), n.base("at")
	begin := n.GP64()
	a, b := operand.Mem{Base: lower}, operand.Mem{Base: upper}
	for _, part := range []struct {
		first, second operand.Mem
		minus         bool
		to, im        int // where of at, and 1 for the imaginary part
	}{
		{a, b.Offset(imaginary), true, 0, 0},
		{a.Offset(imaginary), b, false, 0, 1},
		{a, b.Offset(imaginary), false, 16, 0},
		{b, a.Offset(imaginary), true, 16, 1},
	} {
		n.squares(func(row, column int) {
			rows := make([]*value, n.lanes())
			for i := range rows {
				place := rowBytes*(row+i) + 4*column
				rows[i] = n.combine(part.first.Offset(place), part.second.Offset(place), part.minus)
			}
			for k, v := range n.transpose(rows) {
				n.note(&value{a: v, store: true, write: func(v, _, _ op) {
					n.MOVQ(operand.Mem{Base: at, Disp: 8 * (part.to + column + k)}, begin)
					n.VMOVUPS(v, operand.Mem{Base: x, Index: begin, Scale: 4, Disp: imaginary*part.im + 4*row})
				}})
			}
			n.flush()
		})
	}
}
