package rates

import (
	"math"
	"slices"
	"testing"

	"latentspace/nn"
)

// scalars computes nodes of a graph without inputs.
func scalars(t *testing.T, f func(g *nn.Graph) []nn.Node) []float32 {
	t.Helper()
	g := nn.NewGraph(nn.NewParams(1), nn.Options{})
	nodes := f(g)
	p, err := nn.Compile(g, nodes...)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	var all []float32
	for _, n := range nodes {
		all = append(all, p.Output(n)[0])
	}
	return all
}

func TestTheWeightRises(t *testing.T) {
	for name, test := range map[string]struct {
		r    Rate
		at   []float64
		want []float32
	}{
		"from the first step": {Rate{Beta: 2, Anneal: "none"}, []float64{0, 3}, []float32{2, 2}},
		"on a line":           {Rate{Beta: 2, Anneal: "linear", Epochs: 4}, []float64{0, 1, 4, 9}, []float32{0, 0.5, 2, 2}},
		"in two cycles": {
			Rate{Beta: 1, Anneal: "cyclical", Epochs: 8, Cycles: 2, Rising: 0.5},
			[]float64{0, 1, 2, 3.5, 4.5, 5, 6, 8, 20}, []float32{0, 0.5, 1, 1, 0.25, 0.5, 1, 1, 1},
		},
	} {
		got := scalars(t, func(g *nn.Graph) (all []nn.Node) {
			for _, e := range test.at {
				all = append(all, test.r.Weight(g.Scalar(e)))
			}
			return all
		})
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: at %v epochs got %v, want %v", name, test.at, got, test.want)
		}
	}
}

// Two dimensions of two examples: 0.3 and 2 nats in the mean.
func TestFreeBitsAndATarget(t *testing.T) {
	for name, test := range map[string]struct {
		r           Rate
		cost, above float32
	}{
		"the KL":           {Rate{Beta: 1}, 2.3, 2.3},
		"weighed":          {Rate{Beta: 3}, 6.9, 2.3},
		"free bits":        {Rate{Beta: 1, FreeBits: 0.5}, 2.5, 1.5},
		"a target":         {Rate{Beta: 1, Target: 5}, 2.7, 2.3},
		"a target reached": {Rate{Beta: 1, Target: 2}, 0.3, 2.3},
	} {
		test.r.Anneal = "none"
		got := scalars(t, func(g *nn.Graph) []nn.Node {
			cost, above := test.r.Cost(g.Constant([]float32{0.1, 3, 0.5, 1}, 2, 2), g.Scalar(0))
			return []nn.Node{cost, above}
		})
		if math.Abs(float64(got[0]-test.cost)) > 1e-6 || math.Abs(float64(got[1]-test.above)) > 1e-6 {
			t.Errorf("%s: got %v, want %v and %v", name, got, test.cost, test.above)
		}
	}
}

// A target of 4 nats that rises over 2 epochs: a KL of 3 misses it by as much as there is of either
// more than of the other, whether it is known of each dimension or in all.
func TestATargetRises(t *testing.T) {
	r := Rate{Beta: 2, Target: 4, Reached: 2, Anneal: "none"}
	for at, want := range map[float64]float32{0: 6, 0.5: 4, 1.5: 0, 2: 2, 7: 2} {
		got := scalars(t, func(g *nn.Graph) []nn.Node {
			cost, _ := r.Cost(g.Constant([]float32{1, 2}, 1, 2), g.Scalar(at))
			return []nn.Node{cost, r.CostOfSum(g.Scalar(3), g.Scalar(at))}
		})
		if got[0] != want || got[1] != want {
			t.Errorf("at %v epochs got %v, want %v", at, got, want)
		}
	}
}

func TestRatesThatCannotBeMeant(t *testing.T) {
	for key, r := range map[string]Rate{
		"beta":          {Beta: -1, Anneal: "none", Epochs: 1, Cycles: 1, Rising: 1},
		"free_bits":     {FreeBits: math.Inf(1), Anneal: "none", Epochs: 1, Cycles: 1, Rising: 1},
		"target_rate":   {Target: math.NaN(), Anneal: "none", Epochs: 1, Cycles: 1, Rising: 1},
		"target_epochs": {Reached: -1, Anneal: "none", Epochs: 1, Cycles: 1, Rising: 1},
		"anneal":        {Anneal: "often", Epochs: 1, Cycles: 1, Rising: 1},
		"anneal_epochs": {Anneal: "none", Cycles: 1, Rising: 1},
		"anneal_cycles": {Anneal: "none", Epochs: 1, Rising: 1},
		"anneal_rising": {Anneal: "none", Epochs: 1, Cycles: 1, Rising: 1.5},
	} {
		var got []string
		r.Check(func(key, _ string, _ ...any) { got = append(got, key) })
		if !slices.Equal(got, []string{key}) {
			t.Errorf("got reports of %v, want one of %s", got, key)
		}
	}
	for key, r := range map[string]Rate{"anneal": {Anneal: "linear"}, "free_bits": {Anneal: "none", FreeBits: 1}, "target_rate": {Anneal: "none", Target: 1}} {
		if r.IsBeta() {
			t.Errorf("a rate with %s is taken for a weight alone", key)
		}
	}
	if !Default.IsBeta() {
		t.Error("the default is not a weight alone")
	}
	Default.Check(func(key, format string, args ...any) { t.Errorf("the default: "+key+": "+format, args...) })
}
