package umap

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/kernel"
	"latentspace/latent/maptest"
	"latentspace/latent/tsne"
	"latentspace/tensor"
)

func clusters(n, d, count int) *tensor.Tensor { return maptest.Clusters(n, d, count, 6) }

func fit(t *testing.T, x *tensor.Tensor, o Options) *Map {
	t.Helper()
	m, err := Fit(context.Background(), x, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func times(x *tensor.Tensor, by float32) *tensor.Tensor {
	kernel.Scale(x.Data, x.Data, by)
	return x
}

func ptr(v float64) *float64 { return &v }

func TestThreeClustersStayThree(t *testing.T) {
	for _, o := range []Options{{}, {Random: true, Seed: 3}, {MinDist: ptr(0)}, {Spread: 4}, {Epochs: 500}, {Neighbours: 5}, {Dims: 3}, {Dims: 3, Random: true}} {
		const n = 150
		m := fit(t, clusters(n, 8, 3), o)
		dims := m.Points.Shape[1]
		for i := range n {
			nearest, at := math.Inf(1), -1
			for j := range n {
				d := kernel.SquaredDistance(m.Points.Data[i*dims:(i+1)*dims], m.Points.Data[j*dims:(j+1)*dims])
				if j != i && d < nearest {
					nearest, at = d, j
				}
			}
			if at%3 != i%3 {
				t.Errorf("%+v: the neighbour of point %d of cluster %d is %d of cluster %d", o, i, i%3, at, at%3)
			}
		}
	}
}

// A ring in many dimensions is a ring on the map: neighbours along it stay neighbours.
func TestARingStaysARing(t *testing.T) {
	const n = 400
	x := tensor.New(n, 6)
	for i := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / n)
		for j, v := range []float64{cos, sin, cos * .5, sin * .3, cos - sin, cos + sin} {
			x.Data[6*i+j] = float32(v)
		}
	}
	m := fit(t, x, Options{})
	trust, err := tsne.Trustworthiness(context.Background(), x, m.Points, 8)
	if err != nil || trust < 0.98 {
		t.Errorf("trustworthiness %v, %v, want at least 0.98", trust, err)
	}
}

// More than exactPoints points are placed in an order of their own, and given back in that of x.
func TestManyPointsKeepTheirNumbers(t *testing.T) {
	const n, classes = exactPoints + 300, 4
	m := fit(t, clusters(n, 6, classes), Options{Epochs: 60})
	if m.space.Order == nil {
		t.Fatal("the points are in their own order")
	}
	var centres [classes][2]float64
	for i := range n {
		for k := range 2 {
			centres[i%classes][k] += float64(m.Points.Data[2*i+k]) * classes / n
		}
	}
	astray := 0
	for i := range n {
		nearest, at := math.Inf(1), -1
		for c := range classes {
			if d := math.Hypot(float64(m.Points.Data[2*i])-centres[c][0], float64(m.Points.Data[2*i+1])-centres[c][1]); d < nearest {
				nearest, at = d, c
			}
		}
		if at != i%classes {
			astray++
		}
	}
	if astray > n/1000 {
		t.Errorf("%d of %d points are nearer to another cluster", astray, n)
	}
}

func TestTheSpreadScalesTheMap(t *testing.T) {
	x := clusters(100, 4, 3)
	a, b := fit(t, x, Options{Epochs: 20}), fit(t, x, Options{Epochs: 20, Spread: 4, MinDist: ptr(0.4)})
	kernel.Scale(a.Points.Data, a.Points.Data, 4)
	if !a.Points.Equal(b.Points) {
		t.Error("a map of four times the spread and the least distance is another")
	}
}

func TestProgressEndsWithTheLastEpoch(t *testing.T) {
	var at []int
	fit(t, clusters(60, 5, 3), Options{Epochs: 34, Progress: func(e int) { at = append(at, e) }})
	if want := "[10 20 30 34]"; fmt.Sprint(at) != want {
		t.Errorf("called at %v, want %s", at, want)
	}
}

