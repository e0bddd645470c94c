// Package untrusted has the rules for files that others made: which may be opened, how much
// of them is read, and what they may declare.
package untrusted

import (
	"errors"
	"fmt"
	"io"
	"os"

	"latentspace/internal/held"
)

// Open opens a regular file for reading and returns its size. It looks before it opens,
// because opening a pipe would wait for its other end. Errors name the file.
func Open(path string) (*os.File, int64, error) {
	info, err := os.Stat(path)
	if wrapped, ok := errors.AsType[*os.PathError](err); ok {
		return nil, 0, &os.PathError{Op: "open", Path: path, Err: wrapped.Err}
	}
	if err != nil {
		return nil, 0, err
	}
	if err := regular(path, info); err != nil {
		return nil, 0, err
	}
	f, err := held.Open(path) // which does not wait, should it have become a pipe
	if err != nil {
		return nil, 0, err
	}
	if info, err = f.Stat(); err == nil {
		err = regular(path, info)
	}
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}

// regular reports a file that is not.
func regular(path string, info os.FileInfo) error {
	if info.Mode().IsRegular() {
		return nil
	}
	kind := "mode " + info.Mode().String()
	if info.IsDir() {
		kind = "a folder"
	}
	return &os.PathError{Op: "open", Path: path, Err: fmt.Errorf("%s, want a regular file", kind)}
}

// ReadFile reads a regular file within a limit on its bytes. Errors name the file.
func ReadFile(path string, limit Limit) ([]byte, error) {
	f, size, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if err := limit.Check(size); err != nil {
		return nil, &os.PathError{Op: "read", Path: path, Err: err}
	}
	b := make([]byte, size) // what grows meanwhile is not read
	if _, err := io.ReadFull(f, b); err != nil {
		return nil, &os.PathError{Op: "read", Path: path, Err: err}
	}
	return b, nil
}
