package division

import (
	"cmp"
	"slices"

	"latentspace/data/keyed"
)

// Holdout says how a part is taken out of a file, such as the validation set out of the
// training file of MNIST.
type Holdout struct {
	// Split is drawn or last: a part that is drawn by the seed, with each class in the
	// proportion of the whole, or the last examples of the file. Empty is drawn.
	Split string `yaml:"split"`
	Seed  uint64 `yaml:"seed"` // of a part that is drawn
}

// The values of [Holdout.Split].
const (
	Drawn = "drawn"
	Last  = "last"
)

// Check reports options outside their ranges.
func (h Holdout) Check(report func(key, format string, args ...any)) {
	if h.Split != "" && h.Split != Drawn && h.Split != Last {
		report("split", "%q, want drawn or last", h.Split)
	}
}

// Take divides examples into those that stay and n that are taken out, both in the order
// of the file. Index has the examples by their places in the file, labels their classes or
// nil for none.
func (h Holdout) Take(purpose string, index []int, labels []byte, n int) (stay, taken []int) {
	if h.Split == Last {
		return index[:len(index)-n], index[len(index)-n:]
	}
	return h.Draw(purpose, index, labels, n)
}

// Draw takes out examples by numbers that are functions of (seed, purpose, place): of each
// class those with the lowest. How many a class gives follows its share, by the largest
// remainders, and no class gives its last example while others have more.
func (h Holdout) Draw(purpose string, index []int, labels []byte, n int) (stay, taken []int) {
	return h.DrawOf(purpose, index, 256, func(i int) int {
		if labels == nil {
			return 0
		}
		return int(labels[i])
	}, n)
}

// DrawOf is [Holdout.Draw] of any number of classes.
func (h Holdout) DrawOf(purpose string, index []int, count int, class func(i int) int, n int) (stay, taken []int) {
	rank := make(map[int]uint64, len(index))
	classes := make([][]int, count)
	for _, i := range index {
		d := keyed.New(h.Seed, purpose, uint64(i))
		rank[i] = d.Uint64()
		classes[class(i)] = append(classes[class(i)], i)
	}
	counts := make([]int, len(classes))
	for c, members := range classes {
		counts[c] = len(members)
	}
	for c, k := range shares(counts, n) {
		members := classes[c]
		slices.SortFunc(members, func(i, j int) int { return cmp.Or(cmp.Compare(rank[i], rank[j]), cmp.Compare(i, j)) })
		taken, stay = append(taken, members[:k]...), append(stay, members[k:]...)
	}
	slices.Sort(taken)
	slices.Sort(stay)
	return stay, taken
}

// shares divides n, at most the sum of the counts, in their proportion: each gets the
// whole part of n·count/sum, and the rest goes to the largest remainders, first to those
// that would keep one.
func shares(counts []int, n int) []int {
	sum := 0
	for _, c := range counts {
		sum += c
	}
	given, order := make([]int, len(counts)), make([]int, len(counts))
	rest := n
	for k, c := range counts {
		order[k] = k
		if sum > 0 {
			given[k] = n * c / sum
		}
		rest -= given[k]
	}
	remainder := func(k int) int { return n*counts[k] - given[k]*sum }
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(remainder(b), remainder(a)) })
	for _, keep := range []int{1, 0} {
		for moved := true; moved && rest > 0; {
			moved = false
			for _, k := range order {
				if rest > 0 && given[k] < counts[k]-keep {
					given[k]++
					rest--
					moved = true
				}
			}
		}
	}
	return given
}
