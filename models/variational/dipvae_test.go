package variational

import (
	"math"
	"testing"

	"latentspace/models"
	"latentspace/nn"
	"latentspace/nn/nntest"
)

// Means (1, 0), (−1, 0), (1, 2), (−1, −2) have the variances 1 and 2 and the covariance 1. With mean
// posterior variances of ½ and 0, C is 1½, 2 and 1: off the diagonal 1² twice, on it ½² + 1².
func TestTheCovarianceOfTheAggregatePosterior(t *testing.T) {
	got := compute(t, func(g *nn.Graph) nn.Node {
		small := float32(-80)
		half := float32(math.Log(0.5))
		off, diagonal := unlikeIdentity(of(g, 2, []float32{1, 0, -1, 0, 1, 2, -1, -2}, []float32{half, small, half, small, half, small, half, small}))
		return nn.Concat(0, off.Reshape(1), diagonal.Reshape(1))
	})
	if math.Abs(float64(got[0])-2) > 1e-5 || math.Abs(float64(got[1])-1.25) > 1e-5 {
		t.Errorf("got %v, want 2 off the diagonal and 1.25 on it", got)
	}
}

func TestGradientsOfTheDIPVAE(t *testing.T) {
	nntest.Check(t, func(_ *nn.Graph, x []nn.Node) nn.Node {
		off, diagonal := unlikeIdentity(models.Code{Mean: x[0], LogVar: x[1]})
		return off.Add(diagonal.Scale(2))
	}, []int{5, 3}, []int{5, 3})
}
