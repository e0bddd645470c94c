// Package panics turns a panic into an error at a boundary where one failure must not end the
// rest: a figure that is measured, a picture, a run whose manifest has to say how it ended.
package panics

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// Error is a panic that was caught.
type Error struct {
	Value any    // of the panic
	Where string // the function that panicked
	Stack []byte // of the goroutine, for a report of the fault
}

func (e *Error) Error() string { return fmt.Sprintf("a panic in %s: %v", e.Where, e.Value) }

// Unwrap returns the value of the panic where it is an error.
func (e *Error) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// Caught calls f. A panic of f becomes an [Error].
func Caught(f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &Error{v, where(), debug.Stack()}
		}
	}()
	return f()
}

// where is the innermost function of a panic in progress that is not the runtime's.
func where() string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
	panicking := false
	for {
		frame, more := frames.Next()
		own := strings.HasPrefix(frame.Function, "runtime.")
		if panicking && !own {
			return frame.Function
		}
		panicking = panicking || own
		if !more {
			return "an unknown function"
		}
	}
}
