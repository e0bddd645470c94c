package nn_test

import (
	"slices"
	"testing"

	"latentspace/nn"
)

// Each step sets the three states to 1: those of two networks, and of a codebook that has no
// parameters.
func TestStateThatAStepUpdates(t *testing.T) {
	tests := map[string]struct {
		scopes, frozen []string
		codebook       string // the scope of the codebook
		want           []string
		err            string
	}{
		"all of the model":                       {scopes: []string{""}, codebook: "codebook", want: []string{"a.mean", "b.mean", "codebook.mean"}},
		"one network leaves the other's alone":   {scopes: []string{"a"}, codebook: "a.codebook", want: []string{"a.mean", "a.codebook.mean"}},
		"both of them":                           {scopes: []string{"b", "a"}, codebook: "a.codebook", want: []string{"a.mean", "b.mean", "a.codebook.mean"}},
		"a scope and a part of it":               {scopes: []string{"b", "b.layer"}, codebook: "b.codebook", want: []string{"b.mean", "b.codebook.mean"}},
		"what is frozen keeps its value":         {scopes: []string{""}, frozen: []string{"b", "codebook"}, codebook: "codebook", want: []string{"a.mean"}},
		"state of no network, outside":           {scopes: []string{"a", "b"}, codebook: "codebook", err: `nn: state codebook.mean is set in a step that trains ["a" "b"]: want it in a scope that the step trains, or beside parameters that it leaves alone`},
		"state of the model itself, outside":     {scopes: []string{"a"}, codebook: "", err: `nn: state mean is set in a step that trains ["a"]: want it in a scope that the step trains, or beside parameters that it leaves alone`},
		"a scope in which there is no parameter": {scopes: []string{"a", "codebook"}, codebook: "codebook", err: `nn: scope "codebook" has no parameters to train`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			params := nn.NewParams(1)
			g := nn.NewGraph(params, nn.Options{Training: true, Frozen: test.frozen})
			y := g.Input("x", 2, 3)
			set := func(g *nn.Graph) {
				m := g.State("mean", nn.Zeros, 1)
				g.SetState("mean", m.AddScalar(1))
			}
			for _, network := range []string{"a", "b"} {
				y = nn.Linear{Out: 3}.Forward(g.In(network).In("layer"), y)
				set(g.In(network))
			}
			if test.codebook == "" {
				set(g)
			} else {
				set(g.In(test.codebook))
			}
			p, err := nn.CompileStep(g, y.Sum(), test.scopes)
			if got := errorText(err); got != test.err {
				t.Fatalf("got  %s\nwant %s", got, test.err)
			}
			if err != nil {
				return
			}
			if err := p.RunAll(); err != nil {
				t.Fatal(err)
			}
			p.Commit()
			var moved []string
			for name, v := range params.All() {
				if v.Len() == 1 && v.Data[0] == 1 {
					moved = append(moved, name)
				}
			}
			slices.Sort(moved)
			slices.Sort(test.want)
			if !slices.Equal(moved, test.want) {
				t.Errorf("a step moved %v, want %v", moved, test.want)
			}
		})
	}
}

func TestGradientsOfSeveralScopes(t *testing.T) {
	g := nn.NewGraph(nn.NewParams(1), nn.Options{Training: true})
	p, err := nn.CompileStep(g, network(g), []string{"out", "code", "out.bias"})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, d := range p.Grads() {
		names = append(names, d.Name)
	}
	if want := []string{"code.bias", "code.weight", "out.bias", "out.weight"}; !slices.Equal(names, want) {
		t.Errorf("gradients of %v, want %v", names, want)
	}
}
