package nn

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"latentspace/kernel"
)

// Of the key {5, 5} the first value is 0.
func TestAUniformDrawIsNever0(t *testing.T) {
	got, want := make([]float32, 1000), make([]float32, 1000)
	key := kernel.Key{5, 5}
	fillUniform(got, key)
	kernel.Uniform(want, key)
	if want[0] != 0 {
		t.Fatalf("the first value of the key is %v, want 0", want[0])
	}
	want[0] = 0x1p-25
	if !slices.Equal(got, want) {
		t.Error("other values than 0 changed, or 0 did not")
	}
	fillGumbel(got, key)
	if i := kernel.FirstNonFinite(got); i >= 0 {
		t.Errorf("value %d of a Gumbel distribution: %v", i, got[i])
	}
}

// The bounds are five standard errors of a mean of 20,000.
func TestLawsHaveTheirMeanAndVariance(t *testing.T) {
	const euler = 0.5772156649
	beta := func(a, b float64) [2]float64 {
		return [2]float64{a / (a + b), a * b / ((a + b) * (a + b) * (a + b + 1))}
	}
	tests := map[string]struct {
		draw func(g *Graph) Node
		want [2]float64
	}{
		"uniform":                      {func(g *Graph) Node { return g.Uniform("z", 20_000) }, [2]float64{0.5, 1.0 / 12}},
		"gumbel":                       {func(g *Graph) Node { return g.Gumbel("z", 20_000) }, [2]float64{euler, math.Pi * math.Pi / 6}},
		"beta of large shapes":         {func(g *Graph) Node { return g.Beta("z", 2, 5, 20_000) }, beta(2, 5)},
		"beta of shapes below 1":       {func(g *Graph) Node { return g.Beta("z", 0.3, 0.4, 20_000) }, beta(0.3, 0.4)},
		"beta of shapes that are tiny": {func(g *Graph) Node { return g.Beta("z", 1e-4, 1e-4, 20_000) }, beta(1e-4, 1e-4)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			g := NewGraph(NewParams(1), Options{Seed: 1})
			z := test.draw(g)
			p, err := Compile(g, z.Scale(1))
			if err != nil {
				t.Fatal(err)
			}
			p.Draw(1)
			mean, square := 0.0, 0.0
			for _, v := range p.Output(z) {
				mean += float64(v) / 20_000
				square += float64(v) * float64(v) / 20_000
			}
			variance := square - mean*mean
			if bound := 5 * math.Sqrt(test.want[1]/20_000); !(math.Abs(mean-test.want[0]) < bound) {
				t.Errorf("mean %v, want %v", mean, test.want[0])
			}
			if !(math.Abs(variance-test.want[1]) < 0.06*test.want[1]) {
				t.Errorf("variance %v, want %v", variance, test.want[1])
			}
		})
	}
}

func TestAPermutationHasEveryIndexAndDrawsAllOrders(t *testing.T) {
	g := NewGraph(NewParams(1), Options{Seed: 1})
	z := g.Permutation("z", 3)
	p, err := Compile(g, z.Scale(1))
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for n := range uint64(6000) {
		p.Draw(n)
		order := slices.Clone(p.Output(z))
		count[fmt.Sprint(order)]++
		slices.Sort(order)
		if !slices.Equal(order, []float32{0, 1, 2}) {
			t.Fatalf("draw %d has the indices %v", n, order)
		}
	}
	for order, n := range count {
		if n < 850 || n > 1150 { // five standard deviations, of 29
			t.Errorf("order %s: %d times, want about 1000", order, n)
		}
	}
	if len(count) != 6 {
		t.Errorf("%d orders, want 6", len(count))
	}
}

func TestLawsRefuse(t *testing.T) {
	tests := map[string]struct {
		f    func(g *Graph) Node
		want string
	}{
		"a shape of zero":                     {func(g *Graph) Node { return g.Beta("z", 0, 1, 2) }, "nn: in: beta z: shapes 0 and 1, want numbers above 0"},
		"a shape that is infinite":            {func(g *Graph) Node { return g.Beta("z", 1, math.Inf(1), 2) }, "nn: in: beta z: shapes 1 and +Inf, want numbers above 0"},
		"more indices than a float32 has":     {func(g *Graph) Node { return g.Permutation("z", 1<<24+1) }, "nn: in: permutation z: of 16777217, want at most 16777216"},
		"constants that do not fit the shape": {func(g *Graph) Node { return g.Constant([]float32{1, 2}, 3) }, "nn: in: constant: 2 values for shape [3], want 3"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			g := NewGraph(NewParams(1), Options{}).In("in")
			test.f(g)
			if err := g.Err(); err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}
