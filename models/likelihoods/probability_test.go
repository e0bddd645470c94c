package likelihoods

import (
	"math"
	"testing"

	"latentspace/example"
)

// levels are the values k/(n − 1).
func levels(n int) (rows [][]float32) {
	for k := range n {
		rows = append(rows, []float32{float32(float64(k) / float64(n-1))})
	}
	return rows
}

// What can be is all that is probable: the probabilities of every value add up to 1.
func TestProbabilitiesAddUpToOne(t *testing.T) {
	for name, test := range map[string]struct {
		l    Likelihood
		f    example.Field
		y    []float32
		x    [][]float32
		of   given
		want float64
	}{
		"bernoulli of two values":                 {l: Bernoulli{}, f: field(example.Binary, 0, 2), y: []float32{0.7, -1.3}, x: combinations(2, 2)},
		"categorical of two of four words":        {l: Categorical{}, f: field(example.Category, 4, 2), y: []float32{0.3, -1, 2, 0.1, 0, 5, -5, 1}, x: combinations(4, 2)},
		"tokens of three steps":                   {l: Tokens{}, f: field(example.Tokens, 3, 3), y: []float32{1, 2, 3, -1, 0, 1, 0.5, 0.5, 4}, x: combinations(3, 3)},
		"ordinal with gaps":                       {l: Ordinal{}, f: field(example.Ordinal, 4, 2), y: []float32{0.4, -2}, x: combinations(4, 2), of: given{"gaps": {-1, 0.5, -0.7}}},
		"ordinal of two words":                    {l: Ordinal{}, f: field(example.Ordinal, 2, 2), y: []float32{0.4, -2}, x: combinations(2, 2), of: given{"gaps": {0.3}}},
		"ordinal of one word":                     {l: Ordinal{}, f: field(example.Ordinal, 1, 2), y: []float32{0.4, -2}, x: combinations(1, 2)},
		"discretised in the middle":               {l: Discretised{Levels: 256}, f: field(example.Unit, 0, 1), y: []float32{0.3}, x: levels(256)},
		"discretised, narrow":                     {l: Discretised{Levels: 256}, f: field(example.Unit, 0, 1), y: []float32{0.5}, x: levels(256), of: given{"logscale": {-4}}},
		"discretised, narrower than a step":       {l: Discretised{Levels: 256}, f: field(example.Unit, 0, 1), y: []float32{100.0 / 255}, x: levels(256), of: given{"logscale": {-6}}},
		"discretised, wide and beyond the values": {l: Discretised{Levels: 256}, f: field(example.Unit, 0, 1), y: []float32{1.4}, x: levels(256), of: given{"logscale": {2}}},
		"discretised of two levels":               {l: Discretised{Levels: 2}, f: field(example.Binary, 0, 1), y: []float32{0.2}, x: levels(2)},
		"a logistic mixture of 256 levels":        {l: LogisticMixture{3, 256}, f: field(example.Unit, 0, 1), y: []float32{0.5, 0, 1, -0.4, 0.1, 1.2, -2, -6, -9}, x: levels(256)},
		"a logistic mixture, wide":                {l: LogisticMixture{1, 256}, f: field(example.Unit, 0, 1), y: []float32{0.5, 0.3, 8}, x: levels(256)},
		"a logistic mixture of two values":        {l: LogisticMixture{2, 4}, f: field(example.Unit, 0, 2), y: []float32{0.5, 0, 0.3, -1, -1, 0.5, 1, 1, 0, 0, 0, -2}, x: combined(levels(4), 2)},
		"a logistic mixture of colours":           {l: LogisticMixture{2, 6}, f: field(example.Unit, 0, 1, 1, 3), y: colours, x: combined(levels(6), 3)},
	} {
		t.Run(name, func(t *testing.T) {
			sum := 0.0
			for _, v := range nll(t, test.l, test.f, test.y, test.x, false, test.of) {
				if v < -1e-4 || math.IsNaN(v) {
					t.Errorf("−ln of a probability is %v, want at least 0", v)
				}
				sum += math.Exp(-v)
			}
			if !near(sum, 1, 1e-4) {
				t.Errorf("all values have the probability %v, want 1", sum)
			}
		})
	}
}

// A step after the end costs nothing, whatever its logits: sequences of two words and padding
// have all the probability.
func TestPaddingOfTokensCostsNothing(t *testing.T) {
	f := field(example.Tokens, 3, 3)
	y := []float32{1, 2, 3, -1, 0, 1, 0.5, 9, 4}
	short := combinations(3, 2)
	for i := range short {
		short[i] = append(short[i], -1)
	}
	sum := 0.0
	for _, v := range nll(t, Tokens{}, f, y, short, false, nil) {
		sum += math.Exp(-v)
	}
	if !near(sum, 1, 1e-5) {
		t.Errorf("all sequences of two words have the probability %v, want 1", sum)
	}
	if v := nll(t, Tokens{}, f, y, [][]float32{{-1, -1, -1}}, false, nil); v[0] != 0 {
		t.Errorf("an empty sequence costs %v, want 0", v[0])
	}
}

