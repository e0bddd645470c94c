package likelihoods

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/example"
	"latentspace/nn"
	"latentspace/nn/nntest"
)

// Gradients by the decoder's output and by every parameter, in training.
func TestGradients(t *testing.T) {
	reals := []float32{0.9, -0.2, 1, 0.4, -0.3, 0.1}
	for name, test := range map[string]struct {
		l Likelihood
		f example.Field
		x []float32
	}{
		"bernoulli":                   {Bernoulli{}, field(example.Unit, 0, 2), []float32{0, 1, 0.3, 0.5, 1, 1}},
		"categorical":                 {Categorical{}, field(example.Category, 3, 2), []float32{0, 1, 2, 0, 1, 1}},
		"tokens with padding":         {Tokens{}, field(example.Tokens, 3, 2), []float32{0, 1, 2, -1, -1, -1}},
		"ordinal":                     {Ordinal{}, field(example.Ordinal, 4, 2), []float32{0, 1, 2, 3, 1, 2}},
		"ordinal of two words":        {Ordinal{}, field(example.Ordinal, 2, 2), []float32{0, 1, 1, 0, 1, 1}},
		"discretised":                 {Discretised{Levels: 11}, field(example.Unit, 0, 2), []float32{0, 1, 0.3, 0.5, 0.9, 0.1}},
		"logistic mixture":            {LogisticMixture{2, 11}, field(example.Unit, 0, 2), []float32{0, 1, 0.3, 0.5, 0.9, 0.1}},
		"logistic mixture of colours": {LogisticMixture{2, 11}, field(example.Unit, 0, 1, 1, 3), []float32{0, 1, 0.3, 0.5, 0.9, 0.1, 1, 0.7, 0}},
		"gaussian, fixed":             {Gaussian{Fixed(0.7)}, field(example.Real, 0, 2), reals},
		"gaussian, learned":           {Gaussian{Learned}, field(example.Real, 0, 2), reals},
		"gaussian, optimal":           {Gaussian{Optimal}, field(example.Real, 0, 2), reals},
		"laplace, fixed":              {Laplace{Fixed(0.7)}, field(example.Real, 0, 2), []float32{9, -9, 9, 9, -9, 9}},
		"laplace, learned":            {Laplace{Learned}, field(example.Real, 0, 2), []float32{9, -9, 9, 9, -9, 9}},
		"laplace, optimal":            {Laplace{Optimal}, field(example.Real, 0, 2), []float32{9, -9, 9, 9, -9, 9}},
		"auto of values in [0,1]":     {Auto{}, field(example.Unit, 0, 2), []float32{0, 1, 0.3, 0.5, 1, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			nntest.Probe{Spread: 0.8}.Check(t, func(g *nn.Graph, y []nn.Node) nn.Node {
				return test.l.NLL(g, y[0], g.Constant(test.x, append([]int{3}, test.f.Shape...)...), test.f)
			}, append([]int{3}, test.l.Params(test.f)...))
		})
	}
}

func TestSupport(t *testing.T) {
	inf := math.Inf(1)
	for name, test := range map[string]struct {
		l      Likelihood
		f      example.Field
		lo, hi float64
	}{
		"bernoulli":              {Bernoulli{}, field(example.Unit, 0, 2), 0, 1},
		"discretised":            {Discretised{Levels: 256}, field(example.Unit, 0, 2), 0, 1},
		"logistic mixture":       {LogisticMixture{5, 256}, field(example.Unit, 0, 2), 0, 1},
		"gaussian":               {Gaussian{Optimal}, field(example.Real, 0, 2), -inf, inf},
		"laplace":                {Laplace{Optimal}, field(example.Real, 0, 2), -inf, inf},
		"categorical":            {Categorical{}, field(example.Category, 4), 0, 3},
		"ordinal":                {Ordinal{}, field(example.Ordinal, 3), 0, 2},
		"tokens, with padding":   {Tokens{}, field(example.Tokens, 5, 8), -1, 4},
		"auto of real values":    {Auto{}, field(example.Real, 0, 2), -inf, inf},
		"auto of grey values":    {Auto{}, field(example.Unit, 0, 2), 0, 1},
		"auto of words in order": {Auto{}, field(example.Ordinal, 3), 0, 2},
	} {
		if lo, hi := test.l.Support(test.f); lo != test.lo || hi != test.hi {
			t.Errorf("%s: from %v to %v, want from %v to %v", name, lo, hi, test.lo, test.hi)
		}
	}
}

