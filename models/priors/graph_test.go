package priors_test

import (
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"latentspace/latent"
	"latentspace/models/priors"
	"latentspace/nn"
	"latentspace/tensor"
)

// scaled draws (3 + ε)·2ᵏ after so many steps, and gives each twice.
func scaled(steps int) *priors.Graph {
	p := nn.NewParams(1)
	g := nn.NewGraph(p, nn.Options{})
	g.Param("factor", nn.Ones, 1)
	p.Get("factor").Data[0] = 2
	return &priors.Graph{Size: 2, Steps: steps, Params: p,
		Begin: func(g *nn.Graph, n int) nn.Node { return g.Noise("eps", n, 1).AddScalar(3) },
		Step:  func(g *nn.Graph, s, _ nn.Node) nn.Node { return s.MulRow(g.Param("factor", nn.Zeros, 1)) },
		End:   func(_ *nn.Graph, s nn.Node) nn.Node { return nn.Concat(1, s, s) },
	}
}

func TestDrawsOfAGraphAreOfTheSeedAndTheirIndex(t *testing.T) {
	p := scaled(2)
	all, err := latent.Draws(p, 200, 5)
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for _, r := range [][2]int{{0, 1}, {63, 65}, {64, 128}, {130, 200}} {
		wait.Go(func() {
			z := tensor.New(r[1]-r[0], 2)
			if err := p.Draw(5, r[0], z); err != nil || !slices.Equal(z.Data, all.Data[2*r[0]:2*r[1]]) {
				t.Errorf("draws %d to %d differ from those of one call, error %v", r[0], r[1], err)
			}
		})
	}
	wait.Wait()
	other, err := latent.Draws(p, 200, 6)
	if err != nil || slices.Equal(other.Data, all.Data) {
		t.Errorf("another seed draws the same, error %v", err)
	}
}

// Two steps with the factor 2 make N(3, 1) to N(12, 4²). The bounds are four standard errors: of the
// mean 4/√6400, of the standard deviation 4/√12800.
func TestAGraphIsSteppedThrough(t *testing.T) {
	z, err := latent.Draws(scaled(2), 6400, 1)
	if err != nil {
		t.Fatal(err)
	}
	sum, squares := 0.0, 0.0
	for i := 0; i < len(z.Data); i += 2 {
		if z.Data[i] != z.Data[i+1] {
			t.Fatalf("draw %d: got %v and %v, want one value twice", i/2, z.Data[i], z.Data[i+1])
		}
		sum += float64(z.Data[i])
		squares += (float64(z.Data[i]) - 12) * (float64(z.Data[i]) - 12)
	}
	if mean := sum / 6400; math.Abs(mean-12) > 0.2 {
		t.Errorf("mean: got %v, want 12 ± 0.2", mean)
	}
	if sd := math.Sqrt(squares / 6400); math.Abs(sd-4) > 0.15 {
		t.Errorf("standard deviation: got %v, want 4 ± 0.15", sd)
	}
}

func TestAStepKnowsItsNumber(t *testing.T) {
	p := &priors.Graph{Size: 1, Steps: 4, Params: nn.NewParams(1),
		Begin: func(g *nn.Graph, n int) nn.Node { return g.Noise("eps", n, 1).Scale(0) },
		Step:  func(_ *nn.Graph, s, k nn.Node) nn.Node { return s.Add(k.Broadcast(s.Shape()...)) },
	}
	z, err := latent.Draws(p, 3, 1)
	if err != nil || !slices.Equal(z.Data, []float32{6, 6, 6}) {
		t.Errorf("got %v and error %v, want the sum 6 of the numbers 0 to 3", z.Data, err)
	}
}

func TestGraphErrors(t *testing.T) {
	wrong := scaled(1)
	wrong.Size = 3
	growing := scaled(1)
	growing.Step = func(_ *nn.Graph, s, _ nn.Node) nn.Node { return nn.Concat(1, s, s) }
	failing := scaled(0)
	failing.Begin = func(g *nn.Graph, _ int) nn.Node { return g.In("words").Failf("no words") }
	for name, c := range map[string]struct {
		p     latent.Prior
		first int
		shape []int
		want  string
	}{
		"rows of another width":  {scaled(0), 0, []int{4, 3}, "of shape [4 3] with 12 values, want (n, 2)"},
		"an index below zero":    {scaled(0), -1, []int{4, 2}, "draws from -1 on"},
		"codes of another size":  {wrong, 0, []int{4, 3}, "codes of shape [64 2], want [64 3]"},
		"a state that grows":     {growing, 0, []int{4, 2}, "a step makes a state of shape [64 2], want [64 1]"},
		"a graph with a mistake": {failing, 0, []int{4, 2}, "words: no words"},
	} {
		if err := c.p.Draw(1, c.first, tensor.New(c.shape...)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}
