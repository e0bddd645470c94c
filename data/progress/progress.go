// Package progress tells how far something long has come, through a context.
package progress

import (
	"context"
	"fmt"
	"io"
	"time"

	"latentspace/internal/pace"
)

// Func is told that so many of all files are done.
type Func func(done, total int)

type key struct{}

// With returns a context in which [Of] returns f.
func With(ctx context.Context, f Func) context.Context { return context.WithValue(ctx, key{}, f) }

// Of returns the function of a context, or one that does nothing.
func Of(ctx context.Context) Func {
	if f, ok := ctx.Value(key{}).(Func); ok {
		return f
	}
	return func(int, int) {}
}

// every is the time between lines.
const every = 5 * time.Second

// Lines returns a function that writes a line now and then. What is done sooner is not told.
func Lines(w io.Writer) Func { return lines(w, time.Now) }

func lines(w io.Writer, now func() time.Time) Func {
	begun, first := now(), -1
	last := begun
	return func(done, total int) {
		at := now()
		if first < 0 || done < first { // of this work, or of the next
			begun, first = at, done
		}
		if at.Sub(last) < every {
			return
		}
		last = at
		left := pace.Left(at.Sub(begun), done-first, total-done)
		fmt.Fprintf(w, "data: %d of %d files read, %s left\n", done, total, left.Round(time.Second))
	}
}
