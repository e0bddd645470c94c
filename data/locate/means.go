package locate

import "context"

// means is what may be done to have data, besides reading them.
type means int

const (
	reading  means = 1 + iota // nothing
	building                  // a cache of pictures may be written
)

type key struct{}

// Offline returns a context in which nothing is downloaded.
func Offline(ctx context.Context) context.Context { return context.WithValue(ctx, key{}, building) }

// ReadOnly returns a context in which nothing is downloaded, and no cache is written.
func ReadOnly(ctx context.Context) context.Context { return context.WithValue(ctx, key{}, reading) }

// IsOffline reports whether nothing may be downloaded.
func IsOffline(ctx context.Context) bool { return ctx.Value(key{}) != nil }

// IsReadOnly reports whether no cache may be written.
func IsReadOnly(ctx context.Context) bool { return ctx.Value(key{}) == reading }
