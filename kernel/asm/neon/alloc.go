package neon

import (
	"errors"
	"math/bits"
	"slices"
)

// Registers that Go keeps for itself: R18 is the system's, R26 and R27 are the closure's and
// the assembler's, R28 is the goroutine, R29 the frame and R30 the link.
var generals = []register{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 21, 22, 23, 24, 25}

const vectors = 32

// errTooFew is for code that needs more registers than there are.
var errTooFew = errors.New("more registers are in use at once than there are")

// errUndefined is for code that uses a register before that has a value.
var errUndefined = errors.New("a register is used before it has a value")

// set is a set of registers.
type set []uint64

func (s set) has(r register) bool { return s[r>>6]>>(r&63)&1 != 0 }
func (s set) add(r register)      { s[r>>6] |= 1 << (r & 63) }
func (s set) remove(r register)   { s[r>>6] &^= 1 << (r & 63) }

func (s set) each(f func(r register)) {
	for i, w := range s {
		for ; w != 0; w &= w - 1 {
			f(register(64*i + bits.TrailingZeros64(w)))
		}
	}
}

// allocate gives every register a number of the machine's, and leaves out what has no effect.
// Two registers that are in use at once get different numbers: they are neighbours in a graph, which
// is coloured. Before, the two registers of a copy become one where that is possible.
//
// Chaitin, Register allocation & spilling via graph coloring, SIGPLAN Symposium on Compiler
// Construction 1982.
func allocate(list []*inst) ([]*inst, error) {
	most := largest(list)
	list, before, after := live(list, most)
	if slices.ContainsFunc(before[0], func(w uint64) bool { return w != 0 }) {
		return nil, errUndefined
	}
	g := newGraph(list, after, most)
	g.coalesce(list)
	colours, err := g.colour()
	if err != nil {
		return nil, err
	}
	var out []*inst
	for _, i := range list {
		for _, rs := range [][]register{i.defs, i.uses} {
			for k, r := range rs {
				if r != none {
					rs[k] = colours[g.find(r)]
				}
			}
		}
		if !i.move || i.defs[0] != i.uses[0] {
			out = append(out, i)
		}
	}
	return out, nil
}

// largest is the largest number of a register.
func largest(list []*inst) register {
	most := register(0)
	for _, i := range list {
		for _, r := range slices.Concat(i.defs, i.uses) {
			most = max(most, r)
		}
	}
	return most
}

// graph has an edge between two registers that are in use at once.
type graph struct {
	edges []set
	same  []register // what a register has become one with
	used  set
}

func (g *graph) find(r register) register {
	for g.same[r] != r {
		r = g.same[r]
	}
	return r
}

// live leaves out instructions without effect, until there is none. It returns what is in use
// before and behind each of those that are left too.
func live(list []*inst, most register) (left []*inst, before, after []set) {
	for {
		before, after = liveness(list, most)
		kept := list[:0:0]
		for k, i := range list {
			if i.label != "" || i.keep || i.jumps || len(i.defs) == 0 || slices.ContainsFunc(i.defs, after[k].has) {
				kept = append(kept, i)
			}
		}
		if len(kept) == len(list) {
			return list, before, after
		}
		list = kept
	}
}

// liveness is what is in use before and behind every instruction.
func liveness(list []*inst, most register) (before, after []set) {
	words := int(most)/64 + 1
	before, after = make([]set, len(list)+1), make([]set, len(list))
	labels := map[string]int{}
	for k, i := range list {
		after[k], before[k] = make(set, words), make(set, words)
		if i.label != "" && i.write == nil {
			labels[i.label] = k
		}
	}
	before[len(list)] = make(set, words)
	for changed := true; changed; {
		changed = false
		for k := len(list) - 1; k >= 0; k-- {
			i := list[k]
			if !i.ends {
				copy(after[k], before[k+1])
			}
			if i.jumps {
				for w, b := range before[labels[i.label]] {
					after[k][w] |= b
				}
			}
			now := slices.Clone(after[k])
			for _, r := range i.defs {
				now.remove(r)
			}
			for _, r := range i.uses {
				if r != none {
					now.add(r)
				}
			}
			if !slices.Equal(now, before[k]) {
				before[k], changed = now, true
			}
		}
	}
	return before, after
}

func newGraph(list []*inst, after []set, most register) *graph {
	words := int(most)/64 + 1
	g := &graph{edges: make([]set, most+1), same: make([]register, most+1), used: make(set, words)}
	for r := range g.edges {
		g.edges[r], g.same[r] = make(set, words), register(r)
	}
	for k, i := range list {
		for _, r := range slices.Concat(i.defs, i.uses) {
			if r != none {
				g.used.add(r)
			}
		}
		for n, d := range i.defs {
			meet := func(r register) {
				if r != d && r.vector() == d.vector() && !(i.move && r == i.uses[0]) {
					g.edges[d].add(r)
					g.edges[r].add(d)
				}
			}
			after[k].each(meet)
			for _, other := range i.defs[:n] {
				meet(other)
			}
		}
	}
	return g
}

// coalesce makes one of the two registers of a copy that are not in use at once, unless the
// one has so many neighbours that it may not be coloured.
//
// Briggs, Cooper and Torczon, Improvements to graph coloring register allocation, TOPLAS 1994.
func (g *graph) coalesce(list []*inst) {
	for changed := true; changed; {
		changed = false
		for _, i := range list {
			if !i.move {
				continue
			}
			a, b := g.find(i.defs[0]), g.find(i.uses[0])
			if a == b || g.edges[a].has(b) {
				continue
			}
			both := slices.Clone(g.edges[a])
			for w, e := range g.edges[b] {
				both[w] |= e
			}
			many := 0
			both.each(func(r register) {
				if g.degree(r) >= vectors {
					many++
				}
			})
			if many >= vectors {
				continue
			}
			g.edges[b].each(func(r register) {
				g.edges[r].remove(b)
				g.edges[r].add(a)
			})
			g.edges[a], g.same[b], changed = both, a, true
			g.used.remove(b)
		}
	}
}

func (g *graph) degree(r register) int {
	n := 0
	for _, w := range g.edges[r] {
		n += bits.OnesCount64(w)
	}
	return n
}

// colour takes registers with fewer neighbours than there are colours out of the graph, as one
// is left for them whatever the others get, and then those with the most, in hope; and puts them
// back in the reverse order.
func (g *graph) colour() (map[register]register, error) {
	degree := map[register]int{}
	var left []register
	g.used.each(func(r register) {
		left = append(left, r)
		degree[r] = g.degree(r)
	})
	colours := func(r register) int {
		if r.vector() {
			return vectors
		}
		return len(generals)
	}
	var order []register
	for len(left) > 0 {
		best := 0
		for k, r := range left {
			if degree[r] < colours(r) {
				best = k
				break
			}
			if degree[r] > degree[left[best]] {
				best = k
			}
		}
		r := left[best]
		left = slices.Delete(left, best, best+1)
		order = append(order, r)
		g.edges[r].each(func(n register) { degree[n]-- })
	}
	given := map[register]register{}
	for _, r := range slices.Backward(order) {
		var taken uint64
		g.edges[r].each(func(n register) {
			if c, ok := given[n]; ok {
				taken |= 1 << c
			}
		})
		c := register(none)
		if r.vector() {
			if free := bits.TrailingZeros64(^taken); free < vectors {
				c = register(free)
			}
		} else {
			for _, n := range generals {
				if taken>>n&1 == 0 {
					c = n
					break
				}
			}
		}
		if c == none {
			return nil, errTooFew
		}
		given[r] = c
	}
	return given, nil
}
