package explore

import (
	"math"
	"strconv"
	"strings"

	"latentspace/explore/attributes"
)

// unit says what a strength of 1 is.
func unit(t attributes.Target, method string, others []string) string {
	switch {
	case t.Class < 0:
		return "one standard deviation"
	case method != "means":
		return "as far as the mean of " + t.String() + " is from that of the other classes by the coefficients of the " + method
	case len(others) > 0:
		return "what being " + t.String() + " adds to the mean code where " + strings.Join(others, ", ") + " stay"
	}
	return "from the mean of the other classes to that of " + t.String()
}

// evenly returns steps numbers from −reach to reach.
func evenly(reach float64, steps int) []float64 {
	all := make([]float64, steps)
	for i := range all {
		// By a difference of whole numbers, so that the middle is 0 and the two sides are alike.
		all[i] = reach * float64(2*i-(steps-1)) / float64(steps-1)
	}
	return all
}

// signed writes a strength with its sign, of at most two decimals.
func signed(v float64) string {
	s := strconv.FormatFloat(math.Abs(v), 'f', 2, 64)
	s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	switch {
	case s == "0" || v == 0:
		return s
	case v < 0:
		return "−" + s
	}
	return "+" + s
}
