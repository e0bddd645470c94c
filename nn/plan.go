package nn

import (
	"math"
	"slices"

	G "gorgonia.org/gorgonia"

	"latentspace/nn/ops"
)

// storage is memory that holds the value of a node, and of the views of it, from
// the step that computes it to the last that reads it.
type storage struct {
	size    int
	fixed   []float32 // memory of its own: a parameter's, an input's
	lastUse int       // index of a step, or forever
	slot    int       // of the shared memory, if not fixed
	freed   bool      // the slot has gone to another storage, or is free
}

const forever = math.MaxInt

// plan gives every node its memory: views have their input's, elementwise
// operations take over that of an input that nobody reads later, and the rest
// share slots among nodes whose lifetimes do not meet. fixed returns the memory
// of nodes that are no operations; the roots keep theirs to the end.
func plan(order, roots []*G.Node, fixed func(*G.Node) []float32) map[*G.Node][]float32 {
	where := lifetimes(order, roots, fixed)
	slots := assign(order, where)

	memory := make([][]float32, len(slots))
	for i, size := range slots {
		memory[i] = make([]float32, size)
	}
	buffers := make(map[*G.Node][]float32, len(order))
	for _, n := range order {
		s := where[n]
		if s.fixed != nil {
			buffers[n] = s.fixed
		} else {
			buffers[n] = memory[s.slot][:s.size]
		}
	}
	return buffers
}

func lifetimes(order, roots []*G.Node, fixed func(*G.Node) []float32) map[*G.Node]*storage {
	where := make(map[*G.Node]*storage, len(order))
	for i, n := range order {
		op, ok := n.Op().(*ops.Op)
		if !ok {
			buf := fixed(n)
			where[n] = &storage{size: len(buf), fixed: buf, lastUse: forever}
			continue
		}
		for _, in := range op.Inputs() {
			if s := where[in]; s.lastUse != forever {
				s.lastUse = i
			}
		}
		if isView(op) {
			where[n] = where[op.Inputs()[0]]
		} else {
			where[n] = &storage{size: size(n), lastUse: i}
		}
	}
	for _, n := range roots {
		where[n].lastUse = forever
	}
	return where
}

// assign gives each storage that is not fixed its slot and returns the slots'
// sizes.
func assign(order []*G.Node, where map[*G.Node]*storage) []int {
	var slots, free []int
	for i, n := range order {
		op, ok := n.Op().(*ops.Op)
		if !ok || isView(op) {
			continue
		}
		s := where[n]
		s.slot = -1
		_, elementwise := op.Def.(ops.Elementwise)
		var dying []int // slots of inputs that end here: free for the next step
		for _, in := range op.Inputs() {
			t := where[in]
			if t.fixed != nil || t.lastUse != i || t.freed {
				continue
			}
			t.freed = true
			if elementwise && s.slot < 0 && t.size == s.size {
				s.slot = t.slot
			} else {
				dying = append(dying, t.slot)
			}
		}
		if s.slot < 0 {
			s.slot = take(&slots, &free, s.size)
		}
		free = append(free, dying...)
		if s.lastUse == i { // nobody reads it
			s.freed = true
			free = append(free, s.slot)
		}
	}
	return slots
}

// take removes from free the smallest slot that size fits into, or else the
// largest, which grows; without any it adds a new one.
func take(slots, free *[]int, size int) int {
	best := -1
	for j, f := range *free {
		if best < 0 || better((*slots)[f], (*slots)[(*free)[best]], size) {
			best = j
		}
	}
	if best < 0 {
		*slots = append(*slots, size)
		return len(*slots) - 1
	}
	slot := (*free)[best]
	*free = slices.Delete(*free, best, best+1)
	(*slots)[slot] = max((*slots)[slot], size)
	return slot
}

// better reports whether a slot of a elements suits a need better than one of b.
func better(a, b, need int) bool {
	if (a >= need) != (b >= need) {
		return a >= need
	}
	if a >= need {
		return a < b
	}
	return a > b
}

func isView(op *ops.Op) bool {
	_, ok := op.Def.(ops.View)
	return ok
}

// size returns the number of elements of a node.
func size(n *G.Node) int { return max(1, n.Shape().TotalSize()) }