func TestAutoStandsForWhatSuitsAField(t *testing.T) {
	for kind, want := range map[example.Kind]Likelihood{
		example.Real: Gaussian{Optimal}, example.Unit: Bernoulli{}, example.Binary: Bernoulli{},
		example.Category: Categorical{}, example.Ordinal: Ordinal{}, example.Tokens: Tokens{},
	} {
		f := field(kind, 3, 2)
		if got := For(Auto{}, f); got != want {
			t.Errorf("of %s: %#v, want %#v", kind, got, want)
		}
		if got := For(Laplace{Learned}, f); got != (Laplace{Learned}) {
			t.Errorf("a likelihood that is named: %#v, want itself", got)
		}
		if got := (Auto{}).Params(f); !slices.Equal(got, want.Params(f)) {
			t.Errorf("of %s: parameters %v, want %v", kind, got, want.Params(f))
		}
		if err := Check(Auto{}, f); err != nil {
			t.Error(err)
		}
	}
}

func TestAutoOfSoundIsGaussian(t *testing.T) {
	f := example.Spectrograms(8, 8, example.Sound{}).Fields[0]
	if got, want := For(Auto{}, f), (Gaussian{Optimal}); got != want {
		t.Errorf("got %#v, want %#v", got, want)
	}
}

func TestCheckOfAFieldNamesWhatFitsIt(t *testing.T) {
	for name, test := range map[string]struct {
		l    Likelihood
		f    example.Field
		want string
	}{
		"bernoulli of real values":   {Bernoulli{}, field(example.Real, 0, 2), `model.likelihood: bernoulli of field "f", which is real: want auto, gaussian, laplace`},
		"gaussian of a class":        {Gaussian{Optimal}, field(example.Category, 3), `model.likelihood: gaussian of field "f", which is category: want auto, categorical`},
		"tokens of words in order":   {Tokens{}, field(example.Ordinal, 3), `model.likelihood: tokens of field "f", which is ordinal: want auto, categorical, ordinal`},
		"ordinal of text":            {Ordinal{}, field(example.Tokens, 3, 2), `model.likelihood: ordinal of field "f", which is tokens: want auto, tokens`},
		"categorical of grey values": {Categorical{}, field(example.Unit, 0, 2), `model.likelihood: categorical of field "f", which is unit: want auto, bernoulli, discretised, gaussian, laplace, logistic_mixture`},
		"gaussian of grey values":    {Gaussian{Optimal}, field(example.Unit, 0, 2), ""},
		"categorical of an order":    {Categorical{}, field(example.Ordinal, 3), ""},
	} {
		got := ""
		if err := Check(test.l, test.f); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

// own is a likelihood that is not registered.
type own struct{ Bernoulli }

func TestNames(t *testing.T) {
	for kind, f := range Likelihoods {
		if got := Name(f()); got != kind {
			t.Errorf("the name of %T is %q, want %q", f(), got, kind)
		}
	}
	if got := Name(Gaussian{Fixed(3)}); got != "gaussian" {
		t.Errorf("the name of a gaussian with another sigma is %q", got)
	}
	if got := Name(own{}); got != "likelihoods.own" {
		t.Errorf("the name of a likelihood that is not registered is %q, want its type's", got)
	}
}

// reported is what a Check reports.
func reported(l Likelihood) string {
	var all []string
	if c, ok := l.(interface {
		Check(func(key, format string, args ...any))
	}); ok {
		c.Check(func(key, format string, args ...any) { all = append(all, key+": "+fmt.Sprintf(format, args...)) })
	}
	return strings.Join(all, "\n")
}

func TestOptionsAreChecked(t *testing.T) {
	for _, table := range []map[string]func() Likelihood{Likelihoods, Earlier} {
		for _, kind := range slices.Sorted(maps.Keys(table)) {
			if got := reported(table[kind]()); got != "" {
				t.Errorf("the defaults of %s: %s", kind, got)
			}
		}
	}
	for name, test := range map[string]struct {
		l    Likelihood
		want string
	}{
		"no deviation":            {Gaussian{}, `sigma: "", want optimal, learned, or a number above 0`},
		"a word for a deviation":  {Gaussian{Sigma: "wide"}, `sigma: "wide", want optimal, learned, or a number above 0`},
		"a negative width":        {Laplace{Scale: "-1"}, `scale: "-1", want optimal, learned, or a number above 0`},
		"one level":               {Discretised{Levels: 1}, "levels: 1, want it from 2 to 65536"},
		"too many levels":         {Discretised{Levels: 65537}, "levels: 65537, want it from 2 to 65536"},
		"no components":           {LogisticMixture{0, 256}, "components: 0, want it from 1 to 100"},
		"a mixture of one level":  {LogisticMixture{5, 1}, "levels: 1, want it from 2 to 65536"},
		"a deviation of a number": {Gaussian{Fixed(0.25)}, ""},
	} {
		if got := reported(test.l); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}
