package variational

import (
	"math"
	"strings"
	"testing"

	"latentspace/example"
	"latentspace/models"
	"latentspace/nn"
	"latentspace/nn/nntest"
)

// normalPDF is the density of N(m, s²) in one dimension.
func normalPDF(x, m, s float64) float64 {
	return math.Exp(-(x-m)*(x-m)/(2*s*s)) / (s * math.Sqrt(2*math.Pi))
}

// The batch has two of three examples, with posteriors N(m, s²) in each of two dimensions, and z is
// given.
func TestEstimatesOfTheAggregatePosterior(t *testing.T) {
	m, s, z := [][]float64{{0, 1}, {2, -1}}, [][]float64{{1, 0.5}, {2, 1}}, [][]float64{{0.5, 0.5}, {1, -2}}
	flat := func(of [][]float64, f func(float64) float64) (all []float32) {
		for _, row := range of {
			for _, v := range row {
				all = append(all, float32(f(v)))
			}
		}
		return all
	}
	same := func(v float64) float64 { return v }
	for estimator, weights := range map[string][2]float64{
		"weighted":   {1.0 / 6, 1.0 / 6}, // 1/(N·M) for each
		"stratified": {1.0 / 3, 2.0 / 3}, // 1/N for the example itself, (N − 1)/N for the other
	} {
		got := compute(t, func(g *nn.Graph) nn.Node {
			b := models.NewBatch(g, models.Data{Examples: 3}, 2, nn.Node{})
			q := of(g, 2, flat(m, same), flat(s, func(v float64) float64 { return 2 * math.Log(v) }))
			model := DefaultTCVAE
			model.Latent, model.Estimator = 2, estimator
			joint, product := model.aggregate(g, b, q, g.Constant(flat(z, same), 2, 2))
			return nn.Concat(0, joint, product)
		})
		for i := range 2 {
			joint, product := 0.0, 0.0
			w := map[bool]float64{true: weights[0], false: weights[1]}
			for j := range 2 {
				joint += w[i == j] * normalPDF(z[i][0], m[j][0], s[j][0]) * normalPDF(z[i][1], m[j][1], s[j][1])
			}
			for k := range 2 {
				sum := 0.0
				for j := range 2 {
					sum += w[i == j] * normalPDF(z[i][k], m[j][k], s[j][k])
				}
				product += math.Log(sum)
			}
			if math.Abs(float64(got[i])-math.Log(joint)) > 1e-5 || math.Abs(float64(got[2+i])-product) > 1e-5 {
				t.Errorf("%s, example %d: got %v and %v, want %v and %v", estimator, i, got[i], got[2+i], math.Log(joint), product)
			}
		}
	}
}

// Over every order of the training set in which batches are drawn, the stratified weights of an
// example have the mean 1/N: the sum that they are of is right in the mean. Here all of five
// examples' batches of three are drawn.
func TestStratifiedWeightsAreRightInTheMean(t *testing.T) {
	const n, m = 5, 3
	w := stratifiedBatch(n, m)
	for i := range m { // whose code it is: example 0, say; the others are any two of four, in any order
		mean, batches := make([]float64, n), 0.0
		for a := 1; a < n; a++ {
			for b := 1; b < n; b++ {
				if a == b {
					continue
				}
				batches++
				others := []int{a, b}
				for j := range m {
					who := 0
					if j != i {
						who, others = others[0], others[1:]
					}
					mean[who] += math.Exp(float64(w[i*m+j]))
				}
			}
		}
		for who, sum := range mean {
			if got := sum / batches; math.Abs(got-1.0/n) > 1e-6 {
				t.Errorf("row %d: the mean weight of example %d is %v, want 1/5", i, who, got)
			}
		}
	}
}

// The parts of the KL add up to what it is of a draw, ln q(z|x) − ln p(z), whatever the estimate of
// q(z), and the loss is −ELBO with all weights 1.
func TestThePartsOfTheKLAddUp(t *testing.T) {
	x := []float32{1, 2, 3, 4, 5, 6, 7, 8}
	for estimator := range estimators {
		m := DefaultTCVAE
		m.Latent, m.Estimator, m.Alpha, m.Beta, m.Gamma = 3, estimator, 1, 1, 1
		batch := func(g *nn.Graph) models.Batch {
			return models.NewBatch(g, models.Data{Schema: example.Points(2), Examples: 10}, 4, g.Constant(x, 4, 2))
		}
		got := compute(t, func(g *nn.Graph) nn.Node {
			loss := m.loss(g, batch(g))
			return loss.Total.Sub(loss.Terms[0].Value).Reshape(1)
		})[0]
		want := compute(t, func(g *nn.Graph) nn.Node {
			q := m.Encode(g, batch(g))
			z := q.Draw(g, "eps") // that of the loss
			return q.LogDensity(z).Add(nn.StandardNormalNLL(z)).Mean().Reshape(1)
		})[0]
		if math.Abs(float64(got-want)) > 1e-4 {
			t.Errorf("%s: beside the reconstruction the loss has %v, want ln q(z|x) − ln p(z), %v", estimator, got, want)
		}
	}
}

func TestGradientsOfTheTCVAE(t *testing.T) {
	for estimator := range estimators {
		nntest.Probe{Spread: 1}.Check(t, func(g *nn.Graph, x []nn.Node) nn.Node {
			m := DefaultTCVAE
			m.Latent, m.Estimator = 2, estimator
			b := models.NewBatch(g, models.Data{Examples: 9}, 4, nn.Node{})
			joint, product := m.aggregate(g, b, models.Code{Mean: x[0], LogVar: x[1]}, x[2])
			return nn.Concat(0, joint, product)
		}, []int{4, 2}, []int{4, 2}, []int{4, 2})
	}
}

func TestTCVAEWantsToKnowTheNumberOfExamples(t *testing.T) {
	_, _, err := DefaultTCVAE.Phases()[0].Graph(nn.NewParams(1), nn.Options{}, models.Data{Schema: example.Points(2)}, 4)
	if want := "estimator weighted: 0 training examples, want at least the 4 of a batch"; err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}
