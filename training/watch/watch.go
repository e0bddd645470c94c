// Package watch says when the samples of a model in training become alike. The losses of phases that
// play against each other do not: they look the same before and after.
package watch

import (
	"context"
	"fmt"

	"latentspace/data"
	"latentspace/metrics"
	"latentspace/tensor"
	"latentspace/trained"
)

// The diversity of samples is their variance over that of the data. Of a trained GAN it is from .6
// to 1.2, of one that makes the same example of every code below .02, and a generator that makes one
// of ten classes still has most of the variance. A look at 256 samples is off by a tenth of the
// figure, so that no healthy model comes near Alike by chance. What lies between Alike and Varied is
// neither, so that a model at the border does not go to and fro.
const (
	Alike  = 0.1 // below which samples are alike
	Varied = 0.2 // from which they vary
)

// fewSteps are too few to judge a model that never drew varied samples.
const fewSteps = 500

// State is what was seen so far.
type State struct {
	Step      int     `json:"step"`                // of the last look
	Diversity float64 `json:"diversity"`           // of the last look
	Highest   float64 `json:"highest"`             // of all looks
	At        int     `json:"at"`                  // the step of the highest
	Good      int     `json:"good,omitempty"`      // the last saved step whose samples were varied
	Collapsed int     `json:"collapsed,omitempty"` // the step at which samples were found alike that had been varied, until they are varied again
}

// Look takes note of the diversity at a step, and reports whether the samples have become alike
// since the last look.
func (s *State) Look(step int, diversity float64) (collapsed bool) {
	s.Step, s.Diversity = step, diversity
	if diversity > s.Highest || s.At == 0 {
		s.Highest, s.At = diversity, step
	}
	switch {
	case diversity >= Varied:
		s.Collapsed = 0
	case diversity < Alike && s.Highest >= Varied && s.Collapsed == 0:
		s.Collapsed = step
		return true
	}
	return false
}

// Saved takes note that a step is saved.
func (s *State) Saved(step int) {
	if step == s.Step && s.Diversity >= Varied {
		s.Good = step
	}
}

// Ended is what is wrong with the samples at the end of training, "" for nothing: a name and a
// sentence.
func (s *State) Ended() (name, why string) {
	switch {
	case s.Collapsed > 0:
		return "collapsed", fmt.Sprintf("the samples are alike since step %d: their diversity is %.2g", s.Collapsed, s.Diversity)
	case s.Diversity < Alike && s.Step >= fewSteps:
		return "alike", fmt.Sprintf("the samples are alike: their variance is %.2g of that of the data, and never was more than %.2g; try other learning rates of the phases (train.optimizers)", s.Diversity, s.Highest)
	}
	return "", ""
}

// What a look takes.
const (
	samples    = 256
	examples   = 1000
	mostValues = 1 << 24 // of examples
)

// Variance is that of training examples.
func Variance(m *trained.Model, train data.Dataset, seed uint64) (metrics.Estimate, error) {
	most := min(examples, max(2, mostValues/tensor.Size(m.Shape)))
	some := data.Subset(train, data.Some(train.Len(), most, seed, "watch"))
	x, err := m.Values(some, 0, some.Len())
	if err != nil {
		return metrics.Estimate{}, err
	}
	return metrics.TotalVariance(m.Vectors(x))
}

// Diversity is that of samples of the model, beside the variance of the data. Two of the same weights
// and seed agree to the bit.
func Diversity(ctx context.Context, m *trained.Model, of metrics.Estimate, seed uint64) (metrics.Estimate, error) {
	x, err := m.Samples(ctx, samples, seed)
	if err != nil {
		return metrics.Estimate{}, err
	}
	v, err := metrics.TotalVariance(m.Vectors(x))
	if err != nil {
		return metrics.Estimate{}, err
	}
	return metrics.Diversity(v, of)
}
