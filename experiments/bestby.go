package experiments

import (
	"math"
	"slices"

	"latentspace/evaluation"
	"latentspace/models"
	"latentspace/settings"
)

// ByLoss is the value of train.best that means the loss on the validation set at the
// end of each epoch.
const ByLoss = "loss"

// LossOf returns the name of the term of a model's losses that the best checkpoint is chosen by, ""
// if there is none: see [models.BestTerm].
func LossOf(m models.Model) string { return models.BestTerm(m) }

// checkBest reports a value of best that the best checkpoint cannot be chosen by.
func (c Config) checkBest(report func(key, format string, args ...any)) {
	t := c.Train
	if t.Best == ByLoss {
		if t.Patience > 0 && LossOf(c.Model) == "" {
			report("train.patience", "a model of kind %s is not compared by validation loss: let train.best name a figure of train.evaluate.metrics", c.ModelKind())
		}
		return
	}
	known := evaluation.Known()
	if hint, ok := unknownFigure(t.Best, append([]string{ByLoss}, known...)); !ok {
		report("train.best", "%q%s", settings.Clip(t.Best), hint)
		return
	}
	if _, ok := evaluation.HigherIsBetter(t.Best); !ok {
		report("train.best", "%s is neither better when it is higher nor when it is lower, want loss or a figure that is, such as nll", t.Best)
		return
	}
	if !slices.Contains(t.Evaluate.Metrics, t.Best) {
		report("train.best", "%s is not evaluated: add it to train.evaluate.metrics", t.Best)
	}
}

// The values of [Train.Use]; empty is the newest.
const (
	UseNewest = "newest"
	UseBest   = "best"
)

// checkPatience reports an invalid early-stopping rule.
func (t Train) checkPatience(report func(key, format string, args ...any)) {
	if t.Use != "" && t.Use != UseNewest && t.Use != UseBest {
		report("use", "%q, want newest or best", t.Use)
	}
	if t.Patience < 0 {
		report("patience", "%d, want evaluations without improvement, or 0 never to stop early", t.Patience)
	}
	if !(t.MinDelta >= 0) || math.IsInf(t.MinDelta, 0) {
		report("min_delta", "%v, want the least improvement that counts, 0 or more", t.MinDelta)
	} else if t.MinDelta > 0 && t.Patience == 0 {
		report("min_delta", "%v, which says something to train.patience only, and that is 0", t.MinDelta)
	}
}
