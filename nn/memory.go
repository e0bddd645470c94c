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
	deaths := make([][]int, 0)       // at each step
	for i, l := range lives {
		if l.dies == forever {
			continue
		}
		for len(deaths) <= l.dies {
			deaths = append(deaths, nil)
		}
		deaths[l.dies] = append(deaths[l.dies], i)
	}
	var free spares
	now := 0
	for i, l := range lives {
		var dead []int
		for ; now < min(l.born, len(deaths)); now++ {
			dead = append(dead, deaths[now]...)
		}
		slices.Sort(dead)
		for _, j := range dead {
			if !gone[j] {
				gone[j] = true
				free.put(slots[j], sizes[slots[j]])
			}
		}
		slots[i] = -1
		for _, j := range l.over {
			if !gone[j] && lives[j].dies == l.born && lives[j].size == l.size {
				gone[j], slots[i] = true, slots[j]
				break
			}
		}
		if slots[i] >= 0 {
			continue
		}
		slot, ok := free.take(l.size)
		if !ok {
			slot = len(sizes)
			sizes = append(sizes, 0)
		}
		slots[i] = slot
		sizes[slot] = max(sizes[slot], l.size)
	}
	return slots, sizes
}

// spares are the free slots, by their sizes, and those of one size in the order in which
// they became free.
type spares struct {
	sizes []int // rising
	slots map[int][]int
}

func (s *spares) put(slot, size int) {
	at, ok := slices.BinarySearch(s.sizes, size)
	if !ok {
		s.sizes = slices.Insert(s.sizes, at, size)
		if s.slots == nil {
			s.slots = map[int][]int{}
		}
	}
	s.slots[size] = append(s.slots[size], slot)
}

// take removes the smallest slot that need fits into, or else the largest, which is to
// grow.
func (s *spares) take(need int) (slot int, ok bool) {
	if len(s.sizes) == 0 {
		return 0, false
	}
	at, _ := slices.BinarySearch(s.sizes, need)
	at = min(at, len(s.sizes)-1)
	size := s.sizes[at]
	slot = s.slots[size][0]
	if s.slots[size] = s.slots[size][1:]; len(s.slots[size]) == 0 {
		s.sizes = slices.Delete(s.sizes, at, at+1)
	}
	return slot, true
}

// Memory is slots for the values of programs that run one after another.
type Memory struct{ slots [][]float32 }

// take returns slots of at least the sizes, each one another: the smallest that
// there are and fit, and new ones.
func (m *Memory) take(sizes []int) [][]float32 {
	if m == nil {
		m = &Memory{}
	}
	var free spares
	for j, s := range m.slots {
		free.put(j, len(s))
	}
	out := make([][]float32, len(sizes))
	largestFirst := make([]int, len(sizes))
	for i := range largestFirst {
		largestFirst[i] = i
	}
	slices.SortStableFunc(largestFirst, func(i, j int) int { return sizes[j] - sizes[i] })
	for _, i := range largestFirst {
		if free.largest() >= sizes[i] {
			slot, _ := free.take(sizes[i])
			out[i] = m.slots[slot]
			continue
		}
		out[i] = make([]float32, sizes[i])
		m.slots = append(m.slots, out[i])
	}
	return out
}

// largest is the size of the largest slot, −1 if there is none.
func (s *spares) largest() int {
	if len(s.sizes) == 0 {
		return -1
	}
	return s.sizes[len(s.sizes)-1]
}
