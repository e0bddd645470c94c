package training

import (
	"fmt"
	"testing"

	"latentspace/experiments"
)

// TestComparing follows the best step and the patience through the values of steps 1, 2,
// 3, …; a negative one was no number.
func TestComparing(t *testing.T) {
	const higher = "ssim"
	for _, test := range []struct {
		name    string
		t       experiments.Train
		values  []float64
		best    int
		stopped int // the step at which it says so, 0 for never
	}{
		{"the lowest loss", experiments.Train{Best: experiments.ByLoss}, []float64{5, 3, 4, 3}, 2, 0},
		{"the lowest figure", experiments.Train{Best: "nll"}, []float64{5, 3, 4, 2}, 4, 0},
		{"the highest figure", experiments.Train{Best: higher}, []float64{5, 3, 6, 2}, 3, 0},
		{"no number is never the best", experiments.Train{Best: "nll"}, []float64{-1, 3, -1}, 2, 0},
		{"patience of one", experiments.Train{Best: "nll", Patience: 1}, []float64{5, 4, 4}, 2, 3},
		{"patience of two", experiments.Train{Best: "nll", Patience: 2}, []float64{5, 6, 4, 5, 4}, 3, 5},
		{"patience for what should rise", experiments.Train{Best: higher, Patience: 2}, []float64{5, 6, 5, 4}, 2, 4},
		{"patience counts what is no number", experiments.Train{Best: "nll", Patience: 2}, []float64{5, -1, -1}, 1, 3},
		{"patience before the first number", experiments.Train{Best: "nll", Patience: 2}, []float64{-1, -1}, 0, 2},
		// 4.7 and 4.4 are better, but only 4.4 by more than 0.5 than 5.
		{"small steps are the best and no improvement", experiments.Train{Best: "nll", Patience: 2, MinDelta: 0.5}, []float64{5, 4.7, 4.4, 4.3, 4.2}, 5, 5},
	} {
		t.Run(test.name, func(t *testing.T) {
			var p progress
			stopped := 0
			for i, v := range test.values {
				before := p.Best
				better := p.compare(test.t, "loss", i+1, v, v >= 0)
				if better != (p.Best != before) {
					t.Errorf("step %d: better is %v, and the best went from %v to %v", i+1, better, before, p.Best)
				}
				if p.Stopped != "" {
					stopped = i + 1
					want := fmt.Sprintf("stopped: no better %s in %s", test.t.Best, experiments.Count(test.t.Patience, "evaluation"))
					if p.Stopped != want {
						t.Errorf("got %q, want %q", p.Stopped, want)
					}
					break
				}
			}
			got := 0
			if p.Best != nil {
				got = p.Best.Step
			}
			if got != test.best || stopped != test.stopped {
				t.Errorf("the best is step %d and it stopped at %d, want %d and %d", got, stopped, test.best, test.stopped)
			}
			if test.t.Patience == 0 && p.Stall != nil {
				t.Errorf("got %+v to remember without patience", p.Stall)
			}
		})
	}
}
