package nn_test

import (
	"math"
	"testing"

	"latentspace/kernel"
	"latentspace/nn"
)

// halfModel is dense layers and convolutions, with layers that no input reaches and some that one does.
func halfModel(g *nn.Graph) nn.Node {
	x := g.Input("x", 64, 12, 12, 1)
	h := nn.Conv{Out: 8, Kernel: 4, Stride: 2, Pad: 1}.Forward(g.In("conv"), x).Tanh()
	h = nn.Conv{Out: 16, Kernel: 3, Stride: 1, Pad: 1}.Forward(g.In("next"), h).Tanh()
	h = nn.Linear{Out: 64}.Forward(g.In("code"), nn.Flatten{}.Forward(g, h)).Tanh()
	h = nn.Linear{Out: 6 * 6 * 8}.Forward(g.In("wide"), h).Tanh().Reshape(64, 6, 6, 8)
	y := nn.ConvTranspose{Out: 1, Kernel: 4, Stride: 2, Pad: 1}.Forward(g.In("up"), h)
	return nn.BernoulliNLL(y, x).Mean()
}

// halfStep makes a step and returns its loss and its gradients.
func halfStep(t *testing.T, half, late bool) (float32, map[string][]float32) {
	t.Helper()
	g := nn.NewGraph(nn.NewParams(1), nn.Options{Training: true, Half: half, Late: late})
	loss := halfModel(g)
	p, err := nn.CompileStep(g, loss, nil, loss)
	if err != nil {
		t.Fatal(err)
	}
	x := p.Input("x")
	for i := range x {
		x[i] = float32(i*7919%101) / 100
	}
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	grads := map[string][]float32{}
	for _, d := range p.Grads() {
		grads[d.Name] = d.Values()
	}
	return p.Output(loss)[0], grads
}

// With rounded operands a step has nearly the gradients that it has with float32, and not the same.
// Late gradients are the same as others.
func TestGradientsInHalvesAreNear(t *testing.T) {
	loss, grads := halfStep(t, false, false)
	half, halves := halfStep(t, true, false)
	if d := math.Abs(float64(half-loss)) / float64(loss); d == 0 || d > 0.002 {
		t.Errorf("loss %g, and %g in halves", loss, half)
	}
	for name, g := range grads {
		dot, gg, hh := 0.0, 0.0, 0.0
		for i, v := range halves[name] {
			dot += float64(float64(v) * float64(g[i]))
			gg += float64(float64(g[i]) * float64(g[i]))
			hh += float64(float64(v) * float64(v))
		}
		// Rounding to 8 digits has a relative error of 2⁻⁹ at most, and random signs in sums.
		if cos := dot / math.Sqrt(gg*hh); cos < 0.999 || math.Abs(math.Sqrt(hh/gg)-1) > 0.03 {
			t.Errorf("%s: the cosine with the gradient of float32 is %g, and the lengths are %g and %g", name, cos, math.Sqrt(hh), math.Sqrt(gg))
		}
	}
	_, late := halfStep(t, true, true)
	for name, g := range halves {
		for i := range g {
			if g[i] != late[name][i] {
				t.Fatalf("%s[%d] is %g late and %g at once", name, i, late[name][i], g[i])
			}
		}
	}
}

func TestAStepInHalvesAllocatesNothing(t *testing.T) {
	if kernel.Path() == "portable" {
		t.Skip("it takes its time")
	}
	checkAllocationsOf(t, halfModel, nn.Options{Training: true, Half: true})
}
