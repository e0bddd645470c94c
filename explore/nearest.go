package explore

import (
	"context"
	"fmt"

	"latentspace/data"
	"latentspace/experiments"
	"latentspace/metrics"
	"latentspace/training"
)

// Nearest finds, for N examples of the split or of files, the most similar examples of another
// split: those with the nearest codes, by Euclidean distance. The search is exact. Codes are not
// whitened: dimensions that say next to nothing would count as much as those that say most.
type Nearest struct {
	Options
	Among string // the split that is searched
	K     int    // how many are found for each
}

// NearestResult is what [Nearest] finds.
type NearestResult struct {
	Rows   Rows // each example with its neighbours after it, the nearest first
	Report NearestReport
}

// NearestReport is what [Nearest] reports.
type NearestReport struct {
	Split    string       `json:"split,omitempty"` // of the examples; none for files
	Among    string       `json:"among"`           // the split that is searched
	Searched int          `json:"searched"`        // examples of it
	Dim      int          `json:"dim"`             // of the codes
	Found    []Neighbours `json:"found"`
}

// Neighbours are the examples that are most similar to one.
type Neighbours struct {
	Index     int       `json:"index"` // of the example
	Name      string    `json:"name"`
	Nearest   []int     `json:"nearest"`       // indices in the split that is searched
	Names     []string  `json:"nearest_names"` // of their files, or the indices
	Distances []float64 `json:"distances"`
}

func (r NearestReport) String() string {
	s := fmt.Sprintf("the nearest of %d examples of the %s split, by Euclidean distance between codes of %d dimensions\n", r.Searched, r.Among, r.Dim)
	for _, f := range r.Found[:min(len(r.Found), mostOddest)] {
		s += "  " + f.Name + ":"
		for k := range f.Nearest[:min(len(f.Nearest), 8)] {
			s += fmt.Sprintf(" %s (%.3g)", f.Names[k], f.Distances[k])
		}
		s += "\n"
	}
	return s
}

// Run searches.
func (o Nearest) Run(ctx context.Context, m *training.Trained) (NearestResult, error) {
	if err := o.check(); err != nil {
		return NearestResult{}, err
	}
	if err := OneOf("-among", o.Among, data.SplitNames); err != nil {
		return NearestResult{}, err
	}
	if o.K < 1 || o.K > 1000 {
		return NearestResult{}, experiments.Usagef("-k %d, want it from 1 to 1000", o.K)
	}
	if err := checkHeld(o.N*(o.K+1), m.Shape); err != nil {
		return NearestResult{}, err
	}
	all, where, err := o.source(ctx, m)
	if err != nil {
		return NearestResult{}, err
	}
	n, err := o.take(all.Len(), where)
	if err != nil {
		return NearestResult{}, err
	}
	among, err := m.Split(ctx, o.Among)
	if err != nil {
		return NearestResult{}, err
	}
	own := o.from() == o.Among
	most := among.Len()
	if own {
		most-- // none is its own neighbour
	}
	if o.K > most {
		return NearestResult{}, experiments.Usagef("-k %d among the %d other examples of the %s split, want at most as many", o.K, most, o.Among)
	}
	some := o.some(all, n)
	near, dim, err := o.search(ctx, m, some, among, own)
	if err != nil {
		return NearestResult{}, err
	}
	r := NearestResult{Rows: Rows{Schema: m.Schema}, Report: NearestReport{Split: o.from(), Among: o.Among, Searched: among.Len(), Dim: dim}}
	for i := range n {
		found := Neighbours{Index: some.index[i], Name: NameOf(some, i)}
		for c := i * near.K; len(found.Nearest) < o.K; c++ {
			if own && near.IDs[c] == found.Index {
				continue
			}
			found.Nearest = append(found.Nearest, near.IDs[c])
			found.Names = append(found.Names, NameOf(among, near.IDs[c]))
			found.Distances = append(found.Distances, near.Distances[c])
		}
		first, err := m.Values(some, i, 1)
		if err != nil {
			return NearestResult{}, err
		}
		others, err := m.Values(data.Subset(among, found.Nearest), 0, o.K)
		if err != nil {
			return NearestResult{}, err
		}
		r.Rows.Examples = append(r.Rows.Examples, joined(first, others))
		r.Rows.Names = append(r.Rows.Names, found.Name)
		r.Report.Found = append(r.Report.Found, found)
	}
	return r, checkFigures(r.Report)
}

// search finds the neighbours, one more of each example if it is in the split that is searched, and
// returns how many dimensions codes have.
func (o Nearest) search(ctx context.Context, m *training.Trained, some part, among data.Dataset, own bool) (*metrics.Neighbours, int, error) {
	codes, err := o.space(ctx, m, "codes", o.some(among, among.Len()))
	if err != nil {
		return nil, 0, err
	}
	base, err := codes.all(ctx)
	if err != nil {
		return nil, 0, err
	}
	of, err := o.space(ctx, m, "codes", some)
	if err != nil {
		return nil, 0, err
	}
	x, err := of.all(ctx)
	if err != nil {
		return nil, 0, err
	}
	k := o.K
	if own {
		k++
	}
	near, err := metrics.Nearest(ctx, x, base, k, false)
	return near, codes.dim, err
}
