package likelihoods

import (
	"math"
	"strings"
	"testing"

	"latentspace/example"
	"latentspace/nn"
)

func TestScaleReadsAndWritesItsText(t *testing.T) {
	for text, want := range map[string]Scale{
		"optimal": Optimal, "learned": Learned, "0.1": Fixed(0.1), "1e-3": Fixed(0.001), "2": Fixed(2),
		"0": Learned, "0.0": Learned, // as it was written before there were words
	} {
		var s Scale
		if err := s.UnmarshalText([]byte(text)); err != nil || s != want {
			t.Errorf("%s: got %q, %v, want %q", text, s, err, want)
			continue
		}
		b, err := s.MarshalText()
		var again Scale
		if err != nil || again.UnmarshalText(b) != nil || again != s {
			t.Errorf("%s is written as %s, %v, which reads as %q", text, b, err, again)
		}
	}
	for _, text := range []string{"", "-1", "wide", "NaN", "inf", "0x", strings.Repeat("9", 400)} {
		s := Optimal
		if err := s.UnmarshalText([]byte(text)); err == nil || !strings.Contains(err.Error(), "want optimal, learned, or a number above 0") || len(err.Error()) > 120 || s != Optimal {
			t.Errorf("%q: got %v and %q, want an error", text, err, s)
		}
	}
}

func TestValueOfAScale(t *testing.T) {
	for s, want := range map[Scale]float64{Fixed(0.1): 0.1, Fixed(28): 28, "1e-3": 0.001} {
		if x, ok := s.Value(); !ok || x != want {
			t.Errorf("%q: %v, %v, want %v", s, x, ok, want)
		}
	}
	for _, s := range []Scale{Optimal, Learned, "", "0", "-1"} {
		if x, ok := s.Value(); ok {
			t.Errorf("%q is the number %v, want none", s, x)
		}
	}
}

// Values that are not known count for nothing in an optimal width: with and without them −ln p of
// the known ones is the same.
func TestMissingValuesDoNotChangeAnOptimalWidth(t *testing.T) {
	f := field(example.Real, 0, 1)
	for _, l := range []Partial{Gaussian{Optimal}, Laplace{Optimal}} {
		first := func(known nn.Node, g *nn.Graph, x ...float32) float32 {
			nll := l.KnownNLL(g, g.Constant(make([]float32, len(x)), len(x), 1), g.Constant(x, len(x), 1), known, f)
			p, err := nn.Compile(g, nll)
			if err != nil {
				t.Fatal(err)
			}
			if err := p.RunAll(); err != nil {
				t.Fatal(err)
			}
			return p.Output(nll)[0]
		}
		g := nn.NewGraph(nn.NewParams(1), nn.Options{Training: true})
		want := first(nn.Node{}, g, 0.5, -2)
		g = nn.NewGraph(nn.NewParams(1), nn.Options{Training: true})
		got := first(g.Constant([]float32{1, 0, 1, 0}, 4), g, 0.5, 0, -2, 7)
		if math.Abs(float64(got-want)) > 1e-5 {
			t.Errorf("%s: got %v nats, want %v", Name(l), got, want)
		}
	}
}
