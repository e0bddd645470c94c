package networks

import (
	"fmt"
	"strings"
	"testing"

	"latentspace/nn"
	"latentspace/nn/nntest"
)

var made = MADE{Outputs: 2, Hidden: []int{7, 5}, Activation: "tanh"}

// Each output of value i depends on every value before it, and on no other; the context reaches all.
func TestMADESeesTheValuesBeforeAlone(t *testing.T) {
	const d = 4
	g := nn.NewGraph(nn.NewParams(1), nn.Options{})
	x, c := g.Input("x", 1, d), g.Input("c", 1, 2)
	y := made.Forward(g, x, c)
	var all []nn.Node
	for o := range 2 * d {
		all = append(all, g.Grad(y.Slice(1, o, o+1).Sum(), x, c)...)
	}
	p, err := nn.Compile(g, all...)
	if err != nil {
		t.Fatal(err)
	}
	copy(p.Input("x"), []float32{0.3, -0.5, 0.2, 0.8})
	copy(p.Input("c"), []float32{0.4, -0.1})
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	for o := range 2 * d {
		for j, v := range p.Output(all[2*o]) {
			if sees := v != 0; sees != (j < o%d) {
				t.Errorf("output %d of value %d depends on value %d: %v", o/d, o%d, j, sees)
			}
		}
		for j, v := range p.Output(all[2*o+1]) {
			if v == 0 {
				t.Errorf("output %d does not depend on value %d of the context", o, j)
			}
		}
	}
}

func TestGradientsOfMADE(t *testing.T) {
	for _, context := range []bool{false, true} {
		t.Run(fmt.Sprint(context), func(t *testing.T) {
			nntest.Check(t, func(g *nn.Graph, x []nn.Node) nn.Node {
				c := nn.Node{}
				if context {
					c = x[1]
				}
				return made.Forward(g, x[0], c).Add(x[1].Sum().Broadcast(3, 8))
			}, []int{3, 4}, []int{3, 2})
		})
	}
}

func TestMADESaysWhatItWants(t *testing.T) {
	g := nn.NewGraph(nn.NewParams(1), nn.Options{})
	made.Forward(g.In("flow"), g.Input("x", 3), nn.Node{})
	if err, want := g.Err(), "nn: flow: made: input shape [3], want (batch, values)"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}
