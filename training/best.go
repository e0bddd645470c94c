package training

import (
	"fmt"

	"latentspace/evaluation"
	"latentspace/experiments"
	"latentspace/models"
	"latentspace/rundir"
)

// stall counts the evaluations since the last that was better by more than
// train.min_delta.
type stall struct {
	Value  float64 `json:"value"`  // what that one found
	Waited int     `json:"waited"` // evaluations since
	Begun  bool    `json:"begun"`  // there was one
}

// change takes note of a change of the run's keys. A run that stopped, or was about to, gets
// its patience anew, and a best by something else is forgotten: this step is the best if it
// has a record of that.
func (p *progress) change(c experiments.Change, before, after experiments.Config) {
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
		if r.Step != c.Step || !models.Whole(after.Model, float64(r.Epoch)) {
			continue
		}
		value, measured := r.Valid.Get(experiments.LossOf(after.Model))
		if by := after.Train.Best; by != experiments.ByLoss {
			var e rundir.Estimate
			e, measured = r.Figures[by]
			value = e.Value
		}
		if measured {
			p.compare(after.Train, experiments.LossOf(after.Model), r.Step, value, true)
		}
	}
}

// compare takes note of what an evaluation at a step found of what the best is chosen
// by, and reports whether that is the best so far; measured is false if it was no number. term is
// what a loss is called.
// After train.patience evaluations none of which is better than the last that counted by
// more than train.min_delta, the run is to stop.
func (p *progress) compare(t experiments.Train, term string, step int, value float64, measured bool) (better bool) {
	higher, _ := evaluation.HigherIsBetter(t.Best) // not the loss
	improves := func(than, by float64) bool {
		if higher {
			return value > than+by
		}
		return value < than-by
	}
	if measured && (p.Best == nil || improves(p.Best.Value, 0)) {
		name := t.Best
		if name == experiments.ByLoss {
			name = "valid " + term
		}
		p.Best, better = &rundir.Best{Step: step, By: name, Value: value}, true
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
		p.Stopped = fmt.Sprintf("stopped: no better %s in %s", t.Best, experiments.Count(t.Patience, "evaluation"))
	}
	return better
}
