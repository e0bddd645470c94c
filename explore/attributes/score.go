package attributes

import (
	"fmt"
	"math"

	"latentspace/metrics"
)

// Score says how well an attribute is read off examples that the reader was not trained
// on.
type Score struct {
	R2       *float64 `json:"r2,omitempty"`       // of a number, 1 − Σ(y − ŷ)²/Σ(y − ȳ)²
	Accuracy *float64 `json:"accuracy,omitempty"` // of classes, the share that is right
	Chance   *float64 `json:"chance,omitempty"`   // of classes, the share of the most frequent
	Error    float64  `json:"standard_error"`     // of R2 or of Accuracy
	N        int      `json:"n"`                  // examples whose value is known

	clear bool // it is clearly better than chance
}

// leastR2 is the least share of an attribute's variance for which its readings count.
const leastR2 = 0.1

// surelyAbove is the number of standard errors by which a score must exceed chance for
// its readings to count.
const surelyAbove = 3

// leastScored is the least number of examples for a score.
const leastScored = 10

// ScoreOf compares readings with the known values of the same examples. Few examples, and a number
// that is constant, have no R2 or Accuracy.
func ScoreOf(known, read Attribute) Score {
	var truth, told []float64
	for i, v := range known.Values {
		if !math.IsNaN(v) {
			truth, told = append(truth, v), append(told, read.Values[i])
		}
	}
	s := Score{N: len(truth)}
	switch {
	case len(truth) < leastScored: // of few, guesses may all be right
	case known.Classes != nil:
		s.classes(whole(truth), whole(told))
	default:
		s.number(truth, told)
	}
	return s
}

// classes scores classes by their indices.
func (s *Score) classes(truth, told []int) {
	accuracy, chance, gain := metrics.Accuracy(told, truth), metrics.Chance(truth), metrics.AboveChance(told, truth)
	s.Accuracy, s.Chance, s.Error = &accuracy.Value, &chance.Value, finite(accuracy.Error)
	s.clear = gain.Value > surelyAbove*gain.Error
}

// number scores a number. The error is that of a ratio of means: the deviation of
// (1 − R²)·(y − ȳ)² − (y − ŷ)² over √n times the variance.
func (s *Score) number(truth, told []float64) {
	mean, variance, wrong := metrics.Mean(truth).Value, 0.0, 0.0
	n := float64(len(truth))
	for i, y := range truth {
		variance += float64((y-mean)*(y-mean)) / n
		wrong += float64((y-told[i])*(y-told[i])) / n
	}
	if variance == 0 {
		return
	}
	share := wrong / variance
	residual := make([]float64, len(truth))
	for i, y := range truth {
		residual[i] = (float64(share*float64((y-mean)*(y-mean))) - float64((y-told[i])*(y-told[i]))) / variance
	}
	r2 := 1 - share
	s.R2, s.Error = &r2, finite(metrics.Mean(residual).Error)
	s.clear = r2 >= leastR2 && r2 > surelyAbove*metrics.Mean(residual).Error
}

// finite returns a standard error, or 0 if it is not finite.
func finite(v float64) float64 {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return 0
	}
	return v
}

func whole(values []float64) []int {
	all := make([]int, len(values))
	for i, v := range values {
		all[i] = int(v)
	}
	return all
}

// Doubt says why a score does not count, "" if it does.
func (s Score) Doubt() string {
	switch {
	case s.clear:
		return ""
	case s.R2 != nil:
		return fmt.Sprintf("its R² is %.2f ± %.2f on %d examples that the reader has not seen", *s.R2, s.Error, s.N)
	case s.Accuracy != nil:
		return fmt.Sprintf("%.0f ± %.0f %% of %d examples that the reader has not seen are read right, and %.0f %% are of one class", 100**s.Accuracy, 100*s.Error, s.N, 100**s.Chance)
	case s.N < leastScored:
		return fmt.Sprintf("%d examples that the reader has not seen have a value of it, want at least %d to tell", s.N, leastScored)
	}
	return fmt.Sprintf("it is the same for all of %d examples that the reader has not seen", s.N)
}

// String formats the score for a table.
func (s Score) String() string {
	switch {
	case s.R2 != nil:
		return fmt.Sprintf("R² %.2f", *s.R2)
	case s.Accuracy != nil:
		return fmt.Sprintf("%.0f %%", 100**s.Accuracy)
	}
	return ""
}
