package kernel

import "unsafe"

// mostPanels is the most panels of a strip.
const mostPanels = 5

// parallelStrips is from how many terms on a product of one row is divided among processors. Below it
// takes some microseconds, which is as long as another processor can take to begin.
const parallelStrips = 1 << 19

// strips is a product of one row in progress, which is bound by how fast op(B) is read. A strip passes
// over what is multiplied by zero, half of op(B) where A is what ReLU gives, and is of so many panels
// that the sums need not wait for each other.
type strips struct {
	*product
	list   []uint32 // of k's at which A is not zero: of each part, from where it begins
	counts []int    // of the k's in the list, for each part

	multiply func(lo, hi int)
}

var stripwise = depot[strips]{make: func() *strips {
	s := &strips{}
	s.multiply = s.shares
	return s
}}

// byStrips computes a product of one row whose op(B) is packed.
func (p *product) byStrips() {
	s := stripwise.get()
	s.product = p
	s.find()
	p.workers = 1
	if p.n*p.k >= parallelStrips {
		p.workers = processors()
	}
	For(p.workers, 1, s.multiply)
	s.product = nil
	stripwise.put(s)
}

// cut is where a part of k begins.
func (p *product) cut(part int) int { return p.k * part / p.parts() }

// find makes the list.
func (s *strips) find() {
	if need := s.k + len(numbers); len(s.list) < need { // the assembly writes whole registers
		s.list = make([]uint32, need)
	}
	s.counts = s.counts[:0]
	w, g := scratches.get(), tiles()
	for part := range s.parts() {
		k0, n := s.cut(part), s.cut(part+1)-s.cut(part)
		to, found := s.list[k0:], 0
		whole := n / g.lanes * g.lanes
		if whole > 0 {
			w.lists = living{to: unsafe.Pointer(&to[0]), from: unsafe.Pointer(&s.a[k0]), rows: 1, count: uintptr(whole), numbers: unsafe.Pointer(&numbers)}
			g.living((*uint64)(unsafe.Pointer(&w.lists)))
			found = int(w.lists.found)
		}
		for i := whole; i < n; i++ {
			to[found] = uint32(i)
			found++
		}
		s.counts = append(s.counts, found)
	}
	w.lists = living{}
	scratches.put(w)
}

// shares computes shares of the panels.
func (s *strips) shares(lo, hi int) {
	w, g := scratches.get(), tiles()
	panels := (s.n + 2*g.lanes - 1) / (2 * g.lanes)
	first, last := panels*lo/s.workers, panels*hi/s.workers
	count := (last - first + mostPanels - 1) / mostPanels
	for i := range count {
		for part := range s.parts() {
			s.strip(w, g, part, first+(last-first)*i/count, first+(last-first)*(i+1)/count)
		}
	}
	w.tile = tile{}
	scratches.put(w)
}

// strip computes panels [lo, hi) over a part of k.
func (s *strips) strip(w *scratch, g *gemm, part, lo, hi int) {
	k0, k1 := s.cut(part), s.cut(part+1)
	j := 2 * g.lanes * lo
	width := min(2*g.lanes*hi, s.n) - j
	vecs := (width + g.lanes - 1) / g.lanes
	t := &w.tile
	*t = tile{
		a: unsafe.Pointer(&s.a[k0]), c: unsafe.Pointer(&s.c[j]), mask: g.mask(width - (vecs-1)*g.lanes), positive: 1,
		b: unsafe.Pointer(&s.packed[k0*g.padded(s.n)+j*(k1-k0)]), panelStride: 4 * uintptr(2*g.lanes*(k1-k0)),
		live: unsafe.Pointer(&s.list[k0]), lives: uintptr(s.counts[part]),
	}
	if part > 0 {
		t.load = 1
	}
	if k1 == s.k {
		w.epilogue(&s.Epilogue, j, j, width)
	}
	g.strip[vecs-1]((*uint64)(unsafe.Pointer(t)))
}
