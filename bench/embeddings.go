package main

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"

	"latentspace/data"
	"latentspace/latent/nearest"
	"latentspace/latent/tsne"
	"latentspace/latent/umap"
	"latentspace/tensor"
)

// mnistPictures is how many pictures MNIST has, which the maps beside openTSNE and umap-learn are of.
const mnistPictures = 70_000

// layout is a way to make a map, and that of a peer.
type layout struct {
	what           string
	module, method string // the peer, and how peer.py calls its map
	place          func(ctx context.Context, x *tensor.Tensor) (*tensor.Tensor, error)
	measures       []measure
}

// layouts has those of n points. t-SNE has the options by which it reaches the
// divergence of the defaults sooner: see docs/LATENT.md.
func layouts(n int) []layout {
	return []layout{
		{fmt.Sprintf("t-SNE of %d points, perplexity 30", n), "openTSNE", "tsne", byTSNE(quick(n, 0)), []measure{divergence, trust}},
		{fmt.Sprintf("t-SNE of %d points, 15 uniform neighbours", n), "openTSNE", "uniform", byTSNE(quick(n, 15)), []measure{divergence, trust}},
		{fmt.Sprintf("UMAP of %d points, 15 neighbours", n), "umap", "umap", byUMAP(umap.Options{}), []measure{trust}},
	}
}

// quick is -search clustered -rate n/3 -momentum 0.9 -early 50 -iterations 450, with uniform affinities of
// some neighbours, or with perplexity 30 if they are 0.
func quick(n, uniform int) tsne.Options {
	early := 50
	return tsne.Options{Search: nearest.Clustered, Uniform: uniform, Rate: float64(n / 3), Momentum: 0.9, Early: &early, Iterations: 450}
}

func byTSNE(o tsne.Options) func(ctx context.Context, x *tensor.Tensor) (*tensor.Tensor, error) {
	return func(ctx context.Context, x *tensor.Tensor) (*tensor.Tensor, error) {
		e, err := tsne.Embed(ctx, x, o)
		if err != nil {
			return nil, err
		}
		return e.Points, nil
	}
}

func byUMAP(o umap.Options) func(ctx context.Context, x *tensor.Tensor) (*tensor.Tensor, error) {
	return func(ctx context.Context, x *tensor.Tensor) (*tensor.Tensor, error) {
		m, err := umap.Fit(ctx, x, o)
		if err != nil {
			return nil, err
		}
		return m.Points, nil
	}
}

// embeddings compares maps of MNIST's pictures, by their first 50 principal components, with those of
// openTSNE and umap-learn. One evaluator judges both maps, outside the time that they took.
func (b *bench) embeddings() error {
	ctx := context.Background()
	splits, err := data.MNIST{}.Open(ctx)
	if err != nil {
		return err
	}
	n := mnistPictures
	if b.points > 0 {
		n = b.points
	}
	x, err := reduced(ctx, splits, n)
	if err != nil {
		return err
	}
	if err := writeRaw(filepath.Join(b.dir, pointsFile), x); err != nil {
		return err
	}
	head("maps, MNIST", "openTSNE or umap-learn")
	for _, l := range layouts(n) {
		if err := b.beside(ctx, l, x); err != nil {
			return err
		}
	}
	if err := b.newcomers(ctx, x); err != nil {
		return err
	}
	fmt.Println()
	return nil
}

const (
	pointsFile = "points.f32"
	placedFile = "placed.f32"
)

// beside measures a map and that of its peer in turns.
func (b *bench) beside(ctx context.Context, l layout, x *tensor.Tensor) error {
	var ours, peers []float64
	var y, theirs *tensor.Tensor
	points, placed := filepath.Join(b.dir, pointsFile), filepath.Join(b.dir, placedFile)
	for range b.rounds {
		seconds, err := timed(func() (err error) {
			y, err = l.place(ctx, x)
			return err
		})
		if err != nil {
			return err
		}
		ours = append(ours, seconds)
		if !b.peer.has(l.module) {
			continue
		}
		m, err := b.peer.run(setting{}, "map", l.method, points, placed, fmt.Sprint(x.Shape[0]), fmt.Sprint(runtime.GOMAXPROCS(0)))
		if err != nil {
			return err
		}
		peers = append(peers, m.Seconds)
		if theirs, err = readRaw(placed, x.Shape[0], 2); err != nil {
			return err
		}
	}
	row(l.what, "s", median(ours), median(peers), median(peers)/median(ours))
	return judge(ctx, l.what, x, y, theirs, l.measures...)
}

// newcomers places the last seventh of the points on maps of the others, which no peer does.
func (b *bench) newcomers(ctx context.Context, x *tensor.Tensor) error {
	n, d := x.Shape[0]*6/7, x.Shape[1]
	old := &tensor.Tensor{Shape: []int{n, d}, Data: x.Data[:n*d]}
	added := &tensor.Tensor{Shape: []int{x.Shape[0] - n, d}, Data: x.Data[n*d:]}
	y, err := byTSNE(quick(n, 0))(ctx, old)
	if err != nil {
		return err
	}
	m, err := umap.Fit(ctx, old, umap.Options{})
	if err != nil {
		return err
	}
	for _, way := range []struct {
		name  string
		place func() (*tensor.Tensor, error)
	}{
		{"a t-SNE map", func() (*tensor.Tensor, error) { return tsne.Place(ctx, old, y, added, nearest.Options{}) }},
		{"a UMAP map", func() (*tensor.Tensor, error) { return m.Transform(ctx, added) }},
	} {
		var ours []float64
		for range b.rounds {
			seconds, err := timed(func() error {
				_, err := way.place()
				return err
			})
			if err != nil {
				return err
			}
			ours = append(ours, seconds)
		}
		row(fmt.Sprintf("%d new points on %s of %d", added.Shape[0], way.name, n), "s", median(ours), 0, 0)
	}
	return nil
}

// measure is how good a map y of points x is.
type measure struct {
	name string
	of   func(ctx context.Context, x, y *tensor.Tensor) (float64, error)
}

var (
	divergence = measure{"exact KL at perplexity 30", func(ctx context.Context, x, y *tensor.Tensor) (float64, error) { return tsne.KL(ctx, x, y, 30) }}
	trust      = measure{"trustworthiness", func(ctx context.Context, x, y *tensor.Tensor) (float64, error) {
		return tsne.Trustworthiness(ctx, x, y, 12)
	}}
)

// judge prints measures of maps y and theirs of x.
func judge(ctx context.Context, what string, x, y, theirs *tensor.Tensor, measures ...measure) error {
	for _, m := range measures {
		ours, err := m.of(ctx, x, y)
		if err != nil {
			return err
		}
		if theirs == nil {
			fmt.Printf("| %s, %s | %.4f | – | – |\n", what, m.name, ours)
			continue
		}
		peers, err := m.of(ctx, x, theirs)
		if err != nil {
			return err
		}
		fmt.Printf("| %s, %s | %.4f | %.4f | |\n", what, m.name, ours, peers)
	}
	return nil
}
