package tsne

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"latentspace/kernel"
	"latentspace/latent/nearest"
	"latentspace/tensor"
)

// clusters is n points in d dimensions about count centres, point i about i mod count.
func clusters(n, d, count int) *tensor.Tensor {
	centres, x := tensor.New(count, d), tensor.New(n, d)
	kernel.Normal(centres.Data, kernel.Seed(1, "centres"))
	kernel.Normal(x.Data, kernel.Seed(1, "points"))
	for i := range n {
		for j := range d {
			x.Data[i*d+j] += 6 * centres.Data[i%count*d+j]
		}
	}
	return x
}

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
	return "checksums " + strings.Join(all, " ")
}

// The checksums of another path come from another process, as it is chosen at start.
func TestBitsDoNotDependOnProcessorsOrPath(t *testing.T) {
	want := checksums(t)
	for _, procs := range []int{1, 2, 4} {
		before := runtime.GOMAXPROCS(procs)
		got := checksums(t)
		runtime.GOMAXPROCS(before)
		if got != want {
			t.Errorf("GOMAXPROCS %d: %s, want %s", procs, got, want)
		}
	}
	for _, path := range kernel.Paths() {
		cmd := exec.Command(os.Args[0], "-test.run=TestPrintChecksums", "-test.v")
		cmd.Env = append(os.Environ(), "LATENTSPACE_KERNEL="+path, "TSNE_CHECKSUMS=1")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", path, err, out)
		}
		if got := regexp.MustCompile(`checksums [0-9a-f ]+`).FindString(string(out)); got != want {
			t.Errorf("path %s: %s, want %s", path, got, want)
		}
	}
}

// A path of instructions that is not here is an error of a map.
func TestAPathThatIsNotHere(t *testing.T) {
	cmd := exec.Command(os.Args[0], "-test.run=TestPrintChecksums", "-test.v")
	cmd.Env = append(os.Environ(), "LATENTSPACE_KERNEL=none", "TSNE_CHECKSUMS=1")
	out, err := cmd.CombinedOutput()
	if says := `tsne: kernel: LATENTSPACE_KERNEL="none": no such path of instructions; want `; err == nil || !strings.Contains(string(out), says) {
		t.Errorf("got %v and %s, want %s", err, out, says)
	}
}

func TestPrintChecksums(t *testing.T) {
	if os.Getenv("TSNE_CHECKSUMS") == "" {
		t.Skip("is run by another test")
	}
	fmt.Println(checksums(t))
}

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
