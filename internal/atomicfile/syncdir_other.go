//go:build !unix

package atomicfile

// syncDir does nothing: outside Unix a folder cannot be synced.
func syncDir(string) error { return nil }
