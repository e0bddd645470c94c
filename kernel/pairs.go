package kernel

import (
	"math"
	"unsafe"

	"golang.org/x/sys/cpu"
)

// Products of numbers of half the bits, bfloat16, add in float32. Their operands are rounded to the
// nearest of 8 digits, and to even in the middle. A magnitude below 2⁻⁵⁶ becomes 0. NaN stays NaN.
//
// Two numbers of 8 digits have a product of 16, which a float32 holds. An element of the result is
// the chain of fused multiply-adds in rising k that it is in float32. As a product is a multiple of
// 2⁻¹²⁶ or 0, so is every sum: none is below the normal numbers, which some processors would take for
// 0.
//
// The operands are kept in pairs, words that have the number of an even k in the high half and that
// of the next k, or 0 behind the last one, in the low half. So a matrix has half the k's, and the
// tiles of products find it as they do matrices of float32. VDPBF16PS, which multiplies pairs, adds
// the product of the high halves first, and then that of the low ones, each rounded to the nearest.

// leastHalf is the bits of the least magnitude that is not rounded to 0.
const leastHalf = (127 - 56) << 23

// halved is a number as it is rounded, as bits of which the low half is 0.
func halved(x float32) uint32 {
	u := math.Float32bits(x)
	switch size := u &^ (1 << 31); {
	case size > infinity:
		return (u | 1<<22) & 0xffff0000
	case size < leastHalf:
		return 0
	}
	return (u + 1<<15 - 1 + u>>16&1) & 0xffff0000
}

// pairOf is the word that two numbers are kept in.
func pairOf(x, y float32) float32 { return math.Float32frombits(halved(x) | halved(y)>>16) }

// pairer makes pairs of the numbers of a matrix: of neighbours in a row, of which each has its own
// words, or across, of two rows.
type pairer struct {
	to, from     []float32
	rows, length int // of from
	across       bool
	pieces       int // of a row of to
	work         func(lo, hi int)
}

var pairers = depot[pairer]{make: func() *pairer {
	p := &pairer{}
	p.work = p.convert
	return p
}}

// pieceOfPairs is how many words are made at once, and pieces how many pieces are a share.
const pieceOfPairs = 1 << 11

// pairsOf is how many words a matrix takes in pairs.
func pairsOf(rows, length int, across bool) int {
	if across {
		return (rows + 1) / 2 * length
	}
	return rows * ((length + 1) / 2)
}

// pairUp makes pairs of a matrix, in memory that it may have to make longer, which it returns.
func pairUp(memory, from []float32, rows, length int, across bool) []float32 {
	if need := pairsOf(rows, length, across); len(memory) < need {
		memory = make([]float32, need)
	}
	if !across && length%2 == 0 {
		rows, length = 1, rows*length
	}
	p := pairers.get()
	p.to, p.from, p.rows, p.length, p.across = memory, from, rows, length, across
	p.pieces = (p.width() + pieceOfPairs - 1) / pieceOfPairs
	n := p.rowsOfTo() * p.pieces
	For(n, 1+(pieceOfPairs-1)/max(1, min(p.width(), pieceOfPairs)), p.work)
	*p = pairer{work: p.work}
	pairers.put(p)
	return memory
}

// width is that of a row of to, in words.
func (p *pairer) width() int {
	if p.across {
		return p.length
	}
	return (p.length + 1) / 2
}

func (p *pairer) rowsOfTo() int {
	if p.across {
		return (p.rows + 1) / 2
	}
	return p.rows
}

// halving is the arguments of the assembly that makes pairs.
type halving struct {
	to, from, second unsafe.Pointer
	count            uintptr
}

// convert makes some pieces.
func (p *pairer) convert(lo, hi int) {
	width := p.width()
	for i := lo; i < hi; i++ {
		row, first := i/p.pieces, i%p.pieces*pieceOfPairs
		to := p.to[row*width:][first:min(first+pieceOfPairs, width)]
		if !p.across {
			from := p.from[row*p.length:][2*first : min(2*(first+len(to)), p.length)]
			along(to, from)
			continue
		}
		from := p.from[2*row*p.length:][first:][:len(to)]
		var second []float32
		if 2*row+1 < p.rows {
			second = p.from[(2*row+1)*p.length:][first:][:len(to)]
		}
		across(to, from, second)
	}
}

// along makes pairs of neighbours.
func along(to, from []float32) {
	done := gemms[current].halve(to[:len(from)/2], from, nil, false)
	for i := done; i < len(to); i++ {
		second := float32(0)
		if 2*i+1 < len(from) {
			second = from[2*i+1]
		}
		to[i] = pairOf(from[2*i], second)
	}
}

// across makes pairs of the numbers of two rows, of which the second may not be there.
func across(to, from, second []float32) {
	done := gemms[current].halve(to, from, second, true)
	for i := done; i < len(to); i++ {
		y := float32(0)
		if second != nil {
			y = second[i]
		}
		to[i] = pairOf(from[i], y)
	}
}

// halve makes as many words as the assembly can, and returns their number.
func (g *gemm) halve(to, from, second []float32, across bool) int {
	assembly, words := g.halveAlong, g.lanes/2
	if across {
		assembly, words = g.halveAcross, g.lanes
	}
	if assembly == nil || across && second == nil && g.lanes < 16 {
		return 0
	}
	n := len(to)
	if g.lanes < 16 { // it has no masks
		n -= n % words
	}
	if n == 0 {
		return 0
	}
	h := halvings.get()
	h.to, h.from, h.second, h.count = unsafe.Pointer(&to[0]), unsafe.Pointer(&from[0]), nil, uintptr(n)
	if second != nil {
		h.second = unsafe.Pointer(&second[0])
	}
	assembly((*uint64)(unsafe.Pointer(h)))
	*h = halving{}
	halvings.put(h)
	return n
}