func TestFewPointsHaveMoreEpochs(t *testing.T) {
	last := 0
	fit(t, clusters(30, 3, 2), Options{Progress: func(e int) { last = e }})
	if few, many := Epochs(10_000), Epochs(10_001); last != few || few != 500 || many != 200 {
		t.Errorf("%d epochs of 30 points, %d of 10,000 and %d of more, want 500, 500 and 200", last, few, many)
	}
}

func TestDegenerateDataHaveAMap(t *testing.T) {
	for name, x := range map[string]*tensor.Tensor{
		"equal points":    tensor.New(50, 3),
		"one column":      clusters(50, 1, 2),
		"two columns":     clusters(50, 2, 2),
		"hardly a number": times(clusters(50, 3, 2), 1e-37),
		"a huge number":   times(clusters(50, 3, 2), 1e37),
		"four points":     clusters(4, 3, 2),
	} {
		for _, dims := range []int{2, 3} {
			m := fit(t, x, Options{Neighbours: 4, Epochs: 60, Dims: dims})
			for axis := range dims {
				low, high := math.Inf(1), math.Inf(-1)
				for i := axis; i < len(m.Points.Data); i += dims {
					low, high = min(low, float64(m.Points.Data[i])), max(high, float64(m.Points.Data[i]))
				}
				if !(high-low > 0.05 && high-low < 100) {
					t.Errorf("%s: axis %d of %d is %v wide, want the points to spread", name, axis, dims, high-low)
				}
			}
		}
	}
}

// A map that is too wide for the finest mesh has a coarser one.
func TestAWideMapHasACoarserMesh(t *testing.T) {
	c := fitCurve(0.1)
	f := newField(3000, c, 5)
	y := make([]float32, 6000)
	kernel.Uniform(y, kernel.Seed(1, "y"))
	kernel.Scale(y, y, 800)
	push := make([]float32, len(y))
	if f.forces(0, y, push); f.spacing <= spacing || kernel.FirstNonFinite(push) >= 0 {
		t.Errorf("spacing %v, force %v", f.spacing, push[0])
	}
}

func checksums(t *testing.T) string {
	var all []string
	for _, c := range []struct {
		n int
		o Options
	}{
		{1500, Options{Epochs: 40}},
		{1500, Options{Epochs: 25, Random: true, Neighbours: 30, MinDist: ptr(0.5), Mix: ptr(0.7)}},
		{1500, Options{Epochs: 12, Dims: 3}},
		{exactPoints + 50, Options{Epochs: 2, Neighbours: 5}},
	} {
		m := fit(t, clusters(c.n, 7, 5), c.o)
		added, err := m.Transform(context.Background(), clusters(300, 7, 6))
		if err != nil {
			t.Fatal(err)
		}
		h := crc32.NewIEEE()
		binary.Write(h, binary.LittleEndian, m.Points.Data)
		binary.Write(h, binary.LittleEndian, added.Data)
		all = append(all, fmt.Sprintf("%08x", h.Sum32()))
	}
	return strings.Join(all, " ")
}

// The checksums of amd64 are those of arm64.
func TestBitsDoNotDependOnProcessorsOrPath(t *testing.T) {
	maptest.SameBits(t, "a5de2d0f 1834be8c cbe91797 477a8993", checksums)
}

// A path of instructions that is not here is an error of a map.
func TestAPathThatIsNotHere(t *testing.T) { maptest.NoPath(t, "umap") }

func TestPrintChecksums(t *testing.T) { maptest.Print(t, checksums) }

// New points lie among those of their cluster, each where it lies by itself.
func TestNewPointsLieAmongTheirOwn(t *testing.T) {
	for _, dims := range []int{2, 3} {
		newPointsLieAmongTheirOwn(t, dims)
	}
}

