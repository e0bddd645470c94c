package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"

	"latentspace/internal/safejson"
	"latentspace/kernel"
	"latentspace/latent/nearest"
	"latentspace/latent/tsne"
	"latentspace/latent/umap"
	"latentspace/tensor"
)

// many is a map of many points.
type many struct {
	name, what string
	place      func(ctx context.Context, x *tensor.Tensor) (mapped, error)
}

// mapped is a map, and what is known about it.
type mapped struct {
	points     *tensor.Tensor
	kl, recall float64
	neighbours int
}

// manyMaps are those that -maps names. The first is what there was before the clustered search: exact
// neighbours and the schedule of fewer points.
var manyMaps = []many{
	{"exact", "t-SNE, exact neighbours, 1,000 iterations", manyByTSNE(asBefore)},
	{"perplexity", "t-SNE, perplexity 30", manyByTSNE(func(int) tsne.Options { return tsne.Options{Search: nearest.Clustered} })},
	{"uniform", "t-SNE, 15 uniform neighbours", manyByTSNE(func(int) tsne.Options { return tsne.Options{Search: nearest.Clustered, Uniform: 15} })},
	{"umap", "UMAP", manyByUMAP(2)},
	{"space", "UMAP in space", manyByUMAP(3)},
}

// mapNames are the names of manyMaps.
func mapNames() []string {
	var names []string
	for _, m := range manyMaps {
		names = append(names, m.name)
	}
	return names
}

func asBefore(n int) tsne.Options {
	early := 250
	return tsne.Options{Search: nearest.Exact, Iterations: 1000, Early: &early, Rate: max(float64(n)/12, 200), Momentum: 0.8}
}

func manyByTSNE(options func(n int) tsne.Options) func(ctx context.Context, x *tensor.Tensor) (mapped, error) {
	return func(ctx context.Context, x *tensor.Tensor) (mapped, error) {
		o := options(x.Shape[0])
		e, err := tsne.Embed(ctx, x, o)
		if err != nil {
			return mapped{}, err
		}
		m := mapped{points: e.Points, kl: e.KL, recall: e.Recall, neighbours: o.Uniform}
		if m.neighbours == 0 {
			m.neighbours = 91
		}
		return m, nil
	}
}

func manyByUMAP(dims int) func(ctx context.Context, x *tensor.Tensor) (mapped, error) {
	return func(ctx context.Context, x *tensor.Tensor) (mapped, error) {
		m, err := umap.Fit(ctx, x, umap.Options{Dims: dims})
		if err != nil {
			return mapped{}, err
		}
		return mapped{points: m.Points}, nil
	}
}

// manyFigures are those of a map, as its process prints them.
type manyFigures struct {
	Seconds    float64 `json:"seconds"`
	Pairs      float64 `json:"seconds_of_pairs,omitempty"` // of Z over all pairs, on top
	PeakMB     float64 `json:"peak_mb"`
	KL         float64 `json:"kl,omitempty"`
	Recall     float64 `json:"recall,omitempty"`
	Neighbours int     `json:"neighbours,omitempty"`
	Trust      float64 `json:"trustworthiness"`
	TrustError float64 `json:"trustworthiness_error"`
}

// clusters measures maps of n points of a hundred clusters in 50 dimensions, each in a process of its
// own, so that its memory is its own, and prints a table. Of one map alone it prints the figures as JSON,
// from this process.
func clusters(n int, list string) error {
	var chosen []many
	for name := range strings.SplitSeq(list, ",") {
		at := slices.Index(mapNames(), name)
		if at < 0 {
			return fmt.Errorf("-maps %s: no map %q, want some of %s, divided by commas", list, name, strings.Join(mapNames(), ", "))
		}
		chosen = append(chosen, manyMaps[at])
	}
	if len(chosen) == 1 {
		figures, err := chosen[0].run(n)
		if err != nil {
			return err
		}
		return safejson.WriteLine(os.Stdout, figures)
	}
	fmt.Printf("%s, %d processors, %s, kernels %s\n\n", cpu(), runtime.GOMAXPROCS(0), runtime.Version(), kernel.Path())
	fmt.Printf("| %d points of a hundred clusters, 50 dimensions | time | exact neighbours take | peak memory | KL | recall of neighbours | trustworthiness |\n|---|---|---|---|---|---|---|\n", n)
	before := 0.0
	for _, m := range chosen {
		figures, err := m.child(n)
		if err != nil {
			return err
		}
		if m.name == "exact" {
			before = figures.Seconds + figures.Pairs
		}
		fmt.Println(figures.row(m, before))
	}
	fmt.Println()
	return nil
}

