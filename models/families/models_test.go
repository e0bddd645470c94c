package families_test

import (
	"math"
	"strings"
	"testing"

	"latentspace/example"
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/adversarial"
	"latentspace/models/autoencoders"
	"latentspace/models/families"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/models/rates"
	"latentspace/models/variational"
	"latentspace/nn"
	"latentspace/nn/optim"
	"latentspace/tensor"
)

// training is a model's phases compiled for one batch, the same at every step.
type training struct {
	params   *nn.Params
	programs []*nn.Program
	rules    []*optim.Optimizer
	totals   []nn.Node
	terms    [][]models.Term
	updates  []int // of each phase in a step
}

func compile(t *testing.T, m models.Model, x []float32, of example.Schema, n int) *training {
	t.Helper()
	tr := compileTold(t, m, models.Data{Schema: of}, n)
	for _, p := range tr.programs {
		copy(p.Input(models.InputName), x)
	}
	return tr
}

// compileTold is compile for data of which more is known, without values.
func compileTold(t *testing.T, m models.Model, d models.Data, n int) *training {
	t.Helper()
	tr := &training{params: nn.NewParams(1)}
	for _, p := range m.Phases() {
		g, loss, err := p.Graph(tr.params, nn.Options{Name: p.Name, Training: true, Seed: 1}, d, n)
		if err != nil {
			t.Fatal(err)
		}
		outputs := []nn.Node{loss.Total}
		for _, term := range loss.Terms {
			outputs = append(outputs, term.Value)
		}
		program, err := nn.CompileStep(g, loss.Total, p.Train, outputs...)
		if err != nil {
			t.Fatalf("phase %s: %v", p.Name, err)
		}
		trained := map[string]*tensor.Tensor{}
		for _, d := range program.Grads() {
			trained[d.Name] = d.Param
		}
		tr.programs = append(tr.programs, program)
		tr.rules = append(tr.rules, optim.New(optim.Adam{LR: 0.005, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}, trained))
		tr.totals, tr.terms, tr.updates = append(tr.totals, loss.Total), append(tr.terms, loss.Terms), append(tr.updates, p.Steps())
	}
	return tr
}

// step makes step n of steps, with a learning rate that falls to zero.
func (tr *training) step(t *testing.T, n, steps int) {
	t.Helper()
	tr.stepOf(t, n, steps, func(int) bool { return true })
}

// stepOf makes step n of the phases that are active.
func (tr *training) stepOf(t *testing.T, n, steps int, active func(phase int) bool) {
	t.Helper()
	for i, p := range tr.programs {
		if !active(i) {
			continue
		}
		for r := range tr.updates[i] {
			p.Draw(uint64(n*tr.updates[i] + r))
			if err := p.RunAll(); err != nil {
				t.Fatal(err)
			}
			tr.rules[i].Step(1 - float64(n)/float64(steps))
			for _, d := range p.Grads() {
				tr.rules[i].Update(d.Name, d.Param, d.Value)
			}
			p.Commit()
		}
	}
}

// pictures is a batch of n pictures of 8×8, each with one of two patterns: the
// left or the right half is on.
func pictures(n int) []float32 {
	x := make([]float32, n*64)
	for i := range x {
		if (i%8 < 4) == (i/64%2 == 0) {
			x[i] = 1
		}
	}
	return x
}

var nets = map[string]networks.Network{
	"mlp":            networks.MLP{Hidden: []int{16}, Activation: "tanh", Norm: "none", Init: "glorot"},
	"conv":           networks.Conv{Channels: []int{4, 8}, Activation: "relu", Norm: "none", Init: "glorot", Down: "stride", Up: "transposed"},
	"conv with pool": networks.Conv{Channels: []int{4}, Hidden: []int{8}, Activation: "elu", Norm: "layer", Init: "he", Down: "max", Up: "nearest"},
	"mlp with batch": networks.MLP{Hidden: []int{16, 16}, Activation: "leaky_relu", Norm: "batch", Init: "orthogonal"},
}

// Two equally likely patterns have an entropy of ln 2, which −ELBO cannot go
// below. Without a code the 64 pixels cost 64 ln 2, 44 nats; a posterior of one
// seventh of the prior's width, far narrower than one bit needs, costs ln 7 < 2.
func TestVAELearnsTwoPatterns(t *testing.T) {
	for name, network := range nets {
		t.Run(name, func(t *testing.T) {
			m := variational.VAE{Latent: 2, Encoder: network, Likelihood: likelihoods.Bernoulli{}, Rate: rates.Default}
			tr := compile(t, m, pictures(16), example.Pictures(8, 8, 1), 16)
			got := 0.0 // mean of the last 100 steps: each has one draw
			for n := range 1000 {
				tr.step(t, n, 1000)
				if n >= 900 {
					got += tr.programs[0].Scalar(tr.totals[0]) / 100
				}
			}
			if !(got < math.Ln2+2) {
				t.Errorf("−ELBO %v nats, want it below ln 2 + 2", got)
			}
			if got < math.Ln2-0.05 {
				t.Errorf("−ELBO %v nats, below the entropy ln 2", got)
			}
		})
	}
}

