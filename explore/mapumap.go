package explore

import (
	"context"
	"fmt"
	"strconv"

	"latentspace/experiments"
	"latentspace/explore/mapfile"
	"latentspace/latent/umap"
	"latentspace/tensor"
)

// UMAP is the options of a map by UMAP; what is nil or empty has its default.
type UMAP struct {
	Neighbours *int     // how many examples are the neighbourhood of one, itself among them; 15, or fewer for few examples. Of t-SNE: the others, of uniform affinities
	MinDist    *float64 // how near to each other examples may lie; a tenth of the spread
	Spread     *float64 // the scale of the map; 1
	Mix        *float64 // 1 for pairs that one of the two is a neighbour of the other, 0 for both; 1
	Epochs     *int     // 500, or 200 for more than 10,000 examples
	Negative   *float64 // how strongly examples repel each other; 5
	Start      string   // pca or random, of t-SNE pca or a file with a map of the same examples; pca
	Dims       *int     // of the map, 2 or 3; 2
}

// UMAPReport is what a map by UMAP was made with.
type UMAPReport struct {
	Neighbours int     `json:"neighbours"`
	MinDist    float64 `json:"min_dist"`
	Spread     float64 `json:"spread"`
	Epochs     int     `json:"epochs"`
	Dims       int     `json:"dims"`
}

func (r *UMAPReport) String() string {
	return fmt.Sprintf("%d neighbours, least distance %g, spread %g", r.Neighbours, r.MinDist, r.Spread)
}

// options tells which are given.
func (o UMAP) options() []mapOption {
	return []mapOption{
		{"neighbours", "umap tsne", o.Neighbours != nil}, {"min-dist", "umap", o.MinDist != nil}, {"spread", "umap", o.Spread != nil},
		{"mix", "umap", o.Mix != nil}, {"epochs", "umap", o.Epochs != nil}, {"negative", "umap", o.Negative != nil},
		{"start", "umap tsne", o.Start != ""}, {"dims", "umap", o.Dims != nil},
	}
}

// umapOptions are those for n rows, checked.
func (o Map) umapOptions(n int) (umap.Options, error) {
	u := o.UMAP
	fit := umap.Options{Neighbours: or(u.Neighbours, 15), Spread: or(u.Spread, 1), Epochs: or(u.Epochs, umap.Epochs(n)), Mix: u.Mix, Negative: u.Negative, Dims: or(u.Dims, 2), Seed: o.Seed}
	least := or(u.MinDist, 0.1*fit.Spread)
	fit.MinDist = &least
	if n < 4 {
		return fit, fmt.Errorf("explore: UMAP of %d examples, want at least 4", n)
	}
	if u.Neighbours == nil && fit.Neighbours > n {
		fit.Neighbours = n
		o.Tell("-neighbours is %d, all that there are", n)
	}
	if u.Start != "" {
		if err := OneOf("-start", u.Start, []string{"pca", "random"}); err != nil {
			return fit, err
		}
		fit.Random = u.Start == "random"
	}
	for _, err := range []error{
		within("neighbours", float64(fit.Neighbours), 2, float64(n)), within("epochs", float64(fit.Epochs), 1, 1_000_000),
		within("spread", fit.Spread, 1e-6, 1e6), within("min-dist", least, 0, fit.Spread),
		within("dims", float64(fit.Dims), 2, 3), within("mix", or(u.Mix, 1), 0, 1), within("negative", or(u.Negative, 5), 0, 1000),
	} {
		if err != nil {
			return fit, err
		}
	}
	return fit, nil
}

func or[T any](v *T, otherwise T) T {
	if v == nil {
		return otherwise
	}
	return *v
}

// umap places the rows of a space by UMAP.
func (o Map) umap(ctx context.Context, s, news space, r *MapResult) error {
	fit, err := o.umapOptions(s.Len())
	if err != nil {
		return err
	}
	r.Report.UMAPReport = &UMAPReport{fit.Neighbours, *fit.MinDist, fit.Spread, fit.Epochs, fit.Dims}
	x, narrowed, err := o.narrow(ctx, s, &r.Report)
	if err != nil {
		return err
	}
	p := o.progress("UMAP", fit.Epochs)
	defer p.Close()
	fit.Progress = func(epoch int) { p.At(epoch, "") }
	m, err := umap.Fit(ctx, x, fit)
	if err != nil {
		return err
	}
	r.Points = m.Points
	r.kept = &mapfile.Map{Method: "umap", Rows: x, Places: m.Places(), Narrow: narrowed, Options: mapfile.Options{
		Seed: fit.Seed, Neighbours: fit.Neighbours, MinDist: *fit.MinDist, Spread: fit.Spread, Negative: fit.Negative,
	}}
	if r.New != nil {
		place := func(x *tensor.Tensor) (*tensor.Tensor, error) { return m.Transform(ctx, x) }
		if r.New.Points, err = placeRows(ctx, news, narrowed, place); err != nil {
			return err
		}
	}
	return r.Report.trust(ctx, x, m.Points)
}

// within reports a value of an option that is out of range.
func within(name string, v, low, high float64) error {
	if v >= low && v <= high {
		return nil
	}
	plain := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	return experiments.Usagef("-%s %g, want it from %s to %s", name, v, plain(low), plain(high))
}
