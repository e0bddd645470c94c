// Package mapfile keeps maps by t-SNE and UMAP, so that examples can be placed on them later.
package mapfile

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"latentspace/checkpoints"
	"latentspace/internal/safejson"
	"latentspace/internal/untrusted"
	"latentspace/latent"
	"latentspace/latent/nearest"
	"latentspace/latent/tsne"
	"latentspace/latent/umap"
	"latentspace/tensor"
)

// Map is what a file keeps of a map by t-SNE or UMAP.
type Map struct {
	Method  string         // tsne or umap
	Rows    *tensor.Tensor // (n, d) that the map was fitted to
	Places  *tensor.Tensor // (n, dims): of tsne its points, of umap [umap.Map.Places]
	Narrow  *latent.PCA    // by which rows are reduced before they are placed, nil for as they are
	Options Options
}

// Options are those of a method that count for new rows.
type Options struct {
	Seed       uint64         `json:"seed"`
	Search     nearest.Search `json:"search,omitempty"` // of tsne
	Probes     int            `json:"probes,omitempty"`
	Neighbours int            `json:"neighbours,omitempty"` // of umap
	MinDist    float64        `json:"min_dist,omitempty"`
	Spread     float64        `json:"spread,omitempty"`
	Negative   *float64       `json:"negative,omitempty"`
}

// The keys of a file, and the names of its tensors.
const (
	methodKey  = "method"
	optionsKey = "options"
	rowsName   = "rows"
	placesName = "places"
	narrowed   = "narrow."
)

// Method is the method of a file with a map: pca where none is told.
func Method(c *checkpoints.Checkpoint) string {
	if method, ok := c.Meta[methodKey]; ok {
		return method
	}
	return "pca"
}

// Checkpoint is the map as the content of a file, which shares its memory.
func (m *Map) Checkpoint() (*checkpoints.Checkpoint, error) {
	options, err := safejson.Marshal(m.Options)
	if err != nil {
		return nil, fmt.Errorf("mapfile: %w", err)
	}
	c := &checkpoints.Checkpoint{
		Meta:    map[string]string{methodKey: m.Method, optionsKey: string(options)},
		Tensors: map[string]*tensor.Tensor{rowsName: m.Rows, placesName: m.Places},
	}
	if m.Narrow != nil {
		for name, t := range m.Narrow.Tensors() {
			c.Tensors[narrowed+name] = t
		}
	}
	return c, nil
}

// Of is the map of a file. What does not fit together is an error, here or when rows are placed.
func Of(c *checkpoints.Checkpoint) (*Map, error) {
	m := &Map{Method: Method(c), Rows: c.Tensors[rowsName], Places: c.Tensors[placesName]}
	if m.Method != "tsne" && m.Method != "umap" {
		return nil, fmt.Errorf("mapfile: a map by %q, want one by tsne or umap", m.Method)
	}
	for name, t := range map[string]*tensor.Tensor{rowsName: m.Rows, placesName: m.Places} {
		if t == nil || len(t.Shape) != 2 || t.Shape[1] == 0 {
			return nil, fmt.Errorf("mapfile: no tensor %s of two axes, want that of a map", name)
		}
	}
	options, ok := c.Meta[optionsKey]
	if !ok {
		return nil, fmt.Errorf("mapfile: no options, want those of a map by %s", m.Method)
	}
	if err := m.Options.decode(options, m.Method); err != nil {
		return nil, fmt.Errorf("mapfile: the options %.80q: %w, want those of a map by %s: %s", options, err, m.Method, strings.Join(optionsOf(m.Method), ", "))
	}
	reduction := map[string]*tensor.Tensor{}
	for name, t := range c.Tensors {
		if name, ok := strings.CutPrefix(name, narrowed); ok {
			reduction[name] = t
		}
	}
	if len(reduction) == 0 {
		return m, nil
	}
	var err error
	if m.Narrow, err = latent.PCAOf(reduction); err != nil {
		return nil, fmt.Errorf("mapfile: %w", err)
	}
	if k := len(m.Narrow.Variance); k != m.Rows.Shape[1] {
		return nil, fmt.Errorf("mapfile: a reduction to %d components for rows of %d values", k, m.Rows.Shape[1])
	}
	return m, nil
}

// The options that a file of a method has, and those that it may have besides.
var (
	always  = map[string][]string{"tsne": {"seed"}, "umap": {"seed", "neighbours", "spread"}}
	besides = map[string][]string{"tsne": {"search", "probes"}, "umap": {"min_dist", "negative"}}
)

// optionsOf lists the options of a map by a method.
func optionsOf(method string) []string { return slices.Concat(always[method], besides[method]) }

// decode reads the options of a map by a method. One of another is an error, and so is one that is null or
// missing.
func (o *Options) decode(text, method string) error {
	var found map[string]json.RawMessage
	if err := untrusted.DecodeJSON([]byte(text), &found); err != nil {
		return err
	}
	for _, name := range always[method] {
		if _, ok := found[name]; !ok {
			return fmt.Errorf("no %s", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(found)) {
		if !slices.Contains(optionsOf(method), name) {
			return fmt.Errorf("an option %.40q", name)
		}
		if string(found[name]) == "null" {
			return fmt.Errorf("%s is null", name)
		}
	}
	if err := untrusted.DecodeJSON([]byte(text), o); err != nil {
		return err
	}
	if method == "umap" && (o.Neighbours == 0 || o.Spread == 0) {
		return fmt.Errorf("%d neighbours and spread %v, which must be above 0", o.Neighbours, o.Spread)
	}
	return nil
}

// Dim is how many values a row has before it is reduced.
func (m *Map) Dim() int {
	if m.Narrow != nil {
		return len(m.Narrow.Mean)
	}
	return m.Rows.Shape[1]
}

// Ready returns what places rows (m, d) that are reduced already. Those of the map have their places
// there.
func (m *Map) Ready(ctx context.Context) (func(x *tensor.Tensor) (*tensor.Tensor, error), error) {
	o := m.Options
	if m.Method == "tsne" {
		return func(x *tensor.Tensor) (*tensor.Tensor, error) {
			return tsne.Place(ctx, m.Rows, m.Places, x, nearest.Options{Search: o.Search, Probes: o.Probes, Seed: o.Seed})
		}, nil
	}
	fitted, err := umap.Restore(ctx, m.Rows, m.Places, umap.Options{
		Neighbours: o.Neighbours, MinDist: &o.MinDist, Spread: o.Spread, Negative: o.Negative, Seed: o.Seed,
	})
	if err != nil {
		return nil, err
	}
	return func(x *tensor.Tensor) (*tensor.Tensor, error) { return fitted.Transform(ctx, x) }, nil
}
