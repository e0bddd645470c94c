package evaluation

import (
	"latentspace/data"
	"latentspace/kernel"
)

// view is a data set in another order, its pixels drawn where training draws them: what is
// measured on some examples is measured on a random part, and on what the model is for. A
// view is [data.Labeled] and [data.Factored] where the set is.
type view struct {
	ds    data.Dataset
	order []int
	o     data.ReadOptions
}

// viewOf returns a data set in an order that is a function of the key.
func viewOf(ds data.Dataset, key kernel.Key, o data.ReadOptions) data.Dataset {
	v := view{ds, make([]int, ds.Len()), o}
	kernel.Permute(v.order, key)
	labels, labelled := ds.(data.Labeled)
	factors, factored := ds.(data.Factored)
	switch {
	case labelled && factored:
		return struct {
			labelledView
			factoredPart
		}{labelledView{v, labels}, factoredPart{v, factors}}
	case labelled:
		return labelledView{v, labels}
	case factored:
		return struct {
			view
			factoredPart
		}{v, factoredPart{v, factors}}
	}
	return v
}

// Len implements [data.Dataset].
func (v view) Len() int { return len(v.order) }

// Shape implements [data.Dataset].
func (v view) Shape() []int { return v.ds.Shape() }

// Read implements [data.Dataset].
func (v view) Read(i int, dst []float32) error {
	at := v.order[i]
	return data.ReadBatch(v.ds, at, at+1, dst, v.o)
}

// original is the number that example i has in the data set itself.
func (v view) original(i int) int { return v.order[i] }

// labelledView is the view of a set with labels.
type labelledView struct {
	view
	labels data.Labeled
}

// Label implements [data.Labeled].
func (v labelledView) Label(i int) int { return v.labels.Label(v.order[i]) }

// Classes implements [data.Labeled].
func (v labelledView) Classes() []string { return v.labels.Classes() }

// factoredPart is what a view of a set with factors has beside.
type factoredPart struct {
	of      view
	factors data.Factored
}

// FactorNames implements [data.Factored].
func (f factoredPart) FactorNames() []string { return f.factors.FactorNames() }

// Cardinality implements [data.Factored].
func (f factoredPart) Cardinality() []int { return f.factors.Cardinality() }

// Factors implements [data.Factored].
func (f factoredPart) Factors(i int, dst []float64) { f.factors.Factors(f.of.order[i], dst) }
