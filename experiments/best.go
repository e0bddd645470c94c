package experiments

import (
	"fmt"
	"math"
	"slices"

	"latentspace/evaluation"
	"latentspace/models"
	"latentspace/settings"
)

// byLoss is the name by which the best checkpoint is chosen that means the loss of the
// validation set at the ends of epochs.
const byLoss = "loss"

// best is the step at which what the best checkpoint is chosen by was the best.
type best struct {
	Step  int     `json:"step"`
	By    string  `json:"by"`
	Value float64 `json:"value"`
}

// stall counts the evaluations since the last that was better by more than
// train.min_delta.
type stall struct {
	Value  float64 `json:"value"`  // what that one found
	Waited int     `json:"waited"` // evaluations since
	Begun  bool    `json:"begun"`  // there was one
}

// hasOneLoss reports whether a model has one loss, by whose value in validation it can
// be compared with itself. The losses of phases that play against each other say nothing.
func hasOneLoss(m models.Model) bool { return len(m.Phases()) == 1 }

// checkBest reports a choice of the best checkpoint that cannot be made.
func (c Config) checkBest(report func(key, format string, args ...any)) {
	t := c.Train
	if t.Best == byLoss {
		if t.Patience > 0 && !hasOneLoss(c.Model) {
			report("train.patience", "a model of kind %s is not compared by validation loss: let train.best name a figure of train.evaluate.metrics", c.modelKind())
		}
		return
	}
	known := evaluation.Known()
	if hint, ok := unknownFigure(t.Best, append([]string{byLoss}, known...)); !ok {
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

// checkPatience reports a rule to stop early that is none.
func (t Train) checkPatience(report func(key, format string, args ...any)) {
	if t.Patience < 0 {
		report("patience", "%d, want evaluations without improvement, or 0 never to stop early", t.Patience)
	}
	if !(t.MinDelta >= 0) || math.IsInf(t.MinDelta, 0) {
		report("min_delta", "%v, want the least improvement that counts, 0 or more", t.MinDelta)
	} else if t.MinDelta > 0 && t.Patience == 0 {
		report("min_delta", "%v, which says something to train.patience only, and that is 0", t.MinDelta)
	}
}

// change takes note of a change of the run's keys. A run that stopped, or was about to, gets
// its patience anew, and a best by something else is forgotten: this step is the best if it
// has a record of that.
func (p *progress) change(c Change, before, after Config) {
	p.Changes = append(p.Changes, c)
	p.Stopped = ""
	switch {
	case before.Train.Best != after.Train.Best || after.Train.Patience == 0:
		p.Stall = nil
	case p.Stall != nil && p.Stall.Waited >= after.Train.Patience:
		p.Stall.Waited = 0
	}
	if before.Train.Best == after.Train.Best {
		return
	}
	p.Best = nil
	for _, r := range p.Records {
		if r.Step != c.Step {
			continue
		}
		value, measured := r.Valid.Get("loss")
		if by := after.Train.Best; by != byLoss {
			var e estimate
			e, measured = r.Figures[by]
			value = e.Value
		} else if !hasOneLoss(after.Model) {
			measured = false
		}
		if measured {
			p.compare(after.Train, r.Step, value, true)
		}
	}
}

// compare takes note of what an evaluation at a step found of what the best is chosen
// by, and reports whether that is the best so far; measured is false if it was no number.
// After train.patience evaluations none of which is better than the last that counted by
// more than train.min_delta, the run is to stop.
func (p *progress) compare(t Train, step int, value float64, measured bool) (better bool) {
	higher, _ := evaluation.HigherIsBetter(t.Best) // not the loss
	improves := func(than, by float64) bool {
		if higher {
			return value > than+by
		}
		return value < than-by
	}
	if measured && (p.Best == nil || improves(p.Best.Value, 0)) {
		name := t.Best
		if name == byLoss {
			name = "valid loss"
		}
		p.Best, better = &best{Step: step, By: name, Value: value}, true
	}
	if t.Patience == 0 {
		return better
	}
	if p.Stall == nil {
		p.Stall = &stall{}
	}
	if measured && (!p.Stall.Begun || improves(p.Stall.Value, t.MinDelta)) {
		p.Stall = &stall{Value: value, Begun: true}
	} else if p.Stall.Waited++; p.Stall.Waited >= t.Patience {
		p.Stopped = fmt.Sprintf("stopped: no better %s in %s", t.Best, count(t.Patience, "evaluation"))
	}
	return better
}
