package tsne

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"latentspace/kernel"
	"latentspace/latent/maptest"
	"latentspace/latent/nearest"
	"latentspace/tensor"
)

func clusters(n, d, count int) *tensor.Tensor { return maptest.Clusters(n, d, count, 6) }

func embed(t *testing.T, x *tensor.Tensor, o Options) *Embedding {
	t.Helper()
	e, err := Embed(context.Background(), x, o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestThreeClustersStayThree(t *testing.T) {
	for _, o := range []Options{
		{Perplexity: 10},
		{Perplexity: 10, Dims: 3},
		{Perplexity: 10, Iterations: 300, Seed: 5},
		{Uniform: 15},
	} {
		const n = 150
		e := embed(t, clusters(n, 8, 3), o)
		dims := e.Points.Shape[1]
		for i := range n {
			nearest, at := math.Inf(1), -1
			for j := range n {
				d := kernel.SquaredDistance(e.Points.Data[i*dims:(i+1)*dims], e.Points.Data[j*dims:(j+1)*dims])
				if j != i && d < nearest {
					nearest, at = d, j
				}
			}
			if at%3 != i%3 {
				t.Errorf("%+v: the neighbour of point %d of cluster %d is %d of cluster %d", o, i, i%3, at, at%3)
			}
		}
		// Had each cluster its third of the affinities and no structure, the divergence
		// were that of 30 neighbours from 49, ln(49/30) = 0.49, and that of the tails.
		if !(e.KL > 0 && e.KL < 0.9) {
			t.Errorf("%+v: divergence %v, want one between 0 and 0.9", o, e.KL)
		}
	}
}

func TestProgressEndsWithTheDivergence(t *testing.T) {
	var at []int
	var last float64
	e := embed(t, clusters(120, 5, 3), Options{Perplexity: 10, Iterations: 620, Progress: func(i int, kl float64) { at, last = append(at, i), kl }})
	if want := "[50 100 150 200 250 300 350 400 450 500 550 600 620]"; fmt.Sprint(at) != want {
		t.Errorf("called at %v, want %s", at, want)
	}
	if math.Abs(last-e.KL) > 1e-3 {
		t.Errorf("divergence at last %v, want about %v", last, e.KL)
	}
}

func TestDegenerateDataIsEmbedded(t *testing.T) {
	for name, x := range map[string]*tensor.Tensor{
		"equal points":    tensor.New(50, 3),
		"one column":      clusters(50, 1, 2),
		"few columns":     clusters(50, 2, 2),
		"hardly a number": scaled(clusters(50, 3, 2), 1e-37),
		"a huge number":   scaled(clusters(50, 3, 2), 1e37),
	} {
		for _, dims := range []int{2, 3} {
			e := embed(t, x, Options{Perplexity: 5, Dims: dims, Iterations: 300})
			if kernel.FirstNonFinite(e.Points.Data) >= 0 || !(e.KL >= -1e-9) || math.IsInf(e.KL, 0) {
				t.Errorf("%s in %d dimensions: divergence %v, points %v", name, dims, e.KL, e.Points.Data[:6])
			}
			for axis := range dims {
				low, high := math.Inf(1), math.Inf(-1)
				for i := axis; i < len(e.Points.Data); i += dims {
					low, high = min(low, float64(e.Points.Data[i])), max(high, float64(e.Points.Data[i]))
				}
				if !(high-low > 0.1) {
					t.Errorf("%s: axis %d of %d is %v wide, want the points to spread", name, axis, dims, high-low)
				}
			}
		}
	}
}

func scaled(x *tensor.Tensor, by float32) *tensor.Tensor {
	kernel.Scale(x.Data, x.Data, by)
	return x
}

// A power of two changes no bit of what perplexity makes of distances.
func TestScaleOfTheDataDoesNotMatter(t *testing.T) {
	x := clusters(100, 4, 3)
	o := Options{Perplexity: 8, Iterations: 60}
	a := embed(t, x, o)
	if b := embed(t, scaled(x, 1024), o); !a.Points.Equal(b.Points) {
		t.Errorf("data times 1024 give other points")
	}
}

// checksums embeds data by every way there is to the repulsion.
func checksums(t *testing.T) string {
	var all []string
	for _, c := range []struct {
		n int
		o Options
	}{
		{200, Options{Iterations: 260, Exact: true}},
		{200, Options{Iterations: 60, Dims: 3}},
		{fewPoints + 61, Options{Iterations: 5, Dims: 3}},
		{fewPoints + 61, Options{Iterations: 15}},
	} {
		e := embed(t, clusters(c.n, 7, 5), c.o)
		h := crc32.NewIEEE()
		binary.Write(h, binary.LittleEndian, e.Points.Data)
		binary.Write(h, binary.LittleEndian, e.KL)
		all = append(all, fmt.Sprintf("%08x", h.Sum32()))
	}
	return strings.Join(all, " ")
}

func TestBitsDoNotDependOnProcessorsOrPath(t *testing.T) {
	maptest.SameBits(t, checksums(t), checksums)
}

// A path of instructions that is not here is an error of a map.
func TestAPathThatIsNotHere(t *testing.T) { maptest.NoPath(t, "tsne") }

func TestPrintChecksums(t *testing.T) { maptest.Print(t, checksums) }

func TestAnEndedContextStopsEverything(t *testing.T) {
	x := clusters(fewPoints+200, 4, 3)
	y, _ := tensor.From(x.Data[:2*x.Shape[0]], x.Shape[0], 2)
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Embed(ended, x, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Embed: got %v, want %v", err, context.Canceled)
	}
	if _, err := KL(ended, x, y, 30); !errors.Is(err, context.Canceled) {
		t.Errorf("KL: got %v, want %v", err, context.Canceled)
	}
	if _, err := Trustworthiness(ended, x, y, 5); !errors.Is(err, context.Canceled) {
		t.Errorf("Trustworthiness: got %v, want %v", err, context.Canceled)
	}
	for _, o := range []Options{{}, {Dims: 3}, {Exact: true}} {
		ctx, cancel := context.WithCancel(context.Background())
		calls := 0
		o.Progress = func(int, float64) { calls++; cancel() }
		if _, err := Embed(ctx, x, o); !errors.Is(err, context.Canceled) || calls != 1 {
			t.Errorf("%d dimensions: got %v after %d reports, want %v after 1", o.Dims, err, calls, context.Canceled)
		}
	}
}

func TestErrorsSayWhatIsWrong(t *testing.T) {
	x := clusters(60, 3, 2)
	bad := x.Clone()
	bad.Data[3*7+2] = float32(math.NaN())
	infinite := x.Clone()
	infinite.Data[0] = float32(math.Inf(-1))
	other := tensor.New(60, 5)
	ctx := context.Background()
	embedding := func(x *tensor.Tensor, o Options) func() error {
		return func() error { _, err := Embed(ctx, x, o); return err }
	}
	for _, c := range []struct {
		name string
		run  func() error
		want string
	}{
		{"the perplexity is too large", embedding(x, Options{Perplexity: 21}), "tsne: perplexity 21 of 60 points, want 1 to 20, a third of their number"},
		{"the perplexity is negative", embedding(x, Options{Perplexity: -1}), "tsne: perplexity -1 of 60 points, want 1 to 20, a third of their number"},
		{"the perplexity is no number", embedding(x, Options{Perplexity: math.NaN()}), "tsne: perplexity NaN of 60 points, want 1 to 20, a third of their number"},
		{"a value is no number", embedding(bad, Options{Perplexity: 5}), "tsne: x: row 7, column 2 is NaN, want a finite value"},
		{"a value is infinite", embedding(infinite, Options{Perplexity: 5}), "tsne: x: row 0, column 0 is -Inf, want a finite value"},
		{"there are too few points", embedding(tensor.New(3, 2), Options{Perplexity: 1}), "tsne: 3 points, want at least 4"},
		{"there are no columns", embedding(tensor.New(9, 0), Options{Perplexity: 1}), "tsne: x has shape [9 0], want (points, columns)"},
		{"there are too many axes", embedding(tensor.New(9, 2, 2), Options{Perplexity: 1}), "tsne: x has shape [9 2 2], want (points, columns)"},
		{"the dimension is none of two and three", embedding(x, Options{Dims: 4}), "tsne: embedding in 4 dimensions, want 2 or 3"},
		{"there are no iterations", embedding(x, Options{Iterations: -1}), "tsne: -1 iterations, want at least 1"},
		{"theta is too large", embedding(x, Options{Theta: 1.5}), "tsne: theta 1.5, want 0 to 1"},
		{"exaggeration is negative", embedding(x, Options{Exaggeration: -2}), "tsne: exaggeration -2, want a positive number"},
		{"the embedding has other points", func() error { _, err := KL(ctx, x, tensor.New(61, 2), 5); return err },
			"tsne: y has shape [61 2], want (60, columns) as x has shape [60 3]"},
		{"the embedding has other axes", func() error { _, err := KL(ctx, x, other, 5); return err }, "tsne: y has 5 columns, want 2 or 3"},
		{"the embedding has a value that is no number", func() error { _, err := KL(ctx, x, bad, 5); return err }, "tsne: y: row 7, column 2 is NaN, want a finite value"},
		{"the perplexity of an evaluation is too large", func() error { _, err := KL(ctx, x, x, 30); return err }, "tsne: perplexity 30 of 60 points, want 1 to 20, a third of their number"},
		{"trust in too many neighbours", func() error { _, err := Trustworthiness(ctx, x, other, 30); return err },
			"tsne: trustworthiness of 30 neighbours among 60 points, want at least 1 and fewer than half"},
		{"trust in no neighbours", func() error { _, err := Trustworthiness(ctx, x, other, 0); return err },
			"tsne: trustworthiness of 0 neighbours among 60 points, want at least 1 and fewer than half"},
		{"trust of one point", func() error { _, _, err := SampledTrustworthiness(ctx, x, other, 5, 1); return err },
			"tsne: trustworthiness of a sample of 1 points, want at least 2"},
		{"trust in other points", func() error { _, err := Trustworthiness(ctx, x, tensor.New(5), 1); return err },
			"tsne: y has shape [5], want (60, columns) as x has shape [60 3]"},
		{"trust of a value that is no number", func() error { _, err := Trustworthiness(ctx, bad, other, 1); return err },
			"tsne: x: row 7, column 2 is NaN, want a finite value"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := c.run(); err == nil || err.Error() != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

// In all cells the clustered search finds the exact neighbours, and their order does not show.
func TestNeighboursOfCells(t *testing.T) {
	x := clusters(1500, 6, 3)
	exact := embed(t, x, Options{Perplexity: 10, Iterations: 300, Exact: true})
	cells := embed(t, x, Options{Perplexity: 10, Iterations: 300, Exact: true, Search: nearest.Clustered, Probes: 1000})
	if exact.Recall != 1 || cells.Recall != 1 || math.Abs(exact.KL-cells.KL) > 0.01 {
		t.Errorf("divergence %v and recall %v, want %v and 1", cells.KL, cells.Recall, exact.KL)
	}
	few := embed(t, x, Options{Perplexity: 10, Search: nearest.Clustered, Probes: 1})
	if few.Recall > 0.99 || few.KL > exact.KL+1 {
		t.Errorf("one cell: recall %v, divergence %v", few.Recall, few.KL)
	}
}

func TestUniformAffinitiesAreThoseOfTheGraph(t *testing.T) {
	x := clusters(300, 6, 3)
	o := Options{Uniform: 4, Search: nearest.Exact}
	_, near, err := o.fit(context.Background(), x, &Embedding{})
	if err != nil {
		t.Fatal(err)
	}
	want := make(map[[2]int]float64)
	for e, id := range near.IDs {
		i, j := e/4, int(id)
		want[[2]int{i, j}] += 1.0 / 4 / 600
		want[[2]int{j, i}] += 1.0 / 4 / 600
	}
	p, err := newAffinities(context.Background(), near, 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.values) != len(want) {
		t.Errorf("%d entries, want %d", len(p.values), len(want))
	}
	for i := range 300 {
		columns, values := p.row(i)
		for e, j := range columns {
			if w := want[[2]int{i, int(j)}]; math.Abs(float64(values[e])-w) > 1e-9 {
				t.Errorf("p[%d,%d] is %v, want %v", i, j, values[e], w)
			}
		}
	}
}

// By default nothing is exaggerated after 250 iterations, at a rate of n/12.
func TestScheduleIsThatOfItsOptions(t *testing.T) {
	x := clusters(400, 5, 3)
	early := 250
	plain := embed(t, x, Options{Perplexity: 10, Iterations: 400})
	same := embed(t, x, Options{Perplexity: 10, Iterations: 400, Early: &early, Late: 1, Rate: 200, Momentum: 0.8, Exaggeration: 12})
	if !slices.Equal(plain.Points.Data, same.Points.Data) {
		t.Error("the defaults, given, make another map")
	}
	for name, o := range map[string]Options{"late exaggeration": {Late: 4}, "rate": {Rate: 100}, "momentum": {Momentum: 0.5}, "early iterations": {Early: new(int)}} {
		o.Perplexity, o.Iterations = 10, 400
		if other := embed(t, x, o); slices.Equal(plain.Points.Data, other.Points.Data) {
			t.Errorf("%s has no effect", name)
		}
	}
	if late := embed(t, x, Options{Perplexity: 10, Iterations: 400, Late: 4}); !(span(late.Points) < span(plain.Points)) {
		t.Errorf("late exaggeration: span %v, want less than %v", span(late.Points), span(plain.Points))
	}
}

func span(y *tensor.Tensor) float32 { return slices.Max(y.Data) - slices.Min(y.Data) }

func TestDescentGoesOnFromAStart(t *testing.T) {
	x := clusters(600, 5, 3)
	for name, o := range map[string]Options{"exact": {}, "in cells": {Search: nearest.Clustered}} {
		o.Perplexity = 10
		first := embed(t, x, o)
		o.Start, o.Early, o.Iterations = first.Points, new(int), 50
		next := embed(t, x, o)
		if next.KL > first.KL {
			t.Errorf("%s: divergence %v after %v", name, next.KL, first.KL)
		}
		moved := 0.0
		for i, v := range next.Points.Data {
			moved += math.Abs(float64(v - first.Points.Data[i]))
		}
		if moved /= float64(len(next.Points.Data)); moved > 2 {
			t.Errorf("%s: points moved by %v", name, moved)
		}
		// With early iterations the start is scaled: a map and a larger copy are one start.
		o.Early, o.Iterations = nil, 300
		small := embed(t, x, o)
		twice := tensor.New(600, 2)
		kernel.Scale(twice.Data, first.Points.Data, 2)
		o.Start = twice
		if large := embed(t, x, o); !slices.Equal(small.Points.Data, large.Points.Data) {
			t.Errorf("%s: the scale of a start shows", name)
		}
	}
}

func TestMapOfManyPointsHasTheSameBits(t *testing.T) {
	x := clusters(3000, 6, 20)
	var want []float32
	for _, workers := range []int{1, 2, 4} {
		before := runtime.GOMAXPROCS(workers)
		e := embed(t, x, Options{Perplexity: 10, Iterations: 300, Search: nearest.Clustered})
		runtime.GOMAXPROCS(before)
		if want == nil {
			want = e.Points.Data
		}
		if !slices.Equal(e.Points.Data, want) {
			t.Errorf("%d workers: another map", workers)
		}
	}
	hash := sha256.New()
	if err := binary.Write(hash, binary.LittleEndian, want); err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprintf("%.12x", hash.Sum(nil)), "a20853f696a7c45b1aaaba52"; got != want {
		t.Errorf("got %s, want %s, on every path of instructions", got, want)
	}
}

func TestOptionsOutOfRange(t *testing.T) {
	x, early := clusters(60, 3, 2), -1
	far := tensor.New(60, 2)
	far.Data[3] = 1e30
	nan := tensor.New(60, 2)
	nan.Data[3] = float32(math.NaN())
	for want, o := range map[string]Options{
		"-1 early iterations, want at least 0":                      {Early: &early},
		"late exaggeration -2, want a positive number":              {Late: -2},
		"momentum 1, want 0 to less than 1":                         {Momentum: 1},
		"rate NaN, want a positive number":                          {Rate: math.NaN()},
		"60 neighbours of 60 points, want 1 to 59":                  {Uniform: 60},
		"a start of shape [5 2], want [60 2]":                       {Start: tensor.New(5, 2)},
		"start: row 1, column 1 is NaN, want a finite value":        {Start: nan},
		"the divergence is not finite (+Inf): points lie too far":   {Start: far, Early: new(int), Iterations: 1},
		"search 7 with 0 probes, want a search from 0 to 2":         {Search: 7},
		"perplexity 25 of 60 points, want 1 to 20, a third of them": {Perplexity: 25},
	} {
		if o.Perplexity == 0 {
			o.Perplexity = 5
		}
		want, _, _ := strings.Cut(want, " of them")
		if _, err := Embed(context.Background(), x, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestMemoryIsToldBeforeItIsTaken(t *testing.T) {
	o := Options{Perplexity: 5, Memory: 1_000_000, Iterations: 1}
	_, err := Embed(context.Background(), clusters(2000, 3, 2), o)
	if want := "2000 points with 16 neighbours each take about 0.0 GB, and 0.0 GB are free"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %q", err, want)
	}
	if got := Memory(1_000_000, 91); got < 3e9 || got > 4e9 {
		t.Errorf("a million points of 91 neighbours take %d bytes, measured 3.6e9", got)
	}
}