// The data has one degree of freedom, which one number codes.
func TestAELearnsTwoPatterns(t *testing.T) {
	for name, network := range nets {
		t.Run(name, func(t *testing.T) {
			m := autoencoders.AE{Latent: 1, Encoder: network, Loss: "squared_error"}
			tr := compile(t, m, pictures(16), example.Pictures(8, 8, 1), 16)
			for n := range 800 {
				tr.step(t, n, 800)
			}
			// The mean picture, the best without a code, leaves 16.
			if got := tr.programs[0].Scalar(tr.totals[0]); !(got < 1) {
				t.Errorf("squared error %v per picture, want it below 1", got)
			}
			g, err := m.Prior(tr.params)
			if err != nil {
				t.Fatal(err)
			}
			z, err := latent.Draws(g, 1, 1)
			if err != nil || math.IsNaN(float64(z.Data[0])) {
				t.Errorf("a draw from the codes' Gaussian is %v, %v, want a number", z, err)
			}
		})
	}
}

// A Gaussian with learned σ on a constant: the likelihood grows as σ shrinks, so
// that the loss falls below that of σ = 1, ½ ln 2π for each value.
func TestGaussianVAELearnsItsSigma(t *testing.T) {
	x := make([]float32, 16*4)
	for i := range x {
		x[i] = 0.5
	}
	m := variational.VAE{Latent: 1, Encoder: nets["mlp"], Likelihood: likelihoods.Gaussian{Sigma: likelihoods.Learned}, Rate: rates.Default}
	tr := compile(t, m, x, example.Points(4), 16)
	for n := range 400 {
		tr.step(t, n, 400)
	}
	if got, most := tr.programs[0].Scalar(tr.totals[0]), 2*math.Log(2*math.Pi)-2; !(got < most) {
		t.Errorf("−ELBO %v nats, want it below %v", got, most)
	}
}

// gan is a model of two networks of one kind.
func gan(n networks.Network, steps int) adversarial.GAN {
	m := adversarial.DefaultGAN
	m.Latent, m.Generator, m.Discriminator, m.CriticSteps = 2, n, n, steps
	return m
}

// The generator of a GAN on a shifted Gaussian finds its mean, by every loss. Where scores have no
// bound of their own, penalties keep the discriminator from running away.
func TestGANFindsAMean(t *testing.T) {
	mlp := networks.MLP{Hidden: []int{16}, Activation: "leaky_relu", Norm: "none", Init: "glorot"}
	spectral := mlp
	spectral.Norm = "spectral"
	for name, change := range map[string]func(m *adversarial.GAN){
		"nonsaturating": func(*adversarial.GAN) {},
		"hinge":         func(m *adversarial.GAN) { m.Loss, m.Discriminator = "hinge", spectral },
		"least squares": func(m *adversarial.GAN) { m.Loss = "least_squares" },
		"wasserstein":   func(m *adversarial.GAN) { m.Loss, m.GradientPenalty, m.CriticSteps = "wasserstein", 10, 5 },
		"relativistic":  func(m *adversarial.GAN) { m.Loss, m.R1, m.R2 = "relativistic", 0.2, 0.2 },
		"packed":        func(m *adversarial.GAN) { m.Pack = 4 },
	} {
		t.Run(name, func(t *testing.T) {
			m := gan(mlp, 1)
			change(&m)
			findsAMean(t, m)
		})
	}
}

func findsAMean(t *testing.T, m adversarial.GAN) {
	x := make([]float32, 128*2)
	for i := range x {
		x[i] = 2 + 0.1*float32(math.Sin(float64(i)*12.9898))
	}
	tr := compile(t, m, x, example.Points(2), 128)
	sum, count := 0.0, 0
	g := nn.NewGraph(tr.params, nn.Options{Seed: 7})
	y := m.Decode(g, g.Noise("z", 256, 2), models.NewBatch(g, models.Data{Schema: example.Points(2)}, 256, nn.Node{})).Mean()
	p, err := nn.Compile(g, y)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 600 {
		tr.step(t, n, 600)
		if n >= 400 && n%10 == 0 { // it circles around the solution
			p.Draw(uint64(n))
			if err := p.RunAll(); err != nil {
				t.Fatal(err)
			}
			for _, v := range p.Output(y) {
				sum, count = sum+float64(v), count+1
			}
		}
	}
	if mean := sum / float64(count); math.Abs(mean-2) > 0.5 {
		t.Errorf("mean of the samples %v, want 2", mean)
	}
}

func TestGANPhasesTrainTheirOwnNetwork(t *testing.T) {
	mlp := networks.MLP{Hidden: []int{4}, Activation: "relu", Norm: "batch", Init: "glorot"}
	tr := compile(t, gan(mlp, 3), make([]float32, 16), example.Points(2), 8)
	for i, scope := range []string{"discriminator.", "generator."} {
		if len(tr.programs[i].Grads()) == 0 {
			t.Errorf("phase %d has no gradients", i)
		}
		for _, d := range tr.programs[i].Grads() {
			if !strings.HasPrefix(d.Name, scope) {
				t.Errorf("phase %d trains %s, want only %s", i, d.Name, scope)
			}
		}
	}
	p := gan(mlp, 3).Phases()
	if p[0].Steps() != 3 || p[1].Steps() != 1 {
		t.Errorf("%d and %d updates a step, want 3 and 1", p[0].Steps(), p[1].Steps())
	}
}

func TestEveryKindHasDefaultsThatPassItsCheck(t *testing.T) {
	check := func(kind string, v any) {
		c, ok := v.(interface {
			Check(func(key, format string, args ...any))
		})
		if !ok {
			t.Errorf("%s: no Check", kind)
			return
		}
		c.Check(func(key, format string, args ...any) {
			t.Errorf("%s: %s: "+format, append([]any{kind, key}, args...)...)
		})
	}
	for kind, f := range families.Models {
		check(kind, f())
	}
	for kind, f := range families.Earlier {
		check(kind, f())
	}
}