func newPointsLieAmongTheirOwn(t *testing.T, dims int) {
	const n, added = 600, 60
	all := clusters(n+added, 8, 3)
	old, _ := tensor.From(all.Data[:8*n], n, 8)
	others, _ := tensor.From(all.Data[8*n:], added, 8)
	ctx := context.Background()
	m := fit(t, old, Options{Spread: 2, Dims: dims})
	before := m.Points.Clone()
	y, err := m.Transform(ctx, others)
	if err != nil {
		t.Fatal(err)
	}
	if !m.Points.Equal(before) {
		t.Error("the map itself moved")
	}
	for i := range added {
		nearest, at := math.Inf(1), -1
		for j := range n {
			if d := kernel.SquaredDistance(y.Data[dims*i:dims*(i+1)], m.Points.Data[dims*j:dims*(j+1)]); d < nearest {
				nearest, at = d, j
			}
		}
		if at%3 != (n+i)%3 {
			t.Errorf("new point %d of cluster %d is nearest to one of cluster %d", i, (n+i)%3, at%3)
		}
		one, _ := tensor.From(others.Data[8*i:8*i+8], 1, 8)
		if alone, err := m.Transform(ctx, one); err != nil || !slices.Equal(alone.Data, y.Data[dims*i:dims*(i+1)]) {
			t.Errorf("new point %d by itself: %v, %v, want %v", i, alone, err, y.Data[dims*i:dims*(i+1)])
		}
	}
}

