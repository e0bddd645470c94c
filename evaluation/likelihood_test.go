package evaluation

import (
	"context"
	"math"
	"os"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"latentspace/data"
	"latentspace/example"
	"latentspace/models"
	"latentspace/models/families"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/models/variational"
	"latentspace/tensor"
	"latentspace/trained"
)

// linear is a VAE of points in the plane whose decoder is z ↦ w·z + b with the deviation σ,
// so that p(x) = N(b, w·wᵀ + σ²I), and whose encoder is given: the exact posterior
// N((x − b)·w/(|w|² + σ²), σ²/(|w|² + σ²)), or one as far off as is asked.
type linear struct {
	w, b, sigma float64 // w for both values
	off         float64 // added to the posterior's mean
	wide        float64 // factor of its deviation
}

func (l linear) model(t *testing.T) *trained.Model {
	t.Helper()
	net := families.Models["vae"]().(variational.VAE)
	net.Latent, net.Likelihood = 1, likelihoods.Gaussian{Sigma: likelihoods.Fixed(l.sigma)}
	net.Encoder = networks.MLP{Activation: "relu", Norm: "none", Init: "zeros"}
	m, err := trained.New(net, "vae", models.Data{Schema: example.Points(2)}, 1)
	if err != nil {
		t.Fatal(err)
	}
	precision := 2*l.w*l.w + l.sigma*l.sigma
	weights := m.Weights()
	set := func(layer string, weight, bias []float64) {
		for i, v := range weight {
			weights[layer+".weight"].Data[i] = float32(v)
		}
		for i, v := range bias {
			weights[layer+".bias"].Data[i] = float32(v)
		}
	}
	var encoder, decoder string
	for name := range weights {
		if base, ok := strings.CutSuffix(name, ".weight"); ok && strings.HasPrefix(name, "encoder") {
			encoder = base
		} else if ok {
			decoder = base
		}
	}
	// Rows are inputs; columns the mean and the log-variance.
	set(encoder, []float64{l.w / precision, 0, l.w / precision, 0},
		[]float64{-2*l.b*l.w/precision + l.off, math.Log(l.sigma * l.sigma / precision * l.wide * l.wide)})
	set(decoder, []float64{l.w, l.w}, []float64{l.b, l.b})
	return m
}

// nll is −ln N(x; b, w·wᵀ + σ²I) of a point.
func (l linear) nll(x []float32) float64 {
	c := mat.NewSymDense(2, []float64{l.w*l.w + l.sigma*l.sigma, l.w * l.w, l.w * l.w, l.w*l.w + l.sigma*l.sigma})
	var chol mat.Cholesky
	chol.Factorize(c)
	d := mat.NewVecDense(2, []float64{float64(x[0]) - l.b, float64(x[1]) - l.b})
	var solved mat.VecDense
	if err := chol.SolveVecTo(&solved, d); err != nil {
		panic(err)
	}
	return math.Log(2*math.Pi) + chol.LogDet()/2 + mat.Dot(d, &solved)/2
}

func points(t *testing.T) *data.Splits {
	t.Helper()
	ring := data.Sources["ring"]().(data.Ring)
	ring.Train, ring.Valid, ring.Test = 1000, 10, 600
	return opened(t, ring)
}

// A linear Gaussian model has its evidence in closed form: with the exact posterior one
// draw is enough, with another the estimate is exact within its error, and the evidence
// lower bound is lower by the divergence from the exact one.
func TestTheEvidenceOfALinearGaussianModel(t *testing.T) {
	s := points(t)
	exact := linear{w: 0.8, b: 0.1, sigma: 0.5, wide: 1}
	want := 0.0
	x := make([]float32, 2)
	for i := range s.Test.Len() {
		if err := s.Test.Read(i, x); err != nil {
			t.Fatal(err)
		}
		want += exact.nll(x) / float64(s.Test.Len())
	}
	figures := []string{"neg_elbo", "nll", "kl", "reconstruction_nll", "bits_per_dim"}
	value := func(r *Report, name string) Figure {
		f, ok := r.Figure(name)
		if !ok {
			t.Fatalf("no figure %s", name)
		}
		return f
	}
	for _, draws := range []int{1, 7} {
		r := measured(t, subject(exact.model(t), s), Options{Metrics: figures, Draws: draws, Seed: 1})
		if got := value(r, "nll"); math.Abs(got.Value-want) > 1e-5 {
			t.Errorf("%d draws of the exact posterior: nll %v, want %v", draws, got.Value, want)
		}
		if got := value(r, "bits_per_dim"); math.Abs(got.Value-want/2/math.Ln2) > 1e-5 {
			t.Errorf("bits_per_dim %v, want %v", got.Value, want/2/math.Ln2)
		}
		elbo := value(r, "neg_elbo")
		if math.Abs(elbo.Value-want) > 3*elbo.Error {
			t.Errorf("%d draws: −ELBO %v ± %v, want %v, as the posterior is exact", draws, elbo.Value, elbo.Error, want)
		}
	}

	other := exact
	other.off, other.wide = 0.3, 1.5
	r := measured(t, subject(other.model(t), s), Options{Metrics: figures, Draws: 2000, Seed: 1})
	if got := value(r, "nll"); math.Abs(got.Value-want) > 0.01 {
		t.Errorf("another posterior: nll %v, want %v", got.Value, want)
	}
	// KL(N(m+off, (wide·s)²) ‖ N(m, s²)) is how much the bound is worse.
	variance := exact.sigma * exact.sigma / (2*exact.w*exact.w + exact.sigma*exact.sigma)
	gap := (other.wide*other.wide+other.off*other.off/variance-1)/2 - math.Log(other.wide)
	if got := value(r, "neg_elbo"); math.Abs(got.Value-want-gap) > 0.02 {
		t.Errorf("another posterior: −ELBO %v, want %v more than %v", got.Value, gap, want)
	}
	few := measured(t, subject(other.model(t), s), Options{Metrics: figures, Draws: 3, Seed: 1})
	if a, b := value(few, "nll").Value, value(few, "neg_elbo").Value; !(a < b && a > want) {
		t.Errorf("3 draws: nll %v and −ELBO %v, want the evidence %v below both, in this order", a, b, want)
	}
}

