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

// line is the number of values that a cache line has. What has memory of its own begins with one.
const line = 16

// place is where a value has its memory: in which piece, from which value of it on.
type place struct{ piece, at int }

// block is the memory of lives of which each takes over from the one before, and the time for which
// they need it.
type block struct {
	size       int // in whole lines
	born, dies int
	place
}

// share places lives, which are in the order in which they are born, in pieces of memory of some sizes
// and in one more, so that two have memory in common only if one takes over from the other or dies
// before the other is born. It returns their places and the size of the piece that is added, 0 for
// none.
//
// The largest block is placed first, each as far in front as it has room. Finding the least memory is
// a problem as hard as any in NP; this comes within a few percent of what the fullest step needs.
//
// Pisarchyk and Lee, Efficient Memory Management for Deep Neural Net Inference, 2020: greedy by size.
func share(lives []life, pieces ...int) (places []place, more int) {
	blocks, of := blocksOf(lives)
	order := make([]int, len(blocks))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return blocks[j].size - blocks[i].size })
	placed := make([][]*block, len(pieces)+1) // in each piece, by their places
	for _, i := range order {
		b := &blocks[i]
		for b.piece = range placed {
			room := math.MaxInt
			if b.piece < len(pieces) {
				room = pieces[b.piece]
			}
			var ok bool
			if b.at, ok = b.room(placed[b.piece], room); ok {
				break
			}
		}
		here := placed[b.piece]
		k, _ := slices.BinarySearchFunc(here, b.at, func(other *block, at int) int { return other.at - at })
		placed[b.piece] = slices.Insert(here, k, b)
		if b.piece == len(pieces) {
			more = max(more, b.at+b.size)
		}
	}
	places = make([]place, len(lives))
	for i := range lives {
		places[i] = blocks[of[i]].place
	}
	return places, more
}

// blocksOf joins lives that take over from each other. It returns the blocks and which one each life
// is in.
func blocksOf(lives []life) (blocks []block, of []int) {
	of = make([]int, len(lives))
	taken := make([]bool, len(lives))
	for i, l := range lives {
		of[i] = -1
		for _, j := range l.over {
			if !taken[j] && lives[j].dies == l.born && lives[j].size == l.size {
				taken[j], of[i] = true, of[j]
				blocks[of[i]].dies = l.dies
				break
			}
		}
		if of[i] < 0 {
			of[i] = len(blocks)
			blocks = append(blocks, block{size: (l.size + line - 1) / line * line, born: l.born, dies: l.dies})
		}
	}
	return blocks, of
}

// room is the first place in a piece of memory where a block meets none of those that are placed there
// and needed at the same time.
func (b *block) room(placed []*block, size int) (at int, ok bool) {
	for _, other := range placed {
		if other.dies < b.born || b.dies < other.born {
			continue
		}
		if other.at-at >= b.size {
			break
		}
		at = max(at, other.at+other.size)
	}
	return at, size-at >= b.size
}

// Memory is pieces of memory for the values of programs that run one after another.
type Memory struct{ pieces [][]float32 }

// take returns memory for lives that are in the order in which they are born.
func (m *Memory) take(lives []life) [][]float32 {
	if m == nil {
		m = &Memory{}
	}
	sizes := make([]int, len(m.pieces))
	for i, p := range m.pieces {
		sizes[i] = len(p)
	}
	places, more := share(lives, sizes...)
	if more > 0 {
		m.pieces = append(m.pieces, make([]float32, more))
	}
	out := make([][]float32, len(lives))
	for i, p := range places {
		out[i] = m.pieces[p.piece][p.at:][:lives[i].size:lives[i].size]
	}
	return out
}
