package evaluation

import (
	"math"
	"strings"
	"testing"

	"latentspace/example"
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/families"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/models/priors"
	"latentspace/models/variational"
	"latentspace/nn"
	"latentspace/tensor"
	"latentspace/trained"
)

// under is a VAE of points in the plane with the prior N(m, s²), a mixture of one, or of several
// that are all the same. Its decoder is z ↦ w·z for both values with the deviation σ, and its
// posterior the exact one,
//
//	q(z|x) = N(v·(m/s² + w·(x₀ + x₁)/σ²), v),   1/v = 1/s² + 2w²/σ²
type under struct {
	m, s, w, sigma float64
	components     int
}

// variance is v.
func (u under) variance() float64 { return 1 / (1/(u.s*u.s) + 2*u.w*u.w/(u.sigma*u.sigma)) }

func (u under) net() variational.VAE {
	net := families.Models["vae"]().(variational.VAE)
	net.Latent, net.Likelihood, net.CodePrior = 1, likelihoods.Gaussian{Sigma: likelihoods.Fixed(u.sigma)}, priors.Mixture{Components: u.components}
	net.Encoder = networks.MLP{Activation: "relu", Norm: "none", Init: "zeros"}
	return net
}

// weighted gives a model of the form of [under.net] its weights.
func (u under) weighted(t *testing.T, net models.Model) *trained.Model {
	t.Helper()
	m, err := trained.New(net, "vae", models.Data{Schema: example.Points(2)}, 1)
	if err != nil {
		t.Fatal(err)
	}
	v := u.variance()
	slope := v * u.w / (u.sigma * u.sigma)
	for name, w := range m.Weights() {
		var values []float64
		switch {
		case strings.HasPrefix(name, "encoder") && strings.HasSuffix(name, ".weight"):
			values = []float64{slope, 0, slope, 0}
		case strings.HasPrefix(name, "encoder"):
			values = []float64{v * u.m / (u.s * u.s), math.Log(v)}
		case strings.HasPrefix(name, "decoder") && strings.HasSuffix(name, ".weight"):
			values = []float64{u.w, u.w}
		case name == "prior.mean":
			values = repeat(u.m, u.components)
		case name == "prior.logvar":
			values = repeat(2*math.Log(u.s), u.components)
		default:
			values = make([]float64, w.Len())
		}
		for i, v := range values {
			w.Data[i] = float32(v)
		}
	}
	return m
}

func repeat(v float64, n int) []float64 {
	all := make([]float64, n)
	for i := range all {
		all[i] = v
	}
	return all
}

// kl is the mean of KL(q(z|x) ‖ N(m, s²)) over n examples, and evidence that of −ln p(x), p(x) =
// N(w·m, s²·w·wᵀ + σ²·I).
func (u under) closed(t *testing.T, s Subject) (kl, evidence float64) {
	t.Helper()
	v, n := u.variance(), s.Held.Len()
	x := make([]float32, 2)
	lengthwise, across := u.sigma*u.sigma+2*u.w*u.w*u.s*u.s, u.sigma*u.sigma
	for i := range n {
		if err := s.Held.Read(i, x); err != nil {
			t.Fatal(err)
		}
		mean := v * (u.m/(u.s*u.s) + u.w*float64(x[0]+x[1])/(u.sigma*u.sigma))
		kl += (v/(u.s*u.s) + math.Pow((mean-u.m)/u.s, 2) - 1 - math.Log(v/(u.s*u.s))) / 2 / float64(n)
		a, b := float64(x[0]+x[1])/math.Sqrt2-u.w*u.m*math.Sqrt2, float64(x[0]-x[1])/math.Sqrt2
		evidence += (math.Log(2*math.Pi) + (math.Log(lengthwise)+math.Log(across)+a*a/lengthwise+b*b/across)/2) / float64(n)
	}
	return kl, evidence
}

func figureIn(t *testing.T, r *Report, name string) Figure {
	t.Helper()
	f, ok := r.Figure(name)
	if !ok {
		t.Fatalf("no %s:\n%s", name, r)
	}
	return f
}

// weigher has the bound of a VAE as its own.
type weigher struct{ variational.VAE }

