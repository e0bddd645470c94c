// Package progress tells how far something long has come, through a context.
package progress

import "context"

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
