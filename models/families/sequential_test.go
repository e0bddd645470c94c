package families_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/example"
	"latentspace/models"
	"latentspace/models/families"
	"latentspace/models/sequential"
	"latentspace/nn"
)

// writer is a model that writes token by token.
type writer interface {
	models.Model
	models.Encoder
	models.Sequential
}

func writers() map[string]writer {
	all := map[string]writer{}
	for kind, f := range families.Models {
		if m, ok := f().(writer); ok {
			all[kind] = m
		}
	}
	return all
}

// The probabilities of the tokens of an example, one after another, are the likelihood of it.
func TestTheStepsOfASequenceAreItsLikelihood(t *testing.T) {
	const n, steps, words = 3, 6, 5
	x := []float32{
		1, 2, 3, 4, 4, 0,
		2, 0, -1, -1, -1, -1,
		3, 3, 1, 0, -1, -1,
	}
	d := known["text"]
	for kind, m := range writers() {
		t.Run(kind, func(t *testing.T) {
			p := params(t, m, d, n)
			dim := latentOf(t, m, d, n, p)
			given := func(g *nn.Graph) models.Batch { return models.NewBatch(g, d, n, nn.Node{}) }
			z := make([]float32, n*dim)
			for i := range z {
				z[i] = float32(i%7)/3 - 1
			}
			g := nn.NewGraph(p, nn.Options{})
			nll := m.Decode(g, g.Constant(z, n, dim), given(g)).NLL(g.Constant(x, n, steps))
			whole := run(t, g, d, nll).Output(nll)

			sum := make([]float64, n)
			g = nn.NewGraph(p, nn.Options{})
			code := g.Constant(z, n, dim)
			state := m.Start(g, code, given(g))
			before := slices.Repeat([]float32{-1}, n)
			for step := range steps {
				var logits nn.Node
				logits, state = m.Next(g, code, g.Constant(before, n), state, given(g))
				y := logits.LogSoftmax()
				log := run(t, g, d, y).Output(y)
				for i := range n {
					w := x[i*steps+step]
					if w >= 0 {
						sum[i] -= float64(log[i*words+int(w)])
					}
					before[i] = w
				}
				before = slices.Clone(before)
			}
			for i, v := range whole {
				if math.Abs(float64(v)-sum[i]) > 1e-4*sum[i] {
					t.Errorf("example %d: %v nats of the steps, %v of the whole", i, sum[i], v)
				}
			}
		})
	}
}

// What stands in the padding of a sequence, and behind a token, changes nothing before it.
func TestATokenDependsOnThoseBeforeItAlone(t *testing.T) {
	d := known["text"]
	for kind, m := range writers() {
		t.Run(kind, func(t *testing.T) {
			p := params(t, m, d, 1)
			dim := latentOf(t, m, d, 1, p)
			nll := func(x ...float32) float32 {
				g := nn.NewGraph(p, nn.Options{})
				y := m.Decode(g, g.Constant(make([]float32, dim), 1, dim), models.NewBatch(g, d, 1, nn.Node{})).NLL(g.Constant(x, 1, 6))
				return run(t, g, d, y).Output(y)[0]
			}
			short, one, other := nll(2, 3, -1, -1, -1, -1), nll(2, 3, 1, -1, -1, -1), nll(2, 3, 4, -1, -1, -1)
			if !(short < one && short < other) || one == other {
				t.Errorf("%v nats of two tokens, %v and %v of three: want more of three", short, one, other)
			}
			g := nn.NewGraph(p, nn.Options{})
			both := m.Encode(g, models.NewBatch(g, d, 2, g.Constant([]float32{2, 3, 0, -1, -1, -1, 2, 3, 0, 1, 1, 1}, 2, 6))).Mean
			out := run(t, g, d, both).Output(both)
			if slices.Equal(out[:dim], out[dim:]) {
				t.Error("the code does not depend on the last tokens")
			}
		})
	}
}

func TestModelsOfTextRefuseOtherData(t *testing.T) {
	for kind, m := range writers() {
		err := families.Suits(m, kind, known["pictures"])
		if want := "models: a model of kind " + kind + ": examples of the fields [image], the first of which is unit, want text: one field of tokens"; err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
		g := nn.NewGraph(nn.NewParams(1), nn.Options{})
		m.Encode(g, models.Input(g, known["points"], 2))
		if err := g.Err(); err == nil || !strings.Contains(err.Error(), "want text: one field of tokens") {
			t.Errorf("%s: got %v", kind, err)
		}
	}
}

// Aggressive training updates the encoder and the decoder in turn at first, and then both.
func TestAggressiveTrainingIsOfTheEncoderFirst(t *testing.T) {
	m := families.Models["textvae"]().(sequential.TextVAE)
	m.Aggressive = sequential.Aggressive{Updates: 5, Epochs: 2}
	var at [2][]string
	for _, p := range m.Phases() {
		for i, epoch := range []float64{1.5, 2} {
			if p.Active(epoch) {
				at[i] = append(at[i], p.Name+strings.Repeat("+", p.Steps())+strings.Join(p.Train, ","))
			}
		}
	}
	if got, want := at[0], []string{"encoder+++++encoder", "decoder+decoder"}; !slices.Equal(got, want) {
		t.Errorf("at first: got %v, want %v", got, want)
	}
	if got, want := at[1], []string{"elbo+++++"}; !slices.Equal(got, want) {
		t.Errorf("then: got %v, want %v", got, want)
	}
}

// A sequence of which the encoder saw no token at all has a code too.
func TestAnEmptySequenceHasACode(t *testing.T) {
	for kind, m := range writers() {
		d := known["text"]
		g := nn.NewGraph(params(t, m, d, 1), nn.Options{})
		x := slices.Repeat([]float32{example.Padding}, 6)
		z := m.Encode(g, models.NewBatch(g, d, 1, g.Constant(x, 1, 6))).Mean
		if out := run(t, g, d, z).Output(z); !finite(out) {
			t.Errorf("%s: %v", kind, out)
		}
	}
}