func (m weigher) Weigh(g *nn.Graph, b models.Batch) (logLikelihood, logRatio nn.Node) {
	q := m.Encode(g, b)
	z := q.Draw(g, "eps")
	return m.Decode(g, z, b).NLL(b.X).Neg(), m.CodePrior.LogDensity(g.In("prior"), z).Sub(q.LogDensity(z))
}

// With the exact posterior one draw gives the evidence, whatever the prior is and however the
// bound is measured. The KL is exact within the error of its draws.
func TestTheEvidenceUnderAPriorInClosedForm(t *testing.T) {
	s := points(t)
	for name, c := range map[string]struct {
		u    under
		wrap func(variational.VAE) models.Model
	}{
		"the standard normal, as a mixture": {under{m: 0, s: 1, w: 0.8, sigma: 0.5, components: 1}, nil},
		"another normal distribution":       {under{m: 1.5, s: 0.6, w: 0.8, sigma: 0.5, components: 1}, nil},
		"three components in one place":     {under{m: -1, s: 2, w: 0.3, sigma: 0.4, components: 3}, nil},
		"a bound of the model's own":        {under{m: 1.5, s: 0.6, w: 0.8, sigma: 0.5, components: 1}, func(net variational.VAE) models.Model { return weigher{net} }},
	} {
		var net models.Model = c.u.net()
		if c.wrap != nil {
			net = c.wrap(c.u.net())
		}
		of := subject(c.u.weighted(t, net), s)
		kl, evidence := c.u.closed(t, of)
		for _, draws := range []int{1, 20} {
			r := measured(t, of, Options{Metrics: []string{"neg_elbo", "nll", "kl", "reconstruction_nll"}, Draws: draws, Seed: 1})
			if got := figureIn(t, r, "nll"); math.Abs(got.Value-evidence) > 1e-4 {
				t.Errorf("%s, %d draws: nll %v, want %v", name, draws, got.Value, evidence)
			}
			got := figureIn(t, r, "kl")
			if math.Abs(got.Value-kl) > 3*got.Error {
				t.Errorf("%s, %d draws: KL %v ± %v, want %v", name, draws, got.Value, got.Error, kl)
			}
			if !strings.Contains(got.Protocol.Method, "ln q(z|x) − ln p(z)") {
				t.Errorf("%s: the protocol of kl is %q, want the mean over draws", name, got.Protocol.Method)
			}
			if sum, bound := figureIn(t, r, "reconstruction_nll").Value+got.Value, figureIn(t, r, "neg_elbo").Value; math.Abs(sum-bound) > 1e-9 {
				t.Errorf("%s: −ELBO %v, want the sum %v", name, bound, sum)
			}
		}
	}
}

// The divergence of a dimension is that from the model's own prior, and left out where its
// dimensions are not independent.
func TestTheHealthUnderAPriorInClosedForm(t *testing.T) {
	s := points(t)
	u := under{m: 1.5, s: 0.6, w: 0.8, sigma: 0.5, components: 1}
	of := subject(u.weighted(t, u.net()), s)
	kl, _ := u.closed(t, of)
	r := measured(t, of, Options{Metrics: health.figures, Seed: 1})
	if got := figureIn(t, r, "kl_max"); math.Abs(got.Value-kl) > 1e-5 {
		t.Errorf("kl_max %v, want %v", got.Value, kl)
	}
	if got := figureIn(t, r, "unused_codes"); got.Value != 0 {
		t.Errorf("%v unused codes, want none", got.Value)
	}
	information, marginal := figureIn(t, r, "mutual_information"), figureIn(t, r, "marginal_kl")
	if sum := information.Value + marginal.Value; math.Abs(sum-kl) > 3*(information.Error+marginal.Error) {
		t.Errorf("information and mismatch add up to %v, want the KL %v", sum, kl)
	}

	u.components = 2
	r = measured(t, subject(u.weighted(t, u.net()), s), Options{Metrics: health.figures, Seed: 1})
	if why, kind := r.Missing("kl_max"); kind != Lacking || !strings.Contains(why, "dimensions of the model's prior are not independent") {
		t.Errorf("kl_max of a mixture of two: got %v, %q", kind, why)
	}
	if got := figureIn(t, r, "marginal_kl"); math.Abs(got.Value-marginal.Value) > 1e-5 {
		t.Errorf("marginal_kl by two components in one place %v, want %v as by one", got.Value, marginal.Value)
	}
}

