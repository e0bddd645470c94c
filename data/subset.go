package data

import (
	"slices"

	"latentspace/data/keyed"
	"latentspace/example"
)

// Subset returns some examples of a data set, by their indices, as a data set of its own.
// It is [Described] where the set is.
func Subset(ds Dataset, index []int) Dataset {
	s := subset{ds, index}
	if known, ok := ds.(Described); ok {
		return describedSubset{s, known}
	}
	return s
}

// Some returns the indices of at most most of n examples, rising: all of them, or else a
// random part that is a function of the seed and of what it is for. So it stands for all,
// in whatever order they come.
func Some(n, most int, seed uint64, purpose string) []int {
	order := make([]int, n)
	if most >= n {
		for i := range order {
			order[i] = i
		}
		return order
	}
	d := keyed.New(seed, "some."+purpose)
	d.Permute(order)
	part := slices.Clone(order[:max(0, most)])
	slices.Sort(part)
	return part
}

type subset struct {
	ds    Dataset
	index []int
}

// Len implements [Dataset].
func (s subset) Len() int { return len(s.index) }

// Schema implements [Dataset].
func (s subset) Schema() example.Schema { return s.ds.Schema() }

// Read implements [Dataset].
func (s subset) Read(i int, dst []float32) error {
	if err := checkIndex(i, len(s.index)); err != nil {
		return err
	}
	return s.ds.Read(s.index[i], dst)
}

// describedSubset is a subset of which more is known.
type describedSubset struct {
	subset
	known Described
}

// About implements [Described].
func (s describedSubset) About() example.Schema { return s.known.About() }

func (s describedSubset) readExact(i int, dst []float64) error {
	if err := checkIndex(i, len(s.index)); err != nil {
		return err
	}
	return readExact(s.known, s.index[i], dst)
}

// ReadAbout implements [Described].
func (s describedSubset) ReadAbout(i int, dst []float32) error {
	if err := checkIndex(i, len(s.index)); err != nil {
		return err
	}
	return s.known.ReadAbout(s.index[i], dst)
}