// p(x) of the logistic density over the step around x, with the tails at 0 and 1.
func TestDiscretisedAgreesWithTheLogisticIntegral(t *testing.T) {
	const y, s = 0.35, 0.1
	logscale := float32(math.Log(s) - firstLogScale)
	x := levels(256)
	for i, got := range nll(t, Discretised{Levels: 256}, field(example.Unit, 0, 1), []float32{y}, x, false, given{"logscale": {logscale}}) {
		at := float64(i) / 255
		upper, lower := sigmoid((at+0.5/255-y)/s), sigmoid((at-0.5/255-y)/s)
		if i == 0 {
			lower = 0
		}
		if i == 255 {
			upper = 1
		}
		if want := -math.Log(upper - lower); !near(got, want, 2e-3) {
			t.Errorf("level %d: %v, want %v", i, got, want)
		}
	}
}

// σ(θₖ − y) − σ(θₖ₋₁ − y), with thresholds that the gaps make.
func TestOrdinalAgreesWithItsThresholds(t *testing.T) {
	gaps := []float32{-1, 0.5, -0.7}
	theta := []float64{math.Inf(-1), -1}
	for _, gap := range gaps[1:] {
		theta = append(theta, theta[len(theta)-1]+math.Exp(float64(gap))+leastGap)
	}
	theta = append(theta, math.Inf(1))
	const y = 0.4
	for k, got := range nll(t, Ordinal{}, field(example.Ordinal, 4, 1), []float32{y}, combinations(4, 1), false, given{"gaps": gaps}) {
		if want := -math.Log(sigmoid(theta[k+1]-y) - sigmoid(theta[k]-y)); !near(got, want, 1e-4) {
			t.Errorf("word %d: %v, want %v", k, got, want)
		}
	}
}

// −ln softmax(y)ₓ, and of a grey value the cross-entropy.
func TestWordsAndBitsAgreeWithTheirFormulas(t *testing.T) {
	y := []float32{0.3, -1, 2, 0.1}
	total := 0.0
	for _, v := range y {
		total += math.Exp(float64(v))
	}
	for k, got := range nll(t, Categorical{}, field(example.Category, 4, 1), y, combinations(4, 1), false, nil) {
		if want := math.Log(total) - float64(y[k]); !near(got, want, 1e-5) {
			t.Errorf("word %d: %v, want %v", k, got, want)
		}
	}
	for _, x := range []float32{0, 0.3, 1} {
		p := sigmoid(0.7)
		want := -float64(x)*math.Log(p) - (1-float64(x))*math.Log(1-p)
		if got := nll(t, Bernoulli{}, field(example.Unit, 0, 1), []float32{0.7}, [][]float32{{x}}, false, nil)[0]; !near(got, want, 1e-5) {
			t.Errorf("bernoulli of %v: %v, want %v", x, got, want)
		}
	}
}

// colours are parameters of two components of a pixel of three channels: logits, means, ln s, γ.
var colours = []float32{0.4, -0.3, -0.5, 0.5, 0.2, -0.7, 1.2, 0, -1, -0.5, -2, -1.5, 0, -1, 0.7, -0.6, -1.5, 0.3, 0.9, 2}

// combined are all rows of size values.
func combined(values [][]float32, size int) (rows [][]float32) {
	for _, row := range combinations(len(values), size) {
		for i, k := range row {
			row[i] = values[int(k)][0]
		}
		rows = append(rows, row)
	}
	return rows
}

// The formula of the paper, component by component and channel by channel.
func TestLogisticMixtureAgreesWithItsFormula(t *testing.T) {
	const k, levels = 2, 6
	const h = 1.0 / (levels - 1)
	at := func(i int) float64 { return float64(colours[i]) }
	rows := combined(levels6, 3)
	for i, got := range nll(t, LogisticMixture{k, levels}, field(example.Unit, 0, 1, 1, 3), colours, rows, false, nil) {
		x := [3]float64{}
		for c := range x {
			x[c] = 2*float64(rows[i][c]) - 1
		}
		p, all := 0.0, math.Exp(at(0))+math.Exp(at(1))
		for j := range k {
			means := [3]float64{at(2 + j), at(4+j) + math.Tanh(at(14+j))*x[0], at(6+j) + math.Tanh(at(16+j))*x[0] + math.Tanh(at(18+j))*x[1]}
			joint := math.Exp(at(j)) / all
			for c := range x {
				s := math.Exp(at(8 + 2*c + j))
				upper, lower := sigmoid((x[c]+h-means[c])/s), sigmoid((x[c]-h-means[c])/s)
				if x[c] < -1+h {
					lower = 0
				}
				if x[c] > 1-h {
					upper = 1
				}
				joint *= upper - lower
			}
			p += joint
		}
		if want := -math.Log(p); !near(got, want, 1e-4*(1+want)) {
			t.Errorf("%v: %v, want %v", rows[i], got, want)
		}
	}
}

var levels6 = levels(6)

// With one component and no dependence it is the discretised logistic, in other units: s is half
// as large in [0, 1].
func TestALogisticMixtureOfOneIsADiscretisedLogistic(t *testing.T) {
	const m, logs = 0.2, -1.5
	x := levels(256)
	got := nll(t, LogisticMixture{1, 256}, field(example.Unit, 0, 1), []float32{0, m, logs}, x, false, nil)
	own := given{"logscale": {float32(logs - math.Ln2 - firstLogScale)}}
	want := nll(t, Discretised{256}, field(example.Unit, 0, 1), []float32{(m + 1) / 2}, x, false, own)
	for i := range got {
		if !near(got[i], want[i], 1e-3) {
			t.Errorf("level %d: %v, want %v", i, got[i], want[i])
		}
	}
}
