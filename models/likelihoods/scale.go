package likelihoods

import (
	"fmt"
	"math"
	"strconv"

	"latentspace/nn"
	"latentspace/nn/elementary"
)

// Scale is the width of a density around the decoder's output: a number above 0, [Optimal] or
// [Learned]. The empty Scale is none.
type Scale string

// Widths that are found in training.
const (
	// Optimal is the width under which the examples of a batch are the most probable, in closed
	// form, one for all values. What it was in training on average is used outside of it.
	//
	// Rybkin, Daniilidis and Levine, Simple and Effective VAE Training with Calibrated
	// Decoders, ICML 2021, section 3.
	Optimal Scale = "optimal"
	// Learned is a width for each channel or feature that is a parameter, 1 at first.
	Learned Scale = "learned"
)

// MarshalText implements [encoding.TextMarshaler].
func (s Scale) MarshalText() ([]byte, error) { return []byte(s), nil }

// UnmarshalText implements [encoding.TextUnmarshaler]: optimal, learned, or a number above 0. 0
// is learned, as it was before there were words.
func (s *Scale) UnmarshalText(text []byte) error {
	switch t := Scale(text); t {
	case Optimal, Learned:
		*s = t
		return nil
	}
	x, err := strconv.ParseFloat(string(text), 64)
	switch {
	case err != nil || !(x >= 0) || math.IsInf(x, 0):
		return fmt.Errorf("%.40q, want optimal, learned, or a number above 0", text)
	case x == 0:
		*s = Learned
	default:
		*s = Fixed(x)
	}
	return nil
}

// Fixed is the width x, above 0.
func Fixed(x float64) Scale { return Scale(strconv.FormatFloat(x, 'g', -1, 64)) }

// Value is the number that a scale is, if it is one.
func (s Scale) Value() (x float64, ok bool) {
	x, err := strconv.ParseFloat(string(s), 64)
	return x, err == nil && x > 0
}

// check reports a scale that is neither optimal, learned nor a number above 0.
func (s Scale) check(report func(key, format string, args ...any), key string) {
	if _, ok := s.Value(); !ok && s != Optimal && s != Learned {
		report(key, "%q, want optimal, learned, or a number above 0", string(s))
	}
}

const (
	scaleRate  = 0.01 // of the moving average of an optimal width
	leastWidth = 1e-3 // of an optimal one: constant values have no density
)

// optimal is the logarithm (1) of the mean of a positive quantity over the batch and the values
// of a field: σ² or b at its optimum. Examples whose known (batch) is 0 do not count; all do if it
// is the zero Node. Outside of training it is that of the moving average "name", which starts at 1.
func optimal(g *nn.Graph, name string, deviations, known nn.Node, least float64) nn.Node {
	average := g.Moving(name, nn.Moving{Rate: scaleRate, Start: 1, Positive: true}, 1)
	now := average
	if g.Training {
		now = mean(deviations, known).Reshape(1)
		g.SetState(name, average.Scale(1-scaleRate).Add(now.Scale(scaleRate)))
	}
	return now.AddScalar(least).Log()
}

// mean is the mean of x (batch, …) over the examples whose known (batch) is 1, 0 if there are none;
// over all if known is the zero Node.
func mean(x, known nn.Node) nn.Node {
	if (known == nn.Node{}) {
		return x.Mean()
	}
	shape := x.Shape()
	count := known.Sum().Scale(float64(sizeOf(shape[1:]))).AddScalar(1e-6)
	return x.Reshape(shape[0], sizeOf(shape[1:])).MulCol(known).Sum().Div(count)
}

// logOf is the logarithm of a fixed width.
func logOf(x float64) float64 { return elementary.Log(x) }

// step is 1 where x is above 0, and 0 elsewhere. It has no gradient.
func step(x nn.Node) nn.Node { return x.Scale(1<<100).Clamp(0, 1) }
