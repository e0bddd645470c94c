package data

import (
	"errors"
	"fmt"
)

// report reports an option out of range, by its name in YAML.
type report = func(key, format string, args ...any)

// checked returns, as one error, all that a check reports about the options of a kind.
func checked(kind string, check func(report)) error {
	var errs []error
	check(func(key, format string, args ...any) {
		errs = append(errs, fmt.Errorf("data: %s: %s: %s", kind, key, fmt.Sprintf(format, args...)))
	})
	return errors.Join(errs...)
}

// maxSize bounds a length in the plane, so that no point is infinite as a float32.
const maxSize = 1e6

// checkSize reports a length or deviation that is negative, too large or NaN.
func checkSize(report report, key string, x float64) {
	if !(x >= 0 && x <= maxSize) {
		report(key, "%v, want a number from 0 to %v", x, float64(maxSize))
	}
}
