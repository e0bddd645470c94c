package parts_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/models/parts"
	"latentspace/nn"
	"latentspace/nn/nntest"
)

// eval computes a node of a graph over parameters for codes.
func eval(t *testing.T, p *nn.Params, o nn.Options, codes []float32, shape []int, f func(g *nn.Graph, z nn.Node) nn.Node) []float32 {
	t.Helper()
	g := nn.NewGraph(p, o)
	y := f(g, g.Input("z", shape...))
	program, err := nn.Compile(g, y)
	if err != nil {
		t.Fatal(err)
	}
	copy(program.Input("z"), codes)
	program.Draw(1)
	if err := program.RunAll(); err != nil {
		t.Fatal(err)
	}
	return slices.Clone(program.Output(y))
}

// One step of Heun's method through v(x, t) = x·t from (x, 0) to 1 has the slopes 0 and x, and ends at
// x + (0 + x)/2; 64 of them end within h² = 1/4096 of the solution x·e^(1/2), and lead back as near.
func TestAFlowIsFollowedByHeunsMethod(t *testing.T) {
	v := func(x, t nn.Node) nn.Node { return x.MulCol(t) }
	follow := func(steps int, back bool) func(g *nn.Graph, x nn.Node) nn.Node {
		f := parts.Flow{Width: 4, Blocks: 1, Steps: steps}
		if back {
			return func(g *nn.Graph, x nn.Node) nn.Node { return f.Return(g, v, x) }
		}
		return func(g *nn.Graph, x nn.Node) nn.Node { return f.Follow(g, v, x) }
	}
	x := []float32{1, -2, 0.5}
	once := eval(t, nn.NewParams(1), nn.Options{}, x, []int{3, 1}, follow(1, false))
	many := eval(t, nn.NewParams(1), nn.Options{}, x, []int{3, 1}, follow(64, false))
	back := eval(t, nn.NewParams(1), nn.Options{}, many, []int{3, 1}, follow(64, true))
	for i, v := range x {
		if want := v * 1.5; once[i] != want {
			t.Errorf("one step from %v: got %v, want %v", v, once[i], want)
		}
		if want := float64(v) * math.Exp(0.5); math.Abs(float64(many[i])-want) > 1./4096*math.Abs(want) {
			t.Errorf("64 steps from %v: got %v, want %v", v, many[i], want)
		}
		if math.Abs(float64(back[i]-v)) > 1./4096*math.Abs(float64(v)) {
			t.Errorf("and back: got %v, want %v", back[i], v)
		}
	}
}

// A network that starts at rest leaves noise where it is, so that its loss is E|x₁ − x₀|² = |x₁|² + d
// for the codes x₁: here 4·(1 + 1) = 8 of vectors, whose standard error is √(Σ var (1 − x₀)²)/√n =
// √(4·6/1000) = 0.15.
func TestAFlowStartsAtRest(t *testing.T) {
	f := parts.Flow{Width: 8, Blocks: 2, Steps: 3}
	ones := slices.Repeat([]float32{1}, 4000)
	for name, shape := range map[string][]int{"vectors": {1000, 4}, "maps": {1000, 2, 2, 1}} {
		loss := eval(t, nn.NewParams(1), nn.Options{}, ones, shape, func(g *nn.Graph, z nn.Node) nn.Node { return f.Loss(g, z, nn.Node{}) })
		if math.Abs(float64(loss[0])-8) > 0.6 {
			t.Errorf("%s: the loss is %v, want 8 ± 0.6", name, loss[0])
		}
		still := eval(t, nn.NewParams(1), nn.Options{}, ones, shape, func(g *nn.Graph, z nn.Node) nn.Node {
			return f.Follow(g, func(x, t nn.Node) nn.Node { return f.Velocity(g, x, t, nn.Node{}) }, z)
		})
		if !slices.Equal(still, ones) {
			t.Errorf("%s: a flow at rest moves codes", name)
		}
	}
}

func TestVelocityGradients(t *testing.T) {
	f := parts.Flow{Width: 4, Blocks: 1, Steps: 1}
	for _, shape := range [][]int{{2, 3}, {2, 2, 2, 3}} {
		nntest.Check(t, func(g *nn.Graph, x []nn.Node) nn.Node {
			return f.Velocity(g, x[0], x[1].Scale(0.01), x[2]) // as the fastest angle is 100·t
		}, shape, []int{2}, []int{2, 2})
	}
}

// Codes are in the units of the first batch in training: (1, 3) has the mean 2 and the deviation 1.
func TestUnitsAreThoseOfTheFirstBatch(t *testing.T) {
	p := nn.NewParams(1)
	g := nn.NewGraph(p, nn.Options{Training: true})
	u := parts.InUnits(g.In("code"), g.Input("z", 2, 1))
	w := g.In("code").Param("weight", nn.Ones, 1)
	program, err := nn.CompileStep(g, u.MulRow(w).Sum(), []string{"code"}, u)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range []struct{ z, want []float32 }{{[]float32{1, 3}, []float32{-1, 1}}, {[]float32{12, 2}, []float32{10, 0}}} {
		copy(program.Input("z"), c.z)
		if err := program.RunAll(); err != nil {
			t.Fatal(err)
		}
		program.Commit()
		if got := program.Output(u); math.Abs(float64(got[0]-c.want[0])) > 1e-4 || math.Abs(float64(got[1]-c.want[1])) > 1e-4 {
			t.Errorf("batch %d: got %v, want %v", i, got, c.want)
		}
	}
	got := eval(t, p, nn.Options{}, []float32{0, 5}, []int{2, 1}, func(g *nn.Graph, z nn.Node) nn.Node {
		return nn.Concat(0, parts.InUnits(g.In("code"), z), parts.FromUnits(g.In("code"), z))
	})
	for i, want := range []float64{-2, 3, 2, 7} {
		if math.Abs(float64(got[i])-want) > 1e-4 {
			t.Errorf("outside of training: got %v, want -2, 3 in units and 2, 7 out of them", got)
		}
	}
}

func TestVelocityErrors(t *testing.T) {
	g := nn.NewGraph(nn.NewParams(1), nn.Options{})
	parts.DefaultFlow.Loss(g.In("flow"), g.Input("z", 2, 3, 4), nn.Node{})
	if err := g.Err(); err == nil || !strings.Contains(err.Error(), "codes of shape [2 3 4], want vectors (n, d) or maps (n, height, width, d)") {
		t.Errorf("got %v", err)
	}
}
