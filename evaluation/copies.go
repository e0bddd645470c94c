package evaluation

import (
	"context"
	"fmt"
	"latentspace/metrics"
	"latentspace/nn/elementary"
	"math"
	"slices"
)

// copies compares how near samples and held-out examples are to the training set.
func (c *comparison) copies(ctx context.Context) error {
	n := c.m.learned(nearestExamples)
	train, err := c.m.Model.Values(c.m.Train, 0, n)
	if err != nil {
		return err
	}
	drawn, err := metrics.Nearest(ctx, flat(c.x), flat(train), 1, false)
	if err != nil {
		return err
	}
	real, err := metrics.Nearest(ctx, flat(c.held), flat(train), 1, false)
	if err != nil {
		return err
	}
	usual, far := median(real.Distances), median(drawn.Distances)
	method := fmt.Sprintf("Euclidean, the nearest of %d training examples", n)
	if usual.Value > 0 {
		ratio := far.Value / usual.Value
		c.add("copy_ratio", metrics.Estimate{Value: ratio, Error: ratio * elementary.Hypot(far.Error/max(far.Value, 1e-30), usual.Error/usual.Value)}, "1 as for held-out examples", "ratio of medians", method)
	} else {
		c.leave("Held-out examples are copies of training examples: how near samples are says nothing.")
		return nil
	}
	bound := copyShare * usual.Value
	c.add("copies", nearer(drawn.Distances, bound), fmt.Sprintf("of %d samples", len(drawn.Distances)), "count",
		fmt.Sprintf("%s; nearer than a tenth of the median of held-out examples, of which %.0f of %d are", method, nearer(real.Distances, bound).Value, len(real.Distances)))
	c.Tables = append(c.Tables, nearestTable(drawn, c.m.numbers))
	return nil
}

// nearer is the number of distances below a bound, with the error of a count.
func nearer(distances []float64, bound float64) metrics.Estimate {
	counted := make([]float64, len(distances))
	for i, d := range distances {
		if d < bound {
			counted[i] = float64(len(counted))
		}
	}
	return metrics.Mean(counted)
}

// nearestTable has the training examples by their numbers in the training set.
func nearestTable(near *metrics.Neighbours, numbers []int) Table {
	t := Table{Name: "nearest", Title: "The nearest training example of the first samples", Columns: []string{"training example", "distance"}}
	for i := range min(nearestShown, len(near.IDs)) {
		t.Rows = append(t.Rows, fmt.Sprint(i))
		t.Values = append(t.Values, []float64{float64(numbers[near.IDs[i]]), near.Distances[i]})
	}
	return t
}

// median is that of values, with the error of the order statistics √n/2 ranks beside it.
func median(values []float64) metrics.Estimate {
	s := slices.Sorted(slices.Values(values))
	n := len(s)
	aside := int(math.Ceil(math.Sqrt(float64(n)) / 2))
	lo, hi := s[max(0, n/2-aside)], s[min(n-1, n/2+aside)]
	return metrics.Estimate{Value: s[n/2], Error: (hi - lo) / 2}
}
