package tables

import (
	"math"
	"slices"

	"latentspace/tensor"
)

// Space makes vectors of rows, in which a column counts as much as another: a number is its rank
// among those of the table that the space was made from, from 0 to 1, a word a vector that is 1
// away from every other word. A missing number is in the middle, and 1 away by a value of its own
// if some are missing; a missing word is as far from every word.
type Space struct {
	sorted [][]float64 // the numbers of each column, nil for words
	gaps   []bool
	words  []int
	width  int
}

// mostWords is how many words of a column have a place of their own; the rest share one.
const mostWords = 64

// NewSpace returns the space of a table.
func NewSpace(t Table) Space {
	s := Space{sorted: make([][]float64, len(t)), gaps: make([]bool, len(t)), words: make([]int, len(t))}
	for k, c := range t {
		s.gaps[k] = slices.ContainsFunc(c.Values, math.IsNaN)
		if c.Words > 0 {
			s.words[k] = min(c.Words, mostWords)
			s.width += s.words[k]
			continue
		}
		s.sorted[k] = known(c.Values)
		slices.Sort(s.sorted[k])
		s.width += 2
	}
	return s
}

// Vectors are the rows of a table of the same columns, but for a column without, −1 for none.
func (s Space) Vectors(t Table, without int) *tensor.Tensor {
	x := tensor.New(t.Len(), s.width)
	at := 0
	for k, c := range t {
		for i, v := range c.Values {
			to := x.Data[i*s.width+at:]
			switch {
			case k == without:
			case s.words[k] > 0:
				if !math.IsNaN(v) {
					to[min(int(v), s.words[k]-1)] = math.Sqrt2 / 2
				}
			case math.IsNaN(v):
				to[0], to[1] = 0.5, 1
			default:
				to[0] = float32(s.rank(k, v))
			}
		}
		if at += 2; s.words[k] > 0 {
			at += s.words[k] - 2
		}
	}
	return x
}

// rank is the share of the numbers of a column below v, half of those that equal it.
func (s Space) rank(k int, v float64) float64 {
	all := s.sorted[k]
	if len(all) == 0 {
		return 0.5
	}
	lo, _ := slices.BinarySearch(all, v)
	hi, _ := slices.BinarySearch(all, math.Nextafter(v, math.Inf(1)))
	return float64(lo+hi) / 2 / float64(len(all))
}
