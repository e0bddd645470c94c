package nn

import (
	"math"
	"slices"
)

// life is the time for which a value needs memory.
type life struct {
	size       int
	born, dies int   // the steps that make it and that read it last, forever for an output
	over       []int // lives whose memory it may take over, if they die as it is born
}

const forever = math.MaxInt

// share gives lives, in the order in which they are born, slots of memory that
// two have in common only if one takes over from the other or dies before the
// other is born. It returns the slot of each and the sizes of the slots.
func share(lives []life) (slots, sizes []int) {
	slots = make([]int, len(lives))
	gone := make([]bool, len(lives)) // the slot is free or taken over
	var free []int
	for i, l := range lives {
		for j := range lives[:i] {
			if !gone[j] && lives[j].dies < l.born {
				gone[j] = true
				free = append(free, slots[j])
			}
		}
		slots[i] = -1
		for _, j := range l.over {
			if !gone[j] && lives[j].dies == l.born && lives[j].size == l.size {
				gone[j], slots[i] = true, slots[j]
				break
			}
		}
		if slots[i] < 0 {
			slots[i] = take(&sizes, &free, l.size)
		}
	}
	return slots, sizes
}

// take removes from free the smallest slot that size fits into, or else the
// largest, which grows; without any it adds a new one.
func take(sizes, free *[]int, size int) int {
	best := -1
	for j, f := range *free {
		if best < 0 || better((*sizes)[f], (*sizes)[(*free)[best]], size) {
			best = j
		}
	}
	if best < 0 {
		*sizes = append(*sizes, size)
		return len(*sizes) - 1
	}
	slot := (*free)[best]
	*free = append((*free)[:best], (*free)[best+1:]...)
	(*sizes)[slot] = max((*sizes)[slot], size)
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

// Memory is slots for the values of programs that run one after another.
type Memory struct{ slots [][]float32 }

// take returns slots of at least the sizes, each one another: the smallest that
// there are and fit, and new ones.
func (m *Memory) take(sizes []int) [][]float32 {
	if m == nil {
		m = &Memory{}
	}
	out := make([][]float32, len(sizes))
	taken := make([]bool, len(m.slots), len(m.slots)+len(sizes))
	largestFirst := make([]int, len(sizes))
	for i := range largestFirst {
		largestFirst[i] = i
	}
	slices.SortStableFunc(largestFirst, func(i, j int) int { return sizes[j] - sizes[i] })
	for _, i := range largestFirst {
		best := -1
		for j, s := range m.slots {
			if !taken[j] && len(s) >= sizes[i] && (best < 0 || len(s) < len(m.slots[best])) {
				best = j
			}
		}
		if best < 0 {
			best = len(m.slots)
			m.slots, taken = append(m.slots, make([]float32, sizes[i])), append(taken, false)
		}
		taken[best], out[i] = true, m.slots[best]
	}
	return out
}
