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
