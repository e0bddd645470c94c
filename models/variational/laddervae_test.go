package variational

import (
	"math"
	"testing"

	"latentspace/models"
	"latentspace/nn"
	"latentspace/nn/nntest"
)

// N(1, 1) times N(4, ½) is in proportion to N(3, ⅓): precisions 1 and 2, means weighed by them. KL from
// N(4, ½) is ½ (⅔ + 2 − ln ⅔ − 1).
func TestThePosteriorOfALadderIsAProduct(t *testing.T) {
	got := compute(t, func(g *nn.Graph) nn.Node {
		p := of(g, 1, []float32{4}, []float32{float32(-math.Ln2)})
		q := merged(of(g, 1, []float32{1}, []float32{0}), p)
		return nn.Concat(0, q.Mean.Reshape(1), q.LogVar.Exp().Reshape(1), divergence(q, p))
	})
	for i, want := range []float64{3, 1.0 / 3, (2.0/3 + 2 - math.Log(2.0/3) - 1) / 2} {
		if math.Abs(float64(got[i])-want) > 1e-5 {
			t.Errorf("got %v, want 3, ⅓ and the KL, %v", got, want)
		}
	}
}

func TestGradientsOfALadder(t *testing.T) {
	nntest.Probe{Spread: 1}.Check(t, func(_ *nn.Graph, x []nn.Node) nn.Node {
		p := models.Code{Mean: x[2], LogVar: x[3]}
		q := merged(models.Code{Mean: x[0], LogVar: x[1]}, p)
		return divergence(q, p)
	}, []int{3, 2}, []int{3, 2}, []int{3, 2}, []int{3, 2})
}
