package variational

import (
	"math"
	"strings"
	"testing"

	"latentspace/example"
	"latentspace/models"
	"latentspace/models/priors"
	"latentspace/nn"
)

// The density of a code is that of its noise, divided by the determinant of the derivative of one by
// the other. Here that is not one of a triangle, as values are reversed between the maps.
func TestTheDensityOfAPosteriorWithAFlow(t *testing.T) {
	m := DefaultIAFVAE
	m.Latent, m.Flows, m.FlowHidden, m.Context = 2, 3, []int{6}, 4
	params := nn.NewParams(1)
	g := nn.NewGraph(params, nn.Options{})
	b := models.NewBatch(g, models.Data{Schema: example.Points(3)}, 1, g.Input("x", 1, 3))
	var eps nn.Node
	z, logq := m.flow(g, b, func(shape ...int) nn.Node {
		eps = g.Input("eps", shape...)
		return eps
	})
	first, second := g.Grad(z.Slice(1, 0, 1).Sum(), eps)[0], g.Grad(z.Slice(1, 1, 2).Sum(), eps)[0]
	p, err := nn.Compile(g, z, logq, first, second)
	if err != nil {
		t.Fatal(err)
	}
	for k, name := range params.Trained() { // far from what they start as
		for i := range params.Get(name).Data {
			params.Get(name).Data[i] += float32(0.5 * math.Sin(float64(13*i+7*k)))
		}
	}
	copy(p.Input("x"), []float32{0.3, -1, 2})
	for _, noise := range [][]float32{{0, 0}, {1, -0.5}, {-2, 1.5}} {
		copy(p.Input("eps"), noise)
		if err := p.RunAll(); err != nil {
			t.Fatal(err)
		}
		a, c := p.Output(first), p.Output(second)
		det := float64(a[0])*float64(c[1]) - float64(a[1])*float64(c[0])
		if math.Abs(float64(a[1]*c[0])) < 1e-4 {
			t.Errorf("the values of a code do not depend on each other: %v and %v", a, c)
		}
		square := float64(noise[0]*noise[0] + noise[1]*noise[1])
		want := -square/2 - math.Log(2*math.Pi) - math.Log(math.Abs(det))
		if got := float64(p.Output(logq)[0]); math.Abs(got-want) > 1e-4*(1+math.Abs(want)) {
			t.Errorf("noise %v: ln q %v, want %v", noise, got, want)
		}
	}
}

func TestAFlowRefusesPriorsOfTheEncoder(t *testing.T) {
	m := DefaultIAFVAE
	m.CodePrior = priors.Vamp{Components: 3}
	var got []string
	m.Check(func(key, format string, _ ...any) { got = append(got, key+": "+format) })
	if len(got) != 1 || !strings.HasPrefix(got[0], "prior: made of the encoder's own distributions") {
		t.Errorf("got %v, want what it says of the prior", got)
	}
}