// Points of the map have their places, and others beside them come to lie near by.
// New points lie on a map that is made again where they lie on the map itself.
func TestAMapIsRestored(t *testing.T) {
	all := clusters(10_600, 5, 4)
	for name, c := range map[string]struct {
		n int
		o Options
	}{
		"few points":  {500, Options{Epochs: 40, Neighbours: 9, MinDist: ptr(0.4), Spread: 1.3, Negative: ptr(3)}},
		"cells":       {10_500, Options{Epochs: 8, Seed: 7}},
		"space":       {500, Options{Epochs: 20, Dims: 3, Seed: 5}},
		"far apart":   {500, Options{Epochs: 40, Negative: ptr(600)}},
		"few, random": {20, Options{Random: true, Neighbours: 5}},
	} {
		x := &tensor.Tensor{Shape: []int{c.n, 5}, Data: all.Data[:5*c.n]}
		news := &tensor.Tensor{Shape: []int{100, 5}, Data: all.Data[5*c.n:][:500]}
		m := fit(t, x, c.o)
		again, err := Restore(context.Background(), x, m.Places(), c.o)
		if err != nil {
			t.Fatal(err)
		}
		want, err := m.Transform(context.Background(), news)
		if err != nil {
			t.Fatal(err)
		}
		got, err := again.Transform(context.Background(), news)
		if err != nil || !slices.Equal(got.Data, want.Data) || !slices.Equal(again.Points.Data, m.Points.Data) {
			t.Errorf("%s: other places (%v)", name, err)
		}
	}
	x := clusters(60, 3, 2)
	nan := tensor.New(60, 2)
	nan.Data[5] = float32(math.NaN())
	far := tensor.New(60, 2)
	far.Data[7] = 1e7
	for want, places := range map[string]*tensor.Tensor{
		"umap: places of shape [59 2] for points of shape [60 3]": tensor.New(59, 2),
		"umap: a map of 5 dimensions, want 2 or 3":                tensor.New(60, 5),
		"umap: places: row 2, column 1 is NaN":                    nan,
		"umap: places span 1e+07, want at most 3262.4":            far,
	} {
		if _, err := Restore(context.Background(), x, places, Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestPointsOfTheMapAreFoundAgain(t *testing.T) {
	x := clusters(1000, 5, 1)
	m := fit(t, x, Options{})
	y, err := m.Transform(context.Background(), x)
	if err != nil || !y.Equal(m.Points) {
		t.Errorf("%v, or other places than those of the map", err)
	}
	x = x.Clone()
	noise := tensor.New(x.Shape...)
	kernel.Normal(noise.Data, kernel.Seed(1, "noise"))
	kernel.AddScaled(x.Data, x.Data, noise.Data, 0.01)
	if y, err = m.Transform(context.Background(), x); err != nil {
		t.Fatal(err)
	}
	var off, wide float64
	for i, v := range y.Data {
		d := float64(v) - float64(m.Points.Data[i])
		off += d * d
		wide += float64(m.Points.Data[i]) * float64(m.Points.Data[i])
	}
	if ratio := math.Sqrt(off / wide); !(ratio > 0 && ratio < 0.1) {
		t.Errorf("off by %v of the map's width, want a tenth", ratio)
	}
}

func TestAnEndedContextStopsEverything(t *testing.T) {
	x := clusters(1200, 4, 3)
	m := fit(t, x, Options{Epochs: 5})
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Fit(ended, x, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Fit: got %v, want %v", err, context.Canceled)
	}
	if _, err := m.Transform(ended, x); !errors.Is(err, context.Canceled) {
		t.Errorf("Transform: got %v, want %v", err, context.Canceled)
	}
	ctx, cancel := context.WithCancel(context.Background())
	calls := 0
	if _, err := Fit(ctx, x, Options{Progress: func(int) { calls++; cancel() }}); !errors.Is(err, context.Canceled) || calls != 1 {
		t.Errorf("got %v after %d reports, want %v after 1", err, calls, context.Canceled)
	}
}

func TestErrorsSayWhatIsWrong(t *testing.T) {
	x := clusters(60, 3, 2)
	bad := x.Clone()
	bad.Data[3*7+2] = float32(math.NaN())
	ctx := context.Background()
	m := fit(t, x, Options{Epochs: 2})
	place := func(x *tensor.Tensor, o Options) func() error {
		return func() error { _, err := Fit(ctx, x, o); return err }
	}
	transform := func(x *tensor.Tensor) func() error {
		return func() error { _, err := m.Transform(ctx, x); return err }
	}
	for _, c := range []struct {
		name string
		run  func() error
		want string
	}{
		{"a value is no number", place(bad, Options{}), "umap: x: row 7, column 2 is NaN, want a finite value"},
		{"there are too few points", place(tensor.New(3, 2), Options{}), "umap: 3 points, want at least 4"},
		{"there are no columns", place(tensor.New(9, 0), Options{}), "umap: x has shape [9 0], want (points, columns)"},
		{"there are too many axes", place(tensor.New(9, 2, 2), Options{}), "umap: x has shape [9 2 2], want (points, columns)"},
		{"there are too many neighbours", place(x, Options{Neighbours: 61}), "umap: 61 neighbours of 60 points, want 2 to 60"},
		{"there is one neighbour", place(x, Options{Neighbours: 1}), "umap: 1 neighbours of 60 points, want 2 to 60"},
		{"the spread is negative", place(x, Options{Spread: -1}), "umap: spread -1, want above 0 to 1000000"},
		{"the spread is no number", place(x, Options{Spread: math.NaN()}), "umap: spread NaN, want above 0 to 1000000"},
		{"the least distance is beyond the spread", place(x, Options{MinDist: ptr(1.5)}), "umap: least distance 1.5, want 0 to 1, the spread"},
		{"the mix is beyond one", place(x, Options{Mix: ptr(1.5)}), "umap: mix 1.5, want 0 to 1"},
		{"there are no epochs", place(x, Options{Epochs: -1}), "umap: -1 epochs, want at least 1"},
		{"the negative rate is negative", place(x, Options{Negative: ptr(-1)}), "umap: negative rate -1, want 0 to 1000"},
		{"the negative rate is infinite", place(x, Options{Negative: ptr(math.Inf(1))}), "umap: negative rate +Inf, want 0 to 1000"},
		{"new points have other columns", transform(tensor.New(5, 4)), "umap: new points have shape [5 4], want (points, 3) as those of the map"},
		{"a new value is no number", transform(bad), "umap: new points: row 7, column 2 is NaN, want a finite value"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := c.run(); err == nil || err.Error() != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}
