package probe

import (
	"fmt"
	"math"
)

// Head is a property that a network reads off examples: a number, or one of several
// classes. Its loss is about 1 for a head that knows nothing of an example, whatever the
// others read:
//
//	a number   mean (y − ŷ)²           of numbers y that are standardised
//	classes    −mean ln p(y) / ln K    of K classes, p the softmax of what the head makes
//
// The mean is over the examples of a batch whose value is known, not NaN, if those are as many
// in it as they are among all.
type Head struct {
	Classes int // K; 0 for a number
}

// check reports a value that the head cannot learn.
func (h Head) check(v float64) error {
	switch {
	case math.IsNaN(v):
	case h.Classes == 0 && math.IsInf(v, 0):
		return fmt.Errorf("%v, want a number", v)
	case h.Classes > 0 && !(v >= 0 && v < float64(h.Classes) && v == math.Trunc(v)):
		return fmt.Errorf("%v, want one of %d classes", v, h.Classes)
	}
	return nil
}

// leastKnown is the share of known values below which each counts for no more: so rare a
// value would else throw all heads off course.
const leastKnown = 0.05

// weight is what a known value counts in the loss of its head: one over the share of values
// that are known.
func weight(values []float64) float32 {
	n := 0
	for _, v := range values {
		if !math.IsNaN(v) {
			n++
		}
	}
	return float32(1 / max(leastKnown, float64(n)/float64(len(values))))
}
