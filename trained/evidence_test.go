package trained

import (
	"testing"

	"latentspace/example"
	"latentspace/kernel"
	"latentspace/metrics"
	"latentspace/models"
	"latentspace/models/likelihoods"
	"latentspace/models/variational"
	"latentspace/nn"
	"latentspace/tensor"
)

// weigher has the bound of a VAE as its own.
type weigher struct{ variational.VAE }

func (m weigher) Weigh(g *nn.Graph, b models.Batch) (logLikelihood, logRatio nn.Node) {
	q := m.Encode(g, b)
	z := q.Draw(g, "eps")
	return m.Decode(g, z, b).NLL(b.X).Neg(), nn.StandardNormalNLL(z).Neg().Sub(q.LogDensity(z))
}

// digits is a model of the digits of MNIST, and a batch for it.
func digits(t testing.TB, net models.Model, n int) (*Model, Examples) {
	t.Helper()
	m, err := New(net, "vae", models.Data{Schema: example.Pictures(28, 28, 1)}, 1)
	if err != nil {
		t.Fatal(err)
	}
	x := tensor.New(n, 28, 28, 1)
	for i := range x.Data {
		x.Data[i] = float32(i%5) / 4
	}
	return m, Examples{X: x}
}

// The draws of a model's own bound are those of one program that runs whole for each.
func TestDrawsOfAWeigherAreThoseOfWholeRuns(t *testing.T) {
	net := variational.DefaultVAE
	net.Likelihood = likelihoods.Bernoulli{}
	m, x := digits(t, weigher{net}, 3)
	var got [][]float32
	err := m.Weigh(t.Context(), x, 3, 7, func(like, ratio []float32) { got = append(got, append(append([]float32(nil), like...), ratio...)) })
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range got {
		// The first of its own is a whole run.
		err := m.Weigh(t.Context(), x, 1, 7+uint64(i), func(like, ratio []float32) {
			for k, v := range append(append([]float32(nil), like...), ratio...) {
				if v != want[k] {
					t.Errorf("draw %d, value %d: %v, want %v", i, k, want[k], v)
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// BenchmarkImportanceSampling compares a draw of the posterior of a VAE with one of the same model's own
// bound. Both take the same time, within the noise of the machine.
func BenchmarkImportanceSampling(b *testing.B) {
	net := variational.DefaultVAE
	net.Likelihood = likelihoods.Bernoulli{}
	for name, net := range map[string]models.Model{"posterior": net, "weigher": weigher{net}} {
		b.Run(name, func(b *testing.B) {
			m, x := digits(b, net, evidenceBatch)
			e, err := m.Evidence()
			if err != nil {
				b.Fatal(err)
			}
			const draws = 50
			for b.Loop() {
				if err := e.Measure(b.Context(), x, draws, kernel.Seed(1, "bench"), &Bounds{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(draws*evidenceBatch*b.N)/b.Elapsed().Seconds(), "draws/s")
		})
	}
}

// For N(0, I) every bit of a weight is what it was when there was no other prior.
func TestTheStandardNormalKeepsItsBits(t *testing.T) {
	mu, logvar := tensor.New(2, 3), tensor.New(2, 3)
	for i := range mu.Data {
		mu.Data[i], logvar.Data[i] = float32(i)/3, -float32(i)/5
	}
	w := weights{mu: mu, logvar: logvar, draws: 3}
	w.prepare()
	z, nll := make([]float32, 6), []float32{1.25, 2.5}
	var want [2]metrics.LogMean
	for w.next(z) {
		w.add(nll)
		for i, v := range nll {
			a := w.base[i] - float64(v)
			for j := range 3 {
				e, c := float64(w.eps[3*i+j]), float64(z[3*i+j])
				a += float64((float64(e*e) - float64(c*c)) / 2)
			}
			want[i].Add(a)
		}
	}
	for i := range want {
		if w.log[i].Value() != want[i].Value() {
			t.Errorf("example %d: got %v, want %v", i, w.log[i].Value(), want[i].Value())
		}
	}
}
