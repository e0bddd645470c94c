package optim

import (
	"math"
	"slices"

	"latentspace/nn/elementary"
)

// Schedule is the course of the learning rate over a run.
type Schedule interface {
	// Factor returns what to multiply the learning rate by, in the step that starts
	// after the given number of epochs, whole or not, of a run of epochs, which is
	// above zero.
	Factor(epoch, epochs float64) float64
	// Check reports every field that is out of range, by its name in YAML.
	Check(report func(key, format string, args ...any))
}

// Constant leaves the learning rate alone:
//
//	factor = 1
type Constant struct{}

// Factor implements [Schedule].
func (Constant) Factor(_, _ float64) float64 { return 1 }

// Check implements [Schedule].
func (Constant) Check(func(key, format string, args ...any)) {}

// Step multiplies by Gamma each time Every epochs have passed:
//
//	factor = Gamma^⌊epoch / Every⌋
//
// Every is at least 1, Gamma in (0, 1].
type Step struct {
	Every int     `yaml:"every"` // epochs, at least 1
	Gamma float64 `yaml:"gamma"` // factor, in (0, 1]
}

// Factor implements [Schedule].
func (s Step) Factor(epoch, _ float64) float64 {
	return elementary.Pow(s.Gamma, math.Floor(epoch/float64(s.Every)))
}

// Check implements [Schedule].
func (s Step) Check(report func(key, format string, args ...any)) {
	if s.Every < 1 {
		report("every", "%d, want at least 1 epoch", s.Every)
	}
	checkGamma(report, s.Gamma)
}

// Milestones multiplies by Gamma at chosen epochs:
//
//	factor = Gamma^(number of At ≤ epoch)
//
// At has at least one epoch and rises strictly from zero or above, Gamma is in
// (0, 1].
type Milestones struct {
	At    []float64 `yaml:"at"`    // epochs, rising
	Gamma float64   `yaml:"gamma"` // factor, in (0, 1]
}

// Factor implements [Schedule].
func (m Milestones) Factor(epoch, _ float64) float64 {
	passed, exact := slices.BinarySearch(m.At, epoch)
	if exact {
		passed++
	}
	return elementary.Pow(m.Gamma, float64(passed))
}

// Check implements [Schedule].
func (m Milestones) Check(report func(key, format string, args ...any)) {
	if len(m.At) == 0 {
		report("at", "no epochs, want at least one")
	}
	for i, at := range m.At {
		if !(at >= 0) || math.IsInf(at, 1) {
			report("at", "epoch %v, want a number of at least 0", at)
		}
		if i > 0 && at <= m.At[i-1] {
			report("at", "epoch %v after %v, want rising epochs", at, m.At[i-1])
		}
	}
	checkGamma(report, m.Gamma)
}

// Exponential multiplies by Gamma over each epoch, a little at every step:
//
//	factor = Gamma^epoch
//
// Gamma is in (0, 1].
type Exponential struct {
	Gamma float64 `yaml:"gamma"` // factor, in (0, 1]
}

// Factor implements [Schedule].
func (e Exponential) Factor(epoch, _ float64) float64 { return elementary.Pow(e.Gamma, epoch) }

// Check implements [Schedule].
func (e Exponential) Check(report func(key, format string, args ...any)) { checkGamma(report, e.Gamma) }

// Cosine falls along half a wave, from 1 at the start of the run to Floor at its
// end, and stays there:
//
//	factor = Floor + (1 − Floor)·(1 + cos(π·epoch/epochs))/2
//
// Floor is in [0, 1]. There are no warm restarts.
//
// Loshchilov and Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts, ICLR
// 2017, equation 5.
type Cosine struct {
	Floor float64 `yaml:"floor"` // the factor at the end, in [0, 1]
}

// Factor implements [Schedule].
func (c Cosine) Factor(epoch, epochs float64) float64 {
	wave := (1 + elementary.Cos(math.Pi*min(epoch/epochs, 1))) / 2
	return c.Floor + float64((1-c.Floor)*wave)
}

// Check implements [Schedule].
func (c Cosine) Check(report func(key, format string, args ...any)) {
	if !(c.Floor >= 0 && c.Floor <= 1) {
		report("floor", "%v, want a number in [0, 1]", c.Floor)
	}
}

func checkGamma(report func(key, format string, args ...any), gamma float64) {
	if !(gamma > 0 && gamma <= 1) {
		report("gamma", "%v, want a number in (0, 1]", gamma)
	}
}