// row is a line of the table. The time of exact neighbours has that of the divergence over all pairs,
// which the program had then.
func (f manyFigures) row(m many, before float64) string {
	or := func(there bool, text string) string {
		if !there {
			return "–"
		}
		return text
	}
	took := f.Seconds + f.Pairs
	return fmt.Sprintf("| %s | %s s | %s | %.0f MB | %s | %s | %.4f ± %.4f |", m.what, figure(took),
		or(before > 0, fmt.Sprintf("%.1f times as long", before/took)), f.PeakMB,
		or(f.KL > 0, fmt.Sprintf("%.3f", f.KL)), or(f.Recall > 0, fmt.Sprintf("%.4f of %d", f.Recall, f.Neighbours)), f.Trust, f.TrustError)
}

// run measures a map in this process. The trustworthiness is of 2,000 points, with 12 neighbours.
func (m many) run(n int) (manyFigures, error) {
	ctx, x := context.Background(), hundredClusters(n)
	forgetPeak()
	start := time.Now()
	y, err := m.place(ctx, x)
	if err != nil {
		return manyFigures{}, err
	}
	f := manyFigures{Seconds: time.Since(start).Seconds(), PeakMB: ownPeakMB(), KL: y.kl, Recall: y.recall, Neighbours: y.neighbours}
	if m.name == "exact" && n > nearest.ExactPoints {
		start := time.Now()
		allPairs(y.points)
		f.Pairs = time.Since(start).Seconds()
	}
	f.Trust, f.TrustError, err = tsne.SampledTrustworthiness(ctx, x, y.points, 12, 2000)
	return f, err
}

// child measures a map in a process of its own.
func (m many) child(n int) (manyFigures, error) {
	var f manyFigures
	self, err := os.Executable()
	if err != nil {
		return f, err
	}
	fmt.Fprintf(os.Stderr, "%s: begins at %s\n", m.what, time.Now().Format(time.TimeOnly))
	cmd := exec.Command(self, "-only", "clusters", "-points", fmt.Sprint(n), "-maps", m.name)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return f, fmt.Errorf("%s: %w\n%s", m.what, err, &stderr)
	}
	return f, json.Unmarshal(out, &f)
}

// allPairs is Σ 1/(1 + |y[i] − y[j]|²) over pairs of points of the plane, which the divergence of many
// points was summed over before it was that of the mesh.
func allPairs(p *tensor.Tensor) float64 {
	const grain = 16
	n := p.Shape[0]
	x, y := make([]float32, n), make([]float32, n)
	for i := range n {
		x[i], y[i] = p.Data[2*i], p.Data[2*i+1]
	}
	parts := make([]float64, (n+grain-1)/grain)
	kernel.For(n, grain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			z, _, _ := kernel.Repel2(x[i+1:], y[i+1:], float64(x[i]), float64(y[i]))
			parts[lo/grain] += z
		}
	})
	sum := 0.0
	for _, v := range parts {
		sum += v
	}
	return 2 * sum
}

// hundredClusters is n points of a hundred normal distributions in 10 dimensions, which differ in width
// and in how many points they have, and of which some overlap; a network with random weights has sent
// them to 50 dimensions, and some noise is added.
func hundredClusters(n int) *tensor.Tensor {
	const modes, dims, columns, noise = 100, 10, 50, 0.02
	key := func(name string) kernel.Key { return kernel.Seed(1, "clusters."+name) }
	normal := func(size int, name string) []float32 {
		x := make([]float32, size)
		kernel.Normal(x, key(name))
		return x
	}
	centres, widths, shares := normal(modes*dims, "centres"), normal(modes, "widths"), normal(modes, "shares")
	ends, all := make([]float64, modes), 0.0
	for c, v := range shares {
		all += math.Exp(0.7 * float64(v))
		ends[c] = all
		widths[c] = float32(math.Exp(0.3 * float64(widths[c])))
	}
	z, which := normal(n*dims, "points"), key("which")
	for i := range n {
		c := min(modes-1, below(ends, all*float64(which.Uniform(i))))
		for j := range dims {
			z[i*dims+j] = float32(2*centres[c*dims+j]) + float32(widths[c]*z[i*dims+j])
		}
	}
	first, second := normal(dims*columns, "first"), normal(columns*columns, "second")
	kernel.Scale(first, first, 0.2)
	kernel.Scale(second, second, 0.2)
	h, x := make([]float32, n*columns), tensor.New(n, columns)
	kernel.MatMul(h, z, first, n, columns, dims, false, false, false)
	kernel.Tanh(h, h)
	kernel.MatMul(x.Data, h, second, n, columns, columns, false, false, false)
	kernel.Normal(h, key("noise"))
	kernel.AddScaled(x.Data, x.Data, h, noise)
	return x
}

// below is how many of rising numbers are at most v.
func below(rising []float64, v float64) int {
	at, found := slices.BinarySearch(rising, v)
	if found {
		at++
	}
	return at
}
