package data

import (
	"slices"

	"latentspace/data/keyed"
)

// Subset returns some examples of a data set, by their indices, as a data set of its own.
// It is [Labeled] and [Factored] where the set is.
func Subset(ds Dataset, index []int) Dataset {
	s := subset{ds, index}
	labels, labeled := ds.(Labeled)
	factors, factored := ds.(Factored)
	switch {
	case labeled && factored:
		return struct {
			labeledSubset
			factoredSubset
		}{labeledSubset{s, labels}, factoredSubset{factors, index}}
	case labeled:
		return labeledSubset{s, labels}
	case factored:
		return struct {
			subset
			factoredSubset
		}{s, factoredSubset{factors, index}}
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

// Shape implements [Dataset].
func (s subset) Shape() []int { return s.ds.Shape() }

// Read implements [Dataset].
func (s subset) Read(i int, dst []float32) error {
	if err := checkIndex(i, len(s.index)); err != nil {
		return err
	}
	return s.ds.Read(s.index[i], dst)
}

// labeledSubset is a subset with labels.
type labeledSubset struct {
	subset
	labels Labeled
}

// Label implements [Labeled].
func (s labeledSubset) Label(i int) int { return s.labels.Label(s.index[i]) }

// Classes implements [Labeled].
func (s labeledSubset) Classes() []string { return s.labels.Classes() }

// factoredSubset is what a subset with factors has beside.
type factoredSubset struct {
	factors Factored
	index   []int
}

// FactorNames implements [Factored].
func (f factoredSubset) FactorNames() []string { return f.factors.FactorNames() }

// Cardinality implements [Factored].
func (f factoredSubset) Cardinality() []int { return f.factors.Cardinality() }

// Factors implements [Factored].
func (f factoredSubset) Factors(i int, dst []float64) { f.factors.Factors(f.index[i], dst) }
