//go:build !linux

package folder

import "errors"

// exchange would give two folders the names of each other at one moment.
func exchange(a, b string) error { return errors.ErrUnsupported }