var halvings = depot[halving]{make: func() *halving { return &halving{} }}

// pairTables are tiles of pairs for each path: the assembly of that path, or Go.
var pairTables = func() (all [len(gemms)]gemm) {
	for p, g := range gemms {
		all[p] = gemm{lanes: twinTiles.lanes, rows: 8, ofPairs: true}
		if g.pairs != nil {
			g.tile, g.rows, g.flat, g.ofPairs = g.pairs, len(g.pairs)-1, nil, true
			all[p] = g
		}
	}
	return all
}()

// dotTables are those of paths with an instruction for pairs.
var dotTables = func() (all [len(gemms)]gemm) {
	for p, g := range gemms {
		g.tile, g.flat, g.ofPairs = g.dots, nil, true
		all[p] = g
	}
	return all
}()

// hasDots says that this processor has the instruction for pairs, and that it adds as the others do.
// Tests set it.
var hasDots = cpu.X86.HasAVX512BF16 && gemms[current].dots != nil && addsInOrder(gemms[current].dots[1][0])

// addsInOrder tries a tile of one row and one register by the instruction against the definition: the
// high halves come first, each product is added whole, and each sum is rounded to the nearest.
func addsInOrder(dots func(*uint64)) bool {
	const k, width = 32, 16
	var a [k]float32
	var b [k * width]float32
	number := func(i, sign int) float32 { // of 8 digits and of many magnitudes
		return math.Float32frombits(uint32(sign)<<31 | uint32(115+i*7%24)<<23 | uint32(i*37%128)<<16)
	}
	for i := range a {
		a[i] = pairOf(number(3*i, 0), number(5*i+1, 0))
	}
	for i := range b {
		b[i] = pairOf(number(i, i%2), number(11*i+2, i/2%2))
	}
	var c, want [width]float32
	t := tile{a: unsafe.Pointer(&a), kStride: 4, b: unsafe.Pointer(&b), bStride: 4 * width, k: k, c: unsafe.Pointer(&c), mask: 1<<width - 1}
	dots((*uint64)(unsafe.Pointer(&t)))
	for i, a := range a {
		addPairs(want[:], math.Float32bits(a), unsafe.Slice((*uint32)(unsafe.Pointer(&b[i*width])), width))
	}
	return c == want
}

// pairTiles has the tiles of pairs of the current path.
func pairTiles() *gemm {
	if hasDots && gemms[current].dots != nil {
		return &dotTables[current]
	}
	return &pairTables[current]
}

// SlowHalves says why products of bfloat16 take longer here than those of float32. It is empty where
// they do not.
func SlowHalves() string {
	if pairTiles() == &dotTables[current] {
		return ""
	}
	return "products in bf16 take longer here than in fp32, with the same bits as elsewhere: they are made one by one, without the instruction for pairs that amd64 has with AVX512_BF16"
}

// pairTwin computes a tile of pairs in Go.
func (w *scratch) pairTwin(rows int) {
	t := &w.tile
	for r := range rows {
		row := t.row(r)
		if t.load == 0 {
			clear(row)
		}
		a, b := unsafe.Add(t.a, r*int(t.rowStride)), t.b
		for round := range t.rounds + 1 {
			if round > 0 {
				a, b = unsafe.Add(a, t.aRound), unsafe.Add(b, t.bRound)
			}
			for segment := range t.segments + 1 {
				if segment > 0 {
					a, b = unsafe.Add(a, t.aSkip), unsafe.Add(b, t.bSkip)
				}
				for range t.k {
					addPairs(row, *(*uint32)(a), unsafe.Slice((*uint32)(b), len(row)))
					a, b = unsafe.Add(a, t.kStride), unsafe.Add(b, t.bStride)
				}
			}
		}
	}
	w.finishTwin(rows)
}

// addPairs adds the products of a pair with those of a row.
func addPairs(row []float32, a uint32, b []uint32) {
	const high = 0xffff0000
	first, second := math.Float32frombits(a&high), math.Float32frombits(a<<16)
	for j, b := range b {
		row[j] = fma(second, math.Float32frombits(b<<16), fma(first, math.Float32frombits(b&high), row[j]))
	}
}

// MatMulHalf is [MatMulThen], without what C has, with operands that are rounded to bfloat16.
func MatMulHalf(c, a, b []float32, m, n, k int, transA, transB bool, e Epilogue) {
	if m == 0 || n == 0 {
		return
	}
	p := products.get()
	p.set(c, a, b, m, n, k, transA, transB, e)
	p.halve(transA)
	p.run()
	p.release()
}

// halve makes the product one of pairs.
func (p *product) halve(transA bool) {
	p.halves = true
	if p.k == 0 {
		return
	}
	if transA {
		p.pairsA = pairUp(p.pairsA, p.a, p.k, p.m, true)
	} else {
		p.pairsA = pairUp(p.pairsA, p.a, p.m, p.k, false)
	}
	if p.transB {
		p.pairsB = pairUp(p.pairsB, p.b, p.n, p.k, false)
	} else {
		p.pairsB = pairUp(p.pairsB, p.b, p.k, p.n, true)
	}
	p.k = (p.k + 1) / 2
	p.a, p.b = p.pairsA[:p.m*p.k], p.pairsB[:p.k*p.n]
	if !transA {
		p.rowStride = p.k
	}
}
