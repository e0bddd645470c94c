package variational

import (
	"math"
	"testing"

	"latentspace/example"
	"latentspace/models"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/nn"
)

// linear is an importance-weighted autoencoder of two values by one, whose networks are linear:
// p(x|z) = N(w·z, I), so that p(z|x) = N((w·x)/(1 + w·w), 1/(1 + w·w)).
func linear(draws int, gradient string) IWAE {
	m := DefaultIWAE
	m.Latent, m.Likelihood, m.Draws, m.Gradient = 1, likelihoods.Gaussian{Sigma: likelihoods.Fixed(1)}, draws, gradient
	m.Encoder = networks.MLP{Activation: "relu", Norm: "none", Init: "glorot"}
	return m
}

// stepOf is the program of a step of a linear model with w = (0.8, −0.6)·1.5, on three examples, whose
// posterior is the exact one but for an error of its mean.
func stepOf(t *testing.T, m IWAE, wrong float32) (*nn.Program, nn.Node) {
	t.Helper()
	params := nn.NewParams(1)
	g, loss, err := m.Phases()[0].Graph(params, nn.Options{Training: true, Seed: 1}, models.Data{Schema: example.Points(2)}, 3)
	if err != nil {
		t.Fatal(err)
	}
	p, err := nn.CompileStep(g, loss.Total, nil, loss.Total)
	if err != nil {
		t.Fatal(err)
	}
	w := []float32{1.2, -0.9}
	precision := float32(1 + 1.2*1.2 + 0.9*0.9)
	copy(params.Get("decoder.out.weight").Data, w)
	clear(params.Get("decoder.out.bias").Data)
	copy(params.Get("encoder.out.weight").Data, []float32{w[0] / precision, 0, w[1] / precision, 0})
	copy(params.Get("encoder.out.bias").Data, []float32{wrong, -float32(math.Log(float64(precision)))})
	copy(p.Input(models.InputName), []float32{1, 0.5, -0.7, 0.3, 0.2, -1.1})
	return p, loss.Total
}

// gradientsOf runs draw n, and returns the loss and the gradients of the encoder and of the decoder.
func gradientsOf(t *testing.T, p *nn.Program, total nn.Node, n int) (loss float64, encoder, decoder []float32) {
	t.Helper()
	p.Draw(uint64(n))
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	for _, grad := range p.Grads() {
		if nn.InScope(grad.Name, "encoder") {
			encoder = append(encoder, grad.Value...)
		} else {
			decoder = append(decoder, grad.Value...)
		}
	}
	return p.Scalar(total), encoder, decoder
}

// With the exact posterior every weight is p(x), whatever is drawn, so that the gradient of each draw is
// zero: that of the doubly reparameterised estimator is, draw for draw, that of the other only in the mean.
func TestTheDoublyReparameterisedGradientVanishesAtThePosterior(t *testing.T) {
	for _, draws := range []int{1, 4} {
		for _, gradient := range []string{"dreg", "pathwise"} {
			p, total := stepOf(t, linear(draws, gradient), 0)
			_, encoder, _ := gradientsOf(t, p, total, 1)
			largest := 0.0
			for _, v := range encoder {
				largest = max(largest, math.Abs(float64(v)))
			}
			if zero := largest < 1e-5; zero != (gradient == "dreg") {
				t.Errorf("%d draws, %s: a gradient of the encoder of up to %v", draws, gradient, largest)
			}
		}
	}
}

// Away from the posterior both estimators have one mean, and the loss and the decoder's gradient of each
// draw are the same.
func TestBothGradientsOfAnIWAEHaveOneMean(t *testing.T) {
	const runs = 4000
	mean, square := map[string][]float64{}, map[string][]float64{}
	var losses, decoders [2][]float32
	for i, gradient := range []string{"pathwise", "dreg"} {
		p, total := stepOf(t, linear(3, gradient), 0.5)
		mean[gradient], square[gradient] = make([]float64, 6), make([]float64, 6)
		for n := range runs {
			loss, encoder, decoder := gradientsOf(t, p, total, n)
			for k, v := range encoder {
				mean[gradient][k] += float64(v) / runs
				square[gradient][k] += float64(v) * float64(v) / runs
			}
			if n < 5 {
				losses[i] = append(losses[i], float32(loss))
				decoders[i] = append(decoders[i], decoder...)
			}
		}
	}
	for k := range mean["dreg"] {
		a, b := mean["pathwise"][k], mean["dreg"][k]
		va, vb := square["pathwise"][k]-a*a, square["dreg"][k]-b*b
		if difference := math.Abs(a - b); difference > 5*math.Sqrt((va+vb)/runs) {
			t.Errorf("encoder's value %d: means %v and %v, which differ by more than five errors", k, a, b)
		}
		if vb > va {
			t.Errorf("encoder's value %d: a variance of %v, want it below the %v of the pathwise one", k, vb, va)
		}
	}
	for i := range losses[0] {
		if math.Abs(float64(losses[0][i]-losses[1][i])) > 1e-6 {
			t.Errorf("run %d: losses %v and %v, want one", i, losses[0][i], losses[1][i])
		}
	}
	for i := range decoders[0] {
		if math.Abs(float64(decoders[0][i]-decoders[1][i])) > 1e-5 {
			t.Errorf("decoder's value %d: gradients %v and %v, want one", i, decoders[0][i], decoders[1][i])
		}
	}
}
