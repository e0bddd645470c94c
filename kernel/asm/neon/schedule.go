package neon

import (
	"math"
	"slices"
)

// schedule orders the instructions of each stretch without labels and jumps by when their results
// are needed, so that chains that do not depend on each other, such as those of the two halves of a
// register, run side by side.
//
// As many parts as together says may mix, of which one begins skew cycles behind the one before:
// fewer parts, and later ones, take fewer registers.
//
// A load may come before a store that the program has first, of other elements: loops over
// arrays trust that a result does not begin within an operand. It stays behind a store to the
// same place.
func schedule(list []*inst, together, skew int) []*inst {
	var out []*inst
	for begin := 0; begin < len(list); {
		end, fences := begin, 0
		for end < len(list) && movable(list[end]) && fences < together {
			if list[end].fence {
				fences++
			}
			end++
		}
		out = append(out, sorted(list[begin:end], skew)...)
		if end < len(list) && !movable(list[end]) {
			out = append(out, list[end])
			end++
		}
		begin = end
	}
	return merge(out)
}

// nearby is how many instructions may lie between two uses of a constant that is loaded once.
const nearby = 24

// merge loads a constant once for uses that are near each other.
func merge(list []*inst) []*inst {
	defined := map[register]int{}
	for _, i := range list {
		for _, d := range i.defs {
			defined[d]++
		}
	}
	type loaded struct {
		to register
		at int
	}
	last, same := map[int]loaded{}, map[register]register{}
	var out []*inst
	for k, i := range list {
		if i.label != "" {
			clear(last)
		}
		if i.constant && defined[i.defs[0]] == 1 {
			if before, ok := last[i.offset]; ok && k-before.at < nearby {
				same[i.defs[0]] = before.to
				last[i.offset] = loaded{before.to, k}
				continue
			}
			last[i.offset] = loaded{i.defs[0], k}
		}
		c := *i
		c.defs, c.uses = slices.Clone(i.defs), slices.Clone(i.uses)
		for n, u := range c.uses {
			if r, ok := same[u]; ok {
				c.uses[n] = r
			}
		}
		out = append(out, &c)
	}
	return out
}

// movable reports whether an instruction may change its place among others.
func movable(i *inst) bool {
	return i.label == "" && !i.jumps && !i.ends && (!i.keep || i.stores || i.fence)
}

// latency is about how many cycles pass until a result is there.
func (i *inst) latency() int {
	switch {
	case i.move:
		return 0
	case len(i.uses) > 0 && len(i.defs) > 0 && i.defs[0].vector() && i.uses[0].vector():
		return 4
	case len(i.defs) > 0 && i.defs[0].vector():
		return 5 // a load
	}
	return 1
}

func sorted(block []*inst, skew int) []*inst {
	starts := late(block, early(block, skew))
	order := make([]int, len(block))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return starts[a] - starts[b] })
	out := make([]*inst, len(block))
	for n, k := range order {
		out[n] = block[k]
	}
	return out
}

// early is when the operands of each instruction are there at the earliest, and a register may get
// another value as the one before is no longer needed.
func early(block []*inst, skew int) []int {
	starts := make([]int, len(block))
	written, read := map[register]int{}, map[register]int{} // when a register has its value, and when it was last used
	stored, begin := 0, 0
	for k, i := range block {
		if i.fence {
			begin += skew
		}
		starts[k] = begin
		for _, u := range i.uses {
			starts[k] = max(starts[k], written[u])
		}
		for _, d := range i.defs {
			starts[k] = max(starts[k], read[d], written[d])
		}
		if i.stores {
			starts[k] = max(starts[k], stored)
			stored = starts[k]
		}
		for _, u := range i.uses {
			read[u] = max(read[u], starts[k])
		}
		for _, d := range i.defs {
			written[d] = starts[k] + i.latency()
		}
	}
	return starts
}

// late is when each instruction has to start for those that need its result, or its register, to
// start as early as they may. What nothing needs keeps its start. Values are in use for a shorter
// time than if all came early. That the order is right rests on late alone: early is an estimate.
func late(block []*inst, starts []int) []int {
	const never = math.MaxInt
	latest := make([]int, len(block))
	needed, given := map[register]int{}, map[register]int{} // when a value is needed first, and when the register gets another
	stored, places := never, map[string]int{}
	until := func(times map[register]int, r register) int {
		if t, ok := times[r]; ok {
			return t
		}
		return never
	}
	for k, i := range slices.Backward(block) {
		t := never
		for _, d := range i.defs {
			if n := until(needed, d); n != never {
				t = min(t, n-i.latency())
			}
			t = min(t, until(given, d))
		}
		for _, u := range i.uses {
			t = min(t, until(given, u))
		}
		if i.stores {
			t = min(t, stored)
			if p, ok := places[i.place]; ok {
				t = min(t, p)
			}
		}
		if len(i.defs) == 0 || t == never {
			t = min(t, starts[k])
		}
		latest[k] = t
		if i.stores {
			stored = t
			delete(places, i.place)
		} else if i.place != "" {
			if p, ok := places[i.place]; !ok || t < p {
				places[i.place] = t
			}
		}
		for _, d := range i.defs {
			given[d] = t
			delete(needed, d)
		}
		for _, u := range i.uses {
			needed[u] = min(until(needed, u), t)
		}
	}
	return latest
}
