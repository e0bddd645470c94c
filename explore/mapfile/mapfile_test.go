package mapfile

import (
	"context"
	"slices"
	"strings"
	"testing"

	"latentspace/checkpoints"
	"latentspace/latent"
	"latentspace/latent/maptest"
	"latentspace/tensor"
)

func TestAFileHasTheMap(t *testing.T) {
	x, negative := maptest.Clusters(60, 4, 3, 4), 3.0
	narrow, err := latent.FitPCA(context.Background(), latent.Matrix{X: maptest.Clusters(60, 9, 3, 4)}, 9, 4)
	if err != nil {
		t.Fatal(err)
	}
	m := &Map{
		Method: "umap", Rows: x, Places: maptest.Clusters(60, 2, 3, 4), Narrow: narrow,
		Options: Options{Seed: 7, Neighbours: 9, MinDist: 0.2, Spread: 2, Negative: &negative},
	}
	c, err := m.Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	got, err := Of(c)
	if err != nil {
		t.Fatal(err)
	}
	if got.Method != "umap" || got.Dim() != 9 || *got.Options.Negative != 3 || got.Options.Neighbours != 9 || !slices.Equal(got.Narrow.Components, narrow.Components) {
		t.Errorf("got %+v", got)
	}
	if method := Method(&checkpoints.Checkpoint{}); method != "pca" {
		t.Errorf("a file without a method is by %s, want pca", method)
	}
}

func TestFilesThatFitNoMap(t *testing.T) {
	x, y := maptest.Clusters(60, 4, 3, 4), maptest.Clusters(60, 2, 3, 4)
	file := func(change func(c *checkpoints.Checkpoint)) *checkpoints.Checkpoint {
		m := &Map{Method: "umap", Rows: x, Places: y, Options: Options{Neighbours: 5, Spread: 1}}
		c, err := m.Checkpoint()
		if err != nil {
			t.Fatal(err)
		}
		change(c)
		return c
	}
	for want, change := range map[string]func(c *checkpoints.Checkpoint){
		`a map by "som", want one by tsne or umap`: func(c *checkpoints.Checkpoint) { c.Meta[methodKey] = "som" },
		"no tensor rows of two axes":               func(c *checkpoints.Checkpoint) { delete(c.Tensors, rowsName) },
		"no tensor places of two axes":             func(c *checkpoints.Checkpoint) { c.Tensors[placesName] = tensor.New(60) },
		`mapfile: the options "5": json: cannot`:   func(c *checkpoints.Checkpoint) { c.Meta[optionsKey] = "5" },
		"mapfile: no options, want those of a map": func(c *checkpoints.Checkpoint) { delete(c.Meta, optionsKey) },
		`"null": no seed, want those of a map by umap: seed, neighbours, spread, min_dist, negative`: func(c *checkpoints.Checkpoint) { c.Meta[optionsKey] = "null" },
		`: key "spread": twice`: func(c *checkpoints.Checkpoint) {
			c.Meta[optionsKey] = `{"seed": 1, "neighbours": 5, "spread": 1, "spread": 2}`
		},
		`an option "speed", want those of a map by umap`: func(c *checkpoints.Checkpoint) {
			c.Meta[optionsKey] = `{"seed": 1, "neighbours": 5, "spread": 1, "speed": 2}`
		},
		"neighbours is null, want those": func(c *checkpoints.Checkpoint) {
			c.Meta[optionsKey] = `{"seed": 1, "neighbours": null, "spread": 1}`
		},
		"no neighbours, want those of a map by umap": func(c *checkpoints.Checkpoint) { c.Meta[optionsKey] = `{"seed": 1, "spread": 1}` },
		"0 neighbours and spread 1, which": func(c *checkpoints.Checkpoint) {
			c.Meta[optionsKey] = `{"seed": 1, "neighbours": 0, "spread": 1}`
		},
		`an option "neighbours", want those of a map by tsne: seed, search, probes`: func(c *checkpoints.Checkpoint) { c.Meta[methodKey] = "tsne" },
		"umap: places of shape [5 2] for points of":                                 func(c *checkpoints.Checkpoint) { c.Tensors[placesName] = tensor.New(5, 2) },
		"a map of 4 dimensions, want 2 or 3":                                        func(c *checkpoints.Checkpoint) { c.Tensors[placesName] = x },
		"900 neighbours of 60 points":                                               func(c *checkpoints.Checkpoint) { c.Meta[optionsKey] = `{"seed": 1, "neighbours": 900, "spread": 1}` },
		"latent: pca":                                                               func(c *checkpoints.Checkpoint) { c.Tensors[narrowed+"mean"] = tensor.New(9) },
		"places of shape [5 2] for points of shape [60 4], want [60 2]": func(c *checkpoints.Checkpoint) {
			c.Meta[methodKey], c.Meta[optionsKey], c.Tensors[placesName] = "tsne", `{"seed": 1}`, tensor.New(5, 2)
		},
	} {
		m, err := Of(file(change))
		if err == nil {
			var place func(x *tensor.Tensor) (*tensor.Tensor, error)
			if place, err = m.Ready(context.Background()); err == nil {
				_, err = place(x)
			}
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
