package evaluation

import (
	"math"
	"strings"
	"testing"

	"latentspace/example"
	"latentspace/models"
	"latentspace/models/autoencoders"
	"latentspace/trained"
)

// corners are points that repeat.
type corners struct{ n int }

var cornerPoints = [][]float32{{2, 0}, {0, 2}, {-2, 0}, {1, 1}}

func (c corners) Len() int               { return c.n }
func (c corners) Schema() example.Schema { return example.Points(2) }
func (c corners) Read(i int, dst []float32) error {
	copy(dst, cornerPoints[i%len(cornerPoints)])
	return nil
}

// hand is a model of points whose weights are set by hand.
func hand(t *testing.T, net models.Model, kind string, weights map[string][]float32) *trained.Model {
	t.Helper()
	m, err := trained.New(net, kind, models.Data{Schema: example.Points(2)}, 1)
	if err != nil {
		t.Fatal(err)
	}
	for name, w := range weights {
		if copy(m.Weights()[name].Data, w) != m.Weights()[name].Len() {
			t.Fatalf("%s has %d values, want %d", name, m.Weights()[name].Len(), len(w))
		}
	}
	return m
}

// Features along both axes and against the first, and one that nothing has: three of the four points
// come back, and the fourth without one of its values. The mean of the points is (¼, ¾), around which
// their squares add up to 11.5. A run whose codes are the points themselves, and whose loss is the
// squared error, gets back as much.
func TestTheFeaturesOfADictionary(t *testing.T) {
	sae := autoencoders.DefaultSAE
	sae.Latent, sae.Activation = 4, autoencoders.TopK{K: 1}
	axes := []float32{1, 0, 0, 1, -1, 0, 0, -1}
	dict := hand(t, sae, "sae", map[string][]float32{"decoder.weight": axes, "encoder.weight": axes})
	same := hand(t, autoencoders.PCA{Latent: 2}, "pca", map[string][]float32{"pca.components": {1, 0, 0, 1}})
	s := Subject{Model: dict, Train: corners{40}, Held: corners{40}, Split: "test", Through: &Through{Model: same, Held: corners{40}, Name: "runs/same"}}
	r := measured(t, s, Options{Metrics: []string{"dead_features", "l0", "explained", "loss_recovered"}, Seed: 1})
	for name, want := range map[string]float64{"dead_features": 0.25, "l0": 1, "explained": 1 - 1/11.5, "loss_recovered": 1 - 1/11.5} {
		if f, ok := r.Figure(name); !ok || math.Abs(f.Value-want) > 1e-5 {
			t.Errorf("%s is %v, want %v\n%s", name, f.Value, want, r)
		}
	}
	if f, _ := r.Figure("loss_recovered"); f.Protocol.N != 40 || !(f.Error > 0) {
		t.Errorf("loss recovered %+v, want it of 40 examples with an error", f)
	}
	used := r.Sections[0].Tables[0]
	if got := strings.Join(used.Rows, " "); got != "0 1 2" || used.Values[0][0] != 0.5 {
		t.Errorf("features %s, %v, want 0 of half of the examples, 1 and 2", got, used.Values)
	}

	// A quarter of the features is of no example, which the diagnosis says.
	d := &diagnosis{Report: r, m: newMeasurement(s, Options{Seed: 1})}
	if f, err := deadCodes(t.Context(), d); err != nil || f == nil || f.Evidence != "25 % of 4 features are of no example." {
		t.Errorf("got %+v, %v, want that a quarter of the features is dead", f, err)
	}

	one := hand(t, autoencoders.PCA{Latent: 1}, "pca", nil)
	s.Through.Model = one
	if _, why := r.Figure("loss_recovered"); !why {
		t.Fatal("no loss recovered")
	}
	r = measured(t, s, Options{Metrics: []string{"loss_recovered"}, Seed: 1})
	if why, _ := r.Missing("loss_recovered"); !strings.Contains(why, "runs/same, a model of kind pca with codes of 1 values, want one with an encoder and a decoder whose codes have the 2 values") {
		t.Errorf("got %q", why)
	}
	s.Through = nil
	r = measured(t, s, Options{Metrics: []string{"loss_recovered"}, Seed: 1})
	if why, _ := r.Missing("loss_recovered"); why != "loss_recovered is of codes of another run, which -through names." {
		t.Errorf("got %q", why)
	}
	s.Model = same
	r = measured(t, s, Options{Metrics: []string{"l0"}, Seed: 1})
	if why, _ := r.Missing("l0"); why != "The codes of a model of kind pca are no features of a dictionary." {
		t.Errorf("got %q", why)
	}
}
