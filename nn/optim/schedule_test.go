package optim

import (
	"math"
	"testing"
)

func TestSchedulesByHand(t *testing.T) {
	for _, c := range []struct {
		name          string
		schedule      Schedule
		epoch, epochs float64
		want          float64
	}{
		{"constant stays one", Constant{}, 7, 10, 1},

		{"step keeps the rate until the first boundary", Step{Every: 3, Gamma: 0.1}, 2.999, 10, 1},
		{"step falls at the boundary", Step{Every: 3, Gamma: 0.1}, 3, 10, 0.1},
		{"step falls again at the next", Step{Every: 3, Gamma: 0.5}, 6.5, 10, 0.25},

		{"milestones keep the rate before the first", Milestones{At: []float64{2, 5}, Gamma: 0.5}, 1.9, 10, 1},
		{"milestones fall at one", Milestones{At: []float64{2, 5}, Gamma: 0.5}, 2, 10, 0.5},
		{"milestones stay between two", Milestones{At: []float64{2, 5}, Gamma: 0.5}, 4.9, 10, 0.5},
		{"milestones fall at the last", Milestones{At: []float64{2, 5}, Gamma: 0.5}, 5, 10, 0.25},
		{"milestones stay after the last", Milestones{At: []float64{2, 5}, Gamma: 0.5}, 9, 10, 0.25},

		{"exponential starts at one", Exponential{Gamma: 0.81}, 0, 10, 1},
		{"exponential falls within an epoch", Exponential{Gamma: 0.81}, 0.5, 10, 0.9},
		{"exponential multiplies over epochs", Exponential{Gamma: 0.5}, 3, 10, 0.125},

		// cos 0 = 1, cos π/3 = 1/2, cos π/2 = 0, cos π = −1
		{"cosine starts at one", Cosine{Floor: 0.2}, 0, 12, 1},
		{"cosine after a third", Cosine{}, 4, 12, 0.75},
		{"cosine halfway is midway to the floor", Cosine{Floor: 0.2}, 6, 12, 0.6},
		{"cosine ends at the floor", Cosine{Floor: 0.2}, 12, 12, 0.2},
		{"cosine stays at the floor", Cosine{Floor: 0.2}, 18, 12, 0.2},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.schedule.Factor(c.epoch, c.epochs); math.Abs(got-c.want) > 1e-15 {
				t.Errorf("epoch %v of %v: got %v, want %v", c.epoch, c.epochs, got, c.want)
			}
		})
	}
}

func TestWarmupByHand(t *testing.T) {
	for _, c := range []struct {
		steps, step int
		want        float64
	}{
		{0, 0, 1}, {1, 0, 1}, {4, 0, 0.25}, {4, 2, 0.75}, {4, 3, 1}, {4, 1000, 1},
	} {
		if got := (Warmup{Steps: c.steps}).Factor(c.step); got != c.want {
			t.Errorf("step %d of a warm-up of %d: got %v, want %v", c.step, c.steps, got, c.want)
		}
	}
}