// Two measurements with other seeds differ by less than three of their errors, in every
// figure there is.
func TestSeedsDifferByTheErrors(t *testing.T) {
	if os.Getenv("LATENTSPACE_LONG") == "" {
		t.Skip("without LATENTSPACE_LONG three reports of all figures are left out")
	}
	s := fewer(t, 700, 400)
	m := learned(t, small(1), "vae", s.Train, 400, 2e-3)
	a := measured(t, subject(m, s), Options{Seed: 1})
	b := measured(t, subject(m, s), Options{Seed: 2})
	compared := 0
	for _, section := range a.Sections {
		for _, f := range section.Figures {
			g, ok := b.Figure(f.Name)
			if !ok {
				t.Errorf("%s is there with one seed only", f.Name)
			}
			compared++
			if math.Abs(f.Value-g.Value) > 3*math.Max(f.Error, g.Error)+1e-9 {
				t.Errorf("%s: %v ± %v with one seed and %v ± %v with another", f.Name, f.Value, f.Error, g.Value, g.Error)
			}
			if f.Unit == "" || f.Protocol.Method == "" || f.Protocol.Split != "test" || f.Protocol.N == 0 {
				t.Errorf("%s lacks its unit or protocol: %+v", f.Name, f)
			}
		}
	}
	if compared < 40 {
		t.Errorf("%d figures, want 40 or more", compared)
	}
	if c := measured(t, subject(m, s), Options{Seed: 1}); c.String() != a.String() {
		t.Errorf("the same seed gives another report:\n%s\n%s", a, c)
	}
}

// oneClass is digits of which all are said to be of the first class.
func oneClass(ds data.Dataset) data.Dataset {
	return relabelled{ds, 10, func(int) int { return 0 }}
}

// few is the first examples of a data set, without what else is known of them.
type few struct {
	data.Dataset
	n int
}

func (f few) Len() int { return f.n }

// What a model or its data have nothing for is left out with a sentence, and the rest is
// there.
func TestWhatIsLeftOut(t *testing.T) {
	s := digits(t)
	vae := learned(t, small(1), "vae", s.Train, 20, 1e-3)
	ring := points(t)
	gan := learned(t, families.Models["gan"](), "gan", ring.Train, 1, 1e-3)
	broken := learned(t, small(1), "vae", s.Train, 1, 1e-3)
	for _, w := range broken.Weights() {
		w.Data[0] = float32(math.NaN())
	}
	for name, c := range map[string]struct {
		s     Subject
		left  []string // sentences, in part
		there []string // figures
	}{
		"no labels": {Subject{Model: vae, Train: few{s.Train, 500}, Held: few{s.Test, 100}, Split: "test"},
			[]string{"no classes to tell apart", "factors that the data were drawn from are not known"}, []string{"nll", "ssim", "precision", "denoising_gain"}},
		"one class": {Subject{Model: vae, Train: oneClass(s.Train), Held: oneClass(s.Test), Split: "test"},
			[]string{"no classes to tell apart"}, []string{"nll", "recall", "denoising_gain"}},
		"fewer images than neighbours": {Subject{Model: vae, Train: few{s.Train, 3}, Held: few{s.Test, 4}, Split: "test"},
			[]string{"4 held-out examples are too few to compare samples with"}, []string{"nll", "active_units", "squared_error"}},
		"a model without a likelihood or an encoder": {subject(gan, ring),
			[]string{"kind gan has no likelihood", "kind gan has no encoder"}, []string{"precision", "frechet_distance"}},
		"a model that is broken": {subject(broken, s), []string{"which is no number"}, nil},
	} {
		r, err := Measure(context.Background(), c.s, Options{Seed: 1})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		text := r.String()
		for _, sentence := range c.left {
			if !strings.Contains(text, sentence) {
				t.Errorf("%s: nothing says %q:\n%s", name, sentence, text)
			}
		}
		for _, figure := range c.there {
			if _, ok := r.Figure(figure); !ok {
				t.Errorf("%s: no %s:\n%s", name, figure, text)
			}
		}
	}
}

func TestUnknownFigures(t *testing.T) {
	_, err := Measure(context.Background(), Subject{}, Options{Metrics: []string{"fid"}})
	if err == nil || !strings.Contains(err.Error(), `no figure "fid"`) {
		t.Errorf("got %v", err)
	}
}

// Every figure that a part says it can measure is of one part only.
func TestNamesOfFiguresAreUnique(t *testing.T) {
	seen := map[string]string{}
	for _, p := range parts {
		for _, name := range p.figures {
			if other := seen[name]; other != "" {
				t.Errorf("%s is a figure of %s and of %s", name, other, p.name)
			}
			seen[name] = p.name
		}
	}
}

func TestASingleValueIsFlat(t *testing.T) {
	x := tensor.New(3, 2, 2, 1)
	if got := flat(x); got.Shape[0] != 3 || got.Shape[1] != 4 {
		t.Errorf("got %v, want (3, 4)", got.Shape)
	}
}
