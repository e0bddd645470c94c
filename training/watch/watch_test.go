package watch

import (
	"strings"
	"testing"

	"latentspace/data"
	"latentspace/example"
	"latentspace/models"
	"latentspace/models/adversarial"
	"latentspace/models/networks"
	"latentspace/trained"
)

// A forced collapse went from .69 by .017 to .0002.
func TestACollapseIsSeenOnce(t *testing.T) {
	var s State
	for i, look := range []struct {
		diversity float64
		collapsed bool
		good      int
	}{
		{0.03, false, 0}, // of the first weights: nothing is lost
		{0.69, false, 2}, {0.15, false, 2}, {0.017, true, 2}, {0.0002, false, 2}, {0.15, false, 2}, {0.3, false, 7}, {0.09, true, 7},
	} {
		if got := s.Look(i+1, look.diversity); got != look.collapsed {
			t.Errorf("look %d at %v: collapsed %v, want %v", i+1, look.diversity, got, look.collapsed)
		}
		if s.Saved(i + 1); s.Good != look.good {
			t.Errorf("after look %d the good step is %d, want %d", i+1, s.Good, look.good)
		}
	}
	if s.Saved(9); s.Good != 7 || s.Highest != 0.69 || s.At != 2 {
		t.Errorf("got %+v, want the highest at 2, and no good step without a look", s)
	}
}

func TestWhatIsToldAtTheEnd(t *testing.T) {
	for want, looks := range map[string][]float64{
		"": {0.1, 0.5},
		"collapsed: the samples are alike since step 1000":     {0.5, 0.01},
		"alike: the samples are alike: their variance is 0.05": {0.02, 0.05},
	} {
		var s State
		for i, d := range looks {
			s.Look(500*(i+1), d)
		}
		name, why := s.Ended()
		if got := name + ": " + why; name == "" && want != "" || name != "" && !strings.HasPrefix(got, want) || want == "" && name != "" {
			t.Errorf("after %v: got %q, want %q", looks, got, want)
		}
	}
	var young State
	young.Look(fewSteps-1, 0.01)
	if name, _ := young.Ended(); name != "" {
		t.Errorf("after %d steps: got %q, want nothing", fewSteps-1, name)
	}
}

// A linear generator y = W·z of z ~ N(0, I) has the variance Σ W² in all; here 2·4² = 32 or 0, over
// that of a ring of radius r, which is nearly r².
func TestDiversityOfALinearGenerator(t *testing.T) {
	net := adversarial.DefaultGAN
	net.Latent, net.Generator, net.Discriminator = 2, networks.MLP{}, networks.MLP{}
	m, err := trained.New(net, "gan", models.Data{Schema: example.Points(2)}, 1)
	if err != nil {
		t.Fatal(err)
	}
	ring := data.Sources["ring"]().(data.Ring)
	splits, err := ring.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	of, err := Variance(m, splits.Train, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range []float32{4, 0} {
		for name, v := range m.Weights() {
			if strings.HasPrefix(name, "generator.") && strings.HasSuffix(name, "weight") {
				copy(v.Data, []float32{w, 0, 0, w})
			}
		}
		want := 2 * float64(w*w) / of.Value
		d, err := Diversity(t.Context(), m, of, 1)
		if err != nil || d.Value < want-4*d.Error || d.Value > want+4*d.Error {
			t.Errorf("W = %v·I: got %v, %v, want %v", w, d, err, want)
		}
	}
}
