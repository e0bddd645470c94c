package nn_test

import (
	"slices"
	"testing"

	"latentspace/nn"
)

// drawing is a graph whose noise meets an encoder's output through views: its outputs are one that the
// noise reaches, one that it does not, and one that is a parameter.
func drawing(p *nn.Params) (*nn.Graph, []nn.Node) {
	g := nn.NewGraph(p, nn.Options{Seed: 3})
	x := g.Input("x", 4, 5)
	h := nn.Linear{Out: 6}.Forward(g.In("encoder"), x).Tanh()
	mu, sigma := h.Slice(1, 0, 3), h.Slice(1, 3, 6).Exp()
	z := mu.Add(sigma.Mul(g.Noise("eps", 4, 3)))
	y := nn.Linear{Out: 5}.Forward(g.In("decoder"), z).Sigmoid()
	return g, []nn.Node{y.Sub(x).Square().SumCols(), mu.Square().SumCols(), g.In("decoder").Param("bias", nn.Zeros, 5)}
}

// Every draw has the bits that a program has that runs whole, with the inputs of its last whole run.
func TestADrawIsThatOfTheWholeProgram(t *testing.T) {
	params := nn.NewParams(1)
	g, outputs := drawing(params)
	whole, err := nn.Compile(g, outputs...)
	if err != nil {
		t.Fatal(err)
	}
	p, err := nn.CompileDraws(g, outputs...)
	if err != nil {
		t.Fatal(err)
	}
	if p.Flops() != whole.Flops() {
		t.Errorf("%v floating-point operations, want %v", p.Flops(), whole.Flops())
	}
	for round := range 2 {
		for _, of := range []*nn.Program{whole, p} {
			for i, x := 0, of.Input("x"); i < len(x); i++ {
				x[i] = float32((i*7+round*3)%11) / 11
			}
		}
		for n := range uint64(3) {
			run := p.RunDraw
			if n == 0 {
				run = p.RunAll
			}
			whole.Draw(n)
			p.Draw(n)
			if err := whole.RunAll(); err != nil {
				t.Fatal(err)
			}
			if err := run(); err != nil {
				t.Fatal(err)
			}
			for i, o := range outputs {
				if got, want := p.Output(o), whole.Output(o); !slices.Equal(got, want) {
					t.Errorf("round %d, draw %d, output %d: got %v, want %v", round, n, i, got, want)
				}
			}
		}
	}
}

// A draw leaves alone what no noise reaches: it goes by the weights that the encoder had when the program
// ran whole.
func TestADrawDoesNotRunWhatNoNoiseReaches(t *testing.T) {
	params := nn.NewParams(1)
	g, outputs := drawing(params)
	p, err := nn.CompileDraws(g, outputs...)
	if err != nil {
		t.Fatal(err)
	}
	copy(p.Input("x"), []float32{1, 2, 3, 4, 5})
	p.Draw(0)
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	before := [][]float32{slices.Clone(p.Output(outputs[0])), slices.Clone(p.Output(outputs[1]))}
	clear(params.Get("encoder.weight").Data)
	if err := p.RunDraw(); err != nil {
		t.Fatal(err)
	}
	for i, want := range before {
		if got := p.Output(outputs[i]); !slices.Equal(got, want) {
			t.Errorf("output %d: got %v, want %v", i, got, want)
		}
	}
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	for i, old := range before {
		if got := p.Output(outputs[i]); slices.Equal(got, old) {
			t.Errorf("output %d of a whole run is %v, as before the weights changed", i, got)
		}
	}
}

func TestProgramsOfDrawsReportErrors(t *testing.T) {
	g := nn.NewGraph(nn.NewParams(1), nn.Options{})
	if _, err := nn.CompileDraws(g); err == nil || err.Error() != "nn: a program without outputs" {
		t.Errorf("got %v, want that there are no outputs", err)
	}
	if _, err := nn.CompileDraws(g, g.Failf("broken")); err == nil {
		t.Error("the error of the graph is lost")
	}
}
