package likelihoods

import (
	"math"
	"slices"
	"testing"

	"latentspace/example"
)

const draws = 20_000 // a frequency of them is known to 0.0035, one standard error

// The frequencies of draws are the probabilities that the likelihood gives, to five errors; what
// it shows of indices is the most frequent, or the middle of what is in order.
func TestDrawsHaveTheFrequenciesOfTheDistribution(t *testing.T) {
	for name, test := range map[string]struct {
		l    Likelihood
		f    example.Field
		y    []float32
		x    [][]float32
		of   given
		mean []float32
	}{
		"bernoulli":                     {Bernoulli{}, field(example.Binary, 0, 2), []float32{0.7, -1.3}, combinations(2, 2), nil, []float32{float32(sigmoid(0.7)), float32(sigmoid(-1.3))}},
		"categorical":                   {Categorical{}, field(example.Category, 3, 2), []float32{0.3, -1, 2, 0.1, 0, 1}, combinations(3, 2), nil, []float32{2, 2}},
		"tokens":                        {Tokens{}, field(example.Tokens, 3, 2), []float32{0.3, 1, 0.2, 0.1, 0, 1}, combinations(3, 2), nil, []float32{1, 2}},
		"ordinal":                       {Ordinal{}, field(example.Ordinal, 4, 2), []float32{0.4, -2}, combinations(4, 2), given{"gaps": {-1, 0.5, -0.7}}, []float32{1, 0}},
		"discretised":                   {Discretised{Levels: 5}, field(example.Unit, 0, 1), []float32{0.3}, levels(5), nil, []float32{0.3}},
		"discretised beyond the values": {Discretised{Levels: 5}, field(example.Unit, 0, 1), []float32{1.3}, levels(5), nil, []float32{1}},
		// Both components have the same weight, and the second channel γ = 0: the mean is 0.5 and 0.3.
		"a logistic mixture": {LogisticMixture{2, 4}, field(example.Unit, 0, 1, 1, 2), []float32{0, 0, -0.5, 0.5, -0.4, -0.4, -1, -2, -1, -1, 0, 0}, combined(levels(4), 2), nil, []float32{0.5, 0.3}},
		// The second channel follows the first: E x₂ = −0.2 + tanh(0.5)·E x₁ of each component.
		"a logistic mixture whose channels depend": {LogisticMixture{1, 4}, field(example.Unit, 0, 1, 1, 2), []float32{0, 0.5, -0.2, -1, -1.5, 0.5}, combined(levels(4), 2), nil,
			[]float32{0.75, float32(0.4 + math.Tanh(0.5)*0.25)}},
	} {
		t.Run(name, func(t *testing.T) {
			got, mean := drawn(t, test.l, test.f, test.y, draws, test.of)
			for i := range mean {
				if !near(float64(mean[i]), float64(test.mean[i]), 1e-6) {
					t.Errorf("mean %v, want %v", mean, test.mean)
					break
				}
			}
			counted := 0
			for i, v := range nll(t, test.l, test.f, test.y, test.x, false, test.of) {
				p, n := math.Exp(-v), 0
				for _, row := range got {
					if slices.Equal(row, test.x[i]) {
						n++
					}
				}
				counted += n
				if f := float64(n) / draws; !near(f, p, 5*math.Sqrt(p*(1-p)/draws)+1e-4) {
					t.Errorf("%v is drawn with the frequency %v, want %v", test.x[i], f, p)
				}
			}
			if counted != draws {
				t.Errorf("%d of %d draws are values that there can be", counted, draws)
			}
		})
	}
}

// The mean of draws is y and their spread the width: the deviation of a normal number, and the
// mean distance of a Laplace one.
func TestDrawsHaveTheMomentsOfTheDensity(t *testing.T) {
	y := []float32{0.5, -0.25}
	for name, test := range scaled {
		got, shown := drawn(t, test.l, field(example.Real, 0, 2), y, draws, test.of)
		if !slices.Equal(shown, y) {
			t.Errorf("%s: mean %v, want %v", name, shown, y)
		}
		_, laplace := test.l.(Laplace)
		for k, width := range test.widths {
			mean, spread := 0.0, 0.0
			for _, row := range got {
				d := float64(row[k] - y[k])
				mean += d / draws
				if laplace {
					spread += math.Abs(d) / draws
				} else {
					spread += d * d / draws
				}
			}
			if !laplace {
				spread = math.Sqrt(spread)
			}
			if !near(mean, 0, 7*width/math.Sqrt(draws)) || !near(spread, width, 5*width/math.Sqrt(draws)) {
				t.Errorf("%s: draws are off by %v with a spread of %v, want 0 and %v", name, mean, spread, width)
			}
		}
	}
}