// pointed is a VAE whose codes are points, drawn one whose prior only draws.
type pointed struct{ variational.VAE }

func (m pointed) Encode(g *nn.Graph, b models.Batch) models.Code {
	return models.Point(m.VAE.Encode(g, b).Mean)
}

type drawing struct{ variational.VAE }

func (drawing) Prior(*nn.Params) (latent.Prior, error) {
	return latent.Empirical{Codes: tensor.New(3, 1)}, nil
}

// worded is a model whose words of a point are 1 and 2 in place of a number above zero, of two codebooks,
// and 0 of one below. It never says the other two of four.
type worded struct{ pointed }

func (worded) Wording(g *nn.Graph, b models.Batch) nn.Node {
	return b.X.Sign().Clamp(0, 1).MulRow(g.Constant([]float32{1, 2}, 2))
}

func (worded) Vocabulary() (words, codebooks int) { return 4, 2 }

// The words are counted by hand: of each codebook two are used, of which the first has an entropy by
// how many of its numbers are above zero.
func TestTheWordsOfAModelAreCounted(t *testing.T) {
	s := points(t)
	u := under{m: 0, s: 1, w: 0.8, sigma: 0.5, components: 1}
	of := subject(u.weighted(t, worded{pointed{u.net()}}), s)
	r := measured(t, of, Options{Metrics: []string{"perplexity", "words_used"}, Seed: 1, Full: true})
	x, err := of.Model.Read(of.Held, 0, of.Held.Len())
	if err != nil {
		t.Fatal(err)
	}
	want := 0.0
	for k := range 2 {
		above := 0.0
		for i := range x.Len() {
			if x.X.Data[2*i+k] > 0 {
				above++
			}
		}
		p := above / float64(x.Len())
		want -= (p*math.Log(p) + (1-p)*math.Log(1-p)) / 2
	}
	if got := figureIn(t, r, "perplexity"); math.Abs(got.Value-math.Exp(want)) > 1e-9 || !(got.Error < 0.1) || got.Unit != "of 4 words" {
		t.Errorf("perplexity %v ± %v %s, want %v", got.Value, got.Error, got.Unit, math.Exp(want))
	}
	if got := figureIn(t, r, "words_used"); got.Value != 0.5 {
		t.Errorf("%v of the words are used, want half", got.Value)
	}
}

func TestWhatAPriorOrAPosteriorIsNeededFor(t *testing.T) {
	s := points(t)
	u := under{m: 0, s: 1, w: 0.8, sigma: 0.5, components: 1}
	for name, c := range map[string]struct {
		net    models.Model
		figure string
		want   string
	}{
		"the evidence without a posterior":              {pointed{u.net()}, "nll", "A model of kind vae has no posterior, so that the density of examples is not known."},
		"the evidence by a prior that has no density":   {drawing{u.net()}, "nll", "The prior of a model of kind vae has no density: the density of examples is not known."},
		"divergences from a prior that has no density":  {drawing{u.net()}, "kl_max", "The prior of a model of kind vae has no density: no divergence from it is known."},
		"the mismatch with a prior that has no density": {drawing{u.net()}, "marginal_kl", "The prior of a model of kind vae has no density: no divergence from it is known."},
	} {
		r := measured(t, subject(u.weighted(t, c.net), s), Options{Metrics: []string{c.figure}, Seed: 1, Draws: 2})
		if why, kind := r.Missing(c.figure); kind != Lacking || !strings.Contains(why, c.want) {
			t.Errorf("%s: got %v, %q, want %q", name, kind, why, c.want)
		}
	}
	r := measured(t, subject(u.weighted(t, drawing{u.net()}), s), Options{Metrics: []string{"mutual_information"}, Seed: 1})
	figureIn(t, r, "mutual_information")
}
