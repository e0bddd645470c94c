package nn_test

import (
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"latentspace/nn"
)

// dense is a step of a network of four layers, the weights of all but the last being large.
func dense(t *testing.T, late bool) *nn.Program {
	t.Helper()
	params := nn.NewParams(1)
	g := nn.NewGraph(params, nn.Options{Training: true, Late: late})
	x := g.Input("x", 16, 300)
	h := nn.Linear{Out: 200}.Forward(g.In("hidden"), x).Tanh()
	h = nn.Linear{Out: 200}.Forward(g.In("middle"), h).Tanh()
	h = nn.Linear{Out: 200}.Forward(g.In("upper"), h).Tanh()
	y := nn.Linear{Out: 3}.Forward(g.In("out"), h)
	p, err := nn.CompileStep(g, y.Square().Sum(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range p.Input("x") {
		p.Input("x")[i] = float32(i%17) / 17
	}
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	return p
}

// A late gradient is that of a run which is not late, and only those of large weights are late.
func TestLateGradientsAreTheGradients(t *testing.T) {
	want := dense(t, false).Grads()
	for i, d := range dense(t, true).Grads() {
		if d.Late() != (strings.HasSuffix(d.Name, ".weight") && d.Name != "out.weight") {
			t.Errorf("%s: late is %v", d.Name, d.Late())
		}
		if !slices.Equal(d.Values(), want[i].Value) {
			t.Errorf("%s: the late gradient is another", d.Name)
		}
		if !d.Late() {
			continue
		}
		var mutex sync.Mutex
		got := make([]float32, len(want[i].Value))
		d.Each(func(at int, values []float32) {
			mutex.Lock()
			copy(got[at:], values)
			mutex.Unlock()
		})
		if !d.Finite() || !slices.Equal(got, want[i].Value) {
			t.Errorf("%s: finite is %v; its parts, or that, are wrong", d.Name, d.Finite())
		}
	}
}

// A gradient is not late if it is needed twice, or is made of what the step moves.
func TestGradientsThatMustNotBeLate(t *testing.T) {
	for _, c := range []struct {
		name string
		cost func(g *nn.Graph, w nn.Node) nn.Node // w (300, 200)
		want bool
	}{
		{"a dense layer", func(g *nn.Graph, w nn.Node) nn.Node { return g.Input("x", 16, 300).MatMul(w).Square().Sum() }, true},
		{"two layers share the weights", func(g *nn.Graph, w nn.Node) nn.Node {
			return g.Input("x", 16, 300).MatMul(w).Square().Sum().Add(g.Input("y", 16, 300).MatMul(w).Tanh().Sum())
		}, false},
		{"the weights decay by the loss", func(g *nn.Graph, w nn.Node) nn.Node {
			return g.Input("x", 16, 300).MatMul(w).Square().Sum().Add(w.Square().Sum())
		}, false},
		{"two parameters have one gradient", func(g *nn.Graph, w nn.Node) nn.Node {
			other := g.Param("a", nn.Normal(1), 300, 200)
			return g.Input("x", 16, 300).MatMul(w.Add(other)).Square().Sum()
		}, false},
		{"the layer reads a parameter, which moves first", func(g *nn.Graph, w nn.Node) nn.Node {
			return g.Param("a", nn.Normal(1), 16, 300).MatMul(w).Square().Sum()
		}, false},
		{"the layer reads a parameter in another shape", func(g *nn.Graph, w nn.Node) nn.Node {
			return g.Param("a", nn.Normal(1), 4800).Reshape(16, 300).MatMul(w).Square().Sum()
		}, false},
		{"the layer reads what is computed of a parameter", func(g *nn.Graph, w nn.Node) nn.Node {
			return g.Param("a", nn.Normal(1), 16, 300).Tanh().MatMul(w).Square().Sum()
		}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := nn.NewGraph(nn.NewParams(1), nn.Options{Training: true, Late: true})
			p, err := nn.CompileStep(g, c.cost(g, g.Param("w", nn.Normal(1), 300, 200)), nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range p.Grads() {
				if d.Name == "w" && d.Late() != c.want {
					t.Errorf("late is %v, want %v", d.Late(), c.want)
				}
			}
		})
	}
}

// A gradient that may not be finite is not called so.
func TestALateGradientIsFiniteByItsBound(t *testing.T) {
	for _, c := range []struct {
		name  string
		value float32
		want  bool
	}{
		{"small", 1, true},
		{"not a number", float32(math.NaN()), false},
		{"infinite", float32(math.Inf(-1)), false},
		{"so large that the products overflow", 3e38, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := dense(t, true)
			p.Input("x")[7] = c.value
			if err := p.RunAll(); err != nil {
				t.Fatal(err)
			}
			for _, d := range p.Grads() {
				if d.Name == "hidden.weight" && d.Finite() != c.want {
					t.Errorf("%s: got %v, want %v", d.Name, d.Finite(), c.want)
				}
			}
		})
	}
}
