package variational

import (
	"testing"

	"latentspace/models"
	"latentspace/nn"
)

// compute returns the values of a node that build makes of constants.
func compute(t *testing.T, build func(g *nn.Graph) nn.Node) []float32 {
	t.Helper()
	g := nn.NewGraph(nn.NewParams(1), nn.Options{Training: true, Seed: 1})
	y := build(g)
	p, err := nn.Compile(g, y)
	if err != nil {
		t.Fatal(err)
	}
	p.Draw(1)
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	return p.Output(y)
}

// of is a code of constants in dim dimensions.
func of(g *nn.Graph, dim int, mean, logvar []float32) models.Code {
	n := len(mean) / dim
	return models.Code{Mean: g.Constant(mean, n, dim), LogVar: g.Constant(logvar, n, dim)}
}
