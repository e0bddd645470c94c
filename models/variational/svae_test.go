package variational

import (
	"math"
	"testing"

	"latentspace/example"
	"latentspace/models"
	"latentspace/nn"
	"latentspace/nn/nntest"
)

// On the sphere in three dimensions the KL is κ·coth κ − 1 − ln sinh(κ)/κ.
func TestTheKLOfAPosteriorOnASphere(t *testing.T) {
	kappa := []float32{1, 3, 20, 400}
	got := compute(t, func(g *nn.Graph) nn.Node {
		return vonMises{kappa: g.Constant(kappa, 4), dim: 3}.kl()
	})
	for i, k := range kappa {
		k := float64(k)
		want := k*(1+math.Exp(-2*k))/-math.Expm1(-2*k) - 1 - (k + math.Log1p(-math.Exp(-2*k)) - math.Ln2 - math.Log(k))
		if math.Abs(float64(got[i])-want) > 1e-4 {
			t.Errorf("κ = %v: got %v, want %v", k, got[i], want)
		}
	}
}

// Draws have length 1, the mean A(κ)·μ with A(κ) = coth κ − 1/κ in three dimensions, and the mean of
// ln q(z) − ln p(z) over them is the KL: of 4,000 draws to 0.03.
func TestDrawsOfAPosteriorOnASphere(t *testing.T) {
	const n, k = 4000, 5.0
	mean := []float32{0.6, 0, 0.8}
	var means, kappas []float32
	for range n {
		means, kappas = append(means, mean...), append(kappas, k)
	}
	got := compute(t, func(g *nn.Graph) nn.Node {
		q := vonMises{g.Constant(means, n, 3), g.Constant(kappas, n), 3}
		z := q.draw(g)
		return nn.Concat(1, z, q.logRatio(z).Reshape(n, 1), q.kl().Reshape(n, 1))
	})
	var sum [4]float64
	for i := range n {
		z := got[5*i : 5*i+3]
		if length := math.Sqrt(float64(z[0]*z[0] + z[1]*z[1] + z[2]*z[2])); math.Abs(length-1) > 1e-5 {
			t.Fatalf("draw %d is %v long", i, length)
		}
		for j := range sum {
			sum[j] += float64(got[5*i+j]) / n
		}
	}
	a := 1/math.Tanh(k) - 1.0/k
	for j, m := range mean {
		if math.Abs(sum[j]-a*float64(m)) > 0.03 {
			t.Errorf("mean %v, want %v of %v", sum[:3], a, mean)
		}
	}
	if kl := float64(got[4]); math.Abs(-sum[3]-kl) > 0.05 {
		t.Errorf("mean of ln q(z) − ln p(z) is %v, want the KL, %v", -sum[3], kl)
	}
}

func TestGradientsOnASphere(t *testing.T) {
	nntest.Probe{Spread: 1}.Check(t, func(g *nn.Graph, x []nn.Node) nn.Node {
		q := vonMises{direction(x[0]), x[1].Softplus().AddScalar(1), 4}
		z := q.draw(g)
		return nn.Concat(1, z, q.logRatio(z).Add(q.kl()).Reshape(3, 1))
	}, []int{3, 4}, []int{3})
}

// A code off the sphere decodes as the point of the sphere in its direction.
func TestCodesOffTheSphereDecodeOnIt(t *testing.T) {
	m := DefaultSVAE
	m.Latent = 3
	d := models.Data{Schema: example.Points(2)}
	got := compute(t, func(g *nn.Graph) nn.Node {
		codes := g.Constant([]float32{0.6, 0, 0.8, 3, 0, 4}, 2, 3)
		return m.Decode(g, codes, models.NewBatch(g, d, 2, nn.Node{})).Mean()
	})
	for i, v := range got[:2] {
		if math.Abs(float64(v-got[2+i])) > 1e-6 {
			t.Errorf("value %d is %v on the sphere, and %v at five times the length", i, v, got[2+i])
		}
	}
}
