package neon

import (
	"errors"
	"slices"
)

// hoist allocates registers for a function, of which as many constants as find a register are
// loaded once, where it begins: those that it loads most often. AVX2 takes constants from memory
// in the instructions that use them, with registers half as many; NEON has an instruction of its
// own for each load. What is left is scheduled, if it may be and there are registers enough.
func hoist(list []*inst, table register, scheduled bool) ([]*inst, error) {
	most := largest(list)
	if loops(list) == 0 {
		return allocate(list)
	}
	list, _, _ = live(list, most)
	often := map[int]int{}
	for _, i := range list {
		if i.constant {
			often[i.offset]++
		}
	}
	var offsets []int
	for offset := range often {
		offsets = append(offsets, offset)
	}
	slices.SortFunc(offsets, func(a, b int) int {
		if often[a] != often[b] {
			return often[b] - often[a]
		}
		return a - b
	})
	for _, o := range orders {
		best := list
		if o.together > 0 {
			if !scheduled {
				continue
			}
			best = schedule(list, o.together, o.skew)
		}
		for n := min(len(offsets), vectors); n >= 0; n-- {
			out, err := allocate(hoisted(best, table, offsets[:n], most))
			if !errors.Is(err, errTooFew) {
				return out, err
			}
		}
	}
	return nil, errTooFew
}

// orders are tried one after the other, as long as registers do not suffice: how many parts of a
// loop may mix, and by how many cycles they are apart. The last is the program's own order.
var orders = []struct{ together, skew int }{{4, 0}, {4, 10}, {4, 20}, {2, 0}, {2, 10}, {2, 20}, {2, 40}, {2, 80}, {2, 120}, {2, 160}, {2, 200}, {1, 0}, {}}

// loops is how many jumps go back.
func loops(list []*inst) int {
	n, seen := 0, map[string]bool{}
	for _, i := range list {
		if i.label != "" && i.write == nil {
			seen[i.label] = true
		} else if i.jumps && seen[i.label] {
			n++
		}
	}
	return n
}

// hoisted is a copy of a list that loads the constants at some offsets first. A register that
// only ever is a constant is replaced by that; others are copied from it.
func hoisted(list []*inst, table register, offsets []int, most register) []*inst {
	held := map[int]register{}
	next := most + 2 - most&1
	var first []*inst
	for _, o := range offsets {
		held[o] = next
		first = append(first, load(next, table, o, 16))
		next += 2
	}
	defined, same := map[register]int{}, map[register]register{}
	for _, i := range list {
		for _, d := range i.defs {
			defined[d]++
		}
	}
	for _, i := range list {
		if r, ok := held[i.offset]; i.constant && ok && defined[i.defs[0]] == 1 {
			same[i.defs[0]] = r
		}
	}
	var out []*inst
	for k, i := range list {
		r, ok := held[i.offset]
		switch ok = ok && i.constant; {
		case ok && same[i.defs[0]] == r:
			continue
		case ok:
			out = append(out, move(i.defs[0], r))
			continue
		}
		c := *i
		c.defs, c.uses = slices.Clone(i.defs), slices.Clone(i.uses)
		for n, u := range c.uses {
			if r, ok := same[u]; ok {
				c.uses[n] = r
			}
		}
		out = append(out, &c)
		if k == 0 { // behind the address of the table
			out = append(out, first...)
		}
	}
	return out
}
