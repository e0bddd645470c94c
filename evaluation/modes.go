package evaluation

import (
	"context"
	"fmt"
	"math"

	"latentspace/metrics"
	"latentspace/nn/elementary"
)

// modes counts the modes that samples hit.
func (c *comparison) modes(context.Context) error {
	centres := c.m.Modes
	if centres == nil {
		if len(c.m.Metrics) == 0 {
			return nil // few data have any, and their lack is no lack of the report
		}
		return lacking("Modes are counted of points around known centres.")
	}
	bound := modeDeviations * c.m.Spread
	hits := make([]int, len(centres))
	good := make([]float64, c.x.Shape[0])
	for i := range good {
		p := row(c.x, i)
		for k, centre := range centres {
			if elementary.Hypot(float64(p[0])-centre[0], float64(p[1])-centre[1]) <= bound {
				hits[k]++
				good[i] = 1
				break
			}
		}
	}
	c.add("modes", hitModes(hits, len(good)), fmt.Sprintf("of %d", len(centres)), "count", "a mode counts with a sample within three deviations (Srivastava et al. 2017)")
	c.add("high_quality", metrics.Mean(good), "share of samples", samplesReduction, "within three deviations of a mode (Srivastava et al. 2017)")
	return nil
}

// hitModes returns the number of modes with at least one of n samples. Its error is that of a count
// whose terms are true with the probability that one more sample set would hit the mode.
func hitModes(hits []int, n int) metrics.Estimate {
	var e metrics.Estimate
	for _, h := range hits {
		if h > 0 {
			e.Value++
		}
		if miss := elementary.Pow(1-float64(h)/float64(n), float64(n)); h > 0 && miss > 1e-12 {
			e.Error += float64(miss * (1 - miss))
		}
	}
	e.Error = math.Sqrt(e.Error)
	return e
}
