package data

import (
	"errors"
	"fmt"
)

// maxExamples bounds a split that is made by the program: far more than fits the
// memory of most machines as pictures, and no product of it overflows.
const maxExamples = 10_000_000

// report is told of an option outside its range, by its name in YAML.
type report = func(key, format string, args ...any)

// checked returns what a check reports about the options of a kind, all at once.
func checked(kind string, check func(report)) error {
	var errs []error
	check(func(key, format string, args ...any) {
		errs = append(errs, fmt.Errorf("data: %s: %s: %s", kind, key, fmt.Sprintf(format, args...)))
	})
	return errors.Join(errs...)
}

func checkCount(report report, key string, n, lowest int) {
	if n < lowest || n > maxExamples {
		report(key, "%d, want a number from %d to %d", n, lowest, maxExamples)
	}
}

// maxSize bounds a length in the plane, so that no point is infinite as a float32.
const maxSize = 1e6

// checkSize reports a length or deviation that is negative, too large or no number.
func checkSize(report report, key string, x float64) {
	if !(x >= 0 && x <= maxSize) {
		report(key, "%v, want a number from 0 to %v", x, float64(maxSize))
	}
}
