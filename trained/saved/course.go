package saved

import (
	"sort"

	"latentspace/models"
)

// A Lap is a stretch of a run with one batch size. Steps and epochs are counted over all laps;
// batches are counted within a lap, and PerEpoch of them are an epoch.
//
// If the size changes within an epoch, the order of examples stays: the next batch is the first of
// the new size without an example that the epoch has seen. Fewer examples than a batch are skipped,
// and none comes twice.
type Lap struct {
	Since    int // the number of steps before it
	First    int // the number of its first batch
	PerEpoch int // batches
	Batch    int // examples
}

// Course is what the steps of a run were: laps, of which there are none if the number of training
// examples is not known, and how many batches each step took.
type Course struct {
	PerStep int
	Laps    []Lap
}

// Stretch is a batch size of a run, and the number of steps before the first of that size.
type Stretch struct{ Since, Batch int }

// CourseOf returns the course of a model that is trained on n examples, 0 if that is not known, with
// the given batch sizes, at least one. A model that is fitted has no laps.
func CourseOf(m models.Model, n int, sizes []Stretch) Course {
	c := Course{PerStep: 1}
	for _, p := range m.Phases() {
		c.PerStep = max(c.PerStep, p.Steps())
	}
	if _, fitted := m.(models.Fitted); fitted || n <= 0 {
		return c
	}
	size := min(sizes[0].Batch, n)
	c.Laps = []Lap{{PerEpoch: n / size, Batch: size}}
	for _, s := range sizes[1:] {
		last, size := c.Laps[len(c.Laps)-1], min(s.Batch, n)
		if size == last.Batch {
			continue
		}
		number := last.First + (s.Since-last.Since)*c.PerStep
		next := Lap{Since: s.Since, PerEpoch: n / size, Batch: size}
		next.First = number/last.PerEpoch*next.PerEpoch + min((number%last.PerEpoch*last.Batch+size-1)/size, next.PerEpoch)
		c.Laps = append(c.Laps, next)
	}
	return c
}

// Lap returns the lap of the step that follows the given number of steps.
func (c Course) Lap(steps int) Lap {
	for i := len(c.Laps) - 1; i > 0; i-- {
		if c.Laps[i].Since <= steps {
			return c.Laps[i]
		}
	}
	return c.Laps[0]
}

// Batches returns the number of the first batch of the step that follows the given number of steps.
func (c Course) Batches(steps int) int {
	l := c.Lap(steps)
	return l.First + (steps-l.Since)*c.PerStep
}

// Updates returns the number of updates that a phase makes in the given number of steps: none in
// those outside its epochs. An optimizer's own count is not it, since that begins anew with another
// rule.
func (c Course) Updates(p models.Phase, steps int) int {
	if p.From == 0 && p.Until == 0 || len(c.Laps) == 0 {
		return steps * p.Steps()
	}
	before := func(epoch float64) int {
		return sort.Search(steps, func(i int) bool { return float64(c.Batches(i))/float64(c.Lap(i).PerEpoch) >= epoch })
	}
	end := steps
	if p.Until != 0 {
		end = before(p.Until)
	}
	return max(0, end-before(p.From)) * p.Steps()
}
