// Package arrays reads files of numbers as examples: NumPy's .npy and .npz, IDX, and the batches of
// CIFAR. It finds out which array has the examples and which the classes, where a picture's channels
// are, and what kind of values there are. Whatever it decides it says in a note.
package arrays

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"latentspace/data/compact"
	"latentspace/data/locate"
	"latentspace/example"
	"latentspace/internal/untrusted"
)

// Set is the examples of a file or a folder.
type Set struct {
	// Field is what an example is: a picture, or a vector of numbers.
	Field example.Field
	// Train are the examples of a file that does not divide them, or those to train on. Valid and
	// Test are nil where the file has none.
	Train, Valid, Test *Part
	// Notes are sentences about how the file was read.
	Notes []string
}

// Part is some examples, row by row in [Part.Bytes], [Part.Floats] or [Part.Kept].
type Part struct {
	N int
	// Bytes has one byte for each value: the value itself of a binary field, else 255 times it.
	Bytes *compact.Rows
	// Floats has the values where they are no bytes.
	Floats []float32
	// Kept has the values that stay in the file, nil of those in memory.
	Kept *Kept
	// Known is what else is known of the examples, such as their class.
	Known []Known
}

// Known is one known value of each example.
type Known struct {
	Field  example.Field
	Values []float32 // an index into the words of the field, or a number
}

// Options say what a user knows better than the file.
type Options struct {
	Array   string // the name of the array with the examples in a .npz file
	Classes string // and of the one with their classes
	Shape   []int  // of an example, to which its values are arranged

	// Memory is how many bytes the examples of a .npy file may take in memory. Those of a larger
	// one stay in it. 0 is no bound.
	Memory int64
}

// Open reads a file by its contents, or a folder with the batches of CIFAR.
func Open(ctx context.Context, path string, o Options) (*Set, error) {
	path, err := locate.Home(path)
	if err != nil {
		return nil, err
	}
	raw, err := read(ctx, path, o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	s, err := raw.set(o.Shape, "")
	if err != nil {
		if raw.open != nil {
			raw.open.Close()
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// read is the file as it is.
func read(ctx context.Context, path string, o Options) (*raw, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, reason(err)
	}
	if info.IsDir() {
		return openBatches(ctx, path)
	}
	f, size, err := untrusted.Open(path)
	if err != nil {
		return nil, reason(err)
	}
	r, err := readOpen(ctx, path, f, size, o)
	if err != nil || r.open == nil {
		f.Close()
	}
	return r, err
}

// readOpen is the file as it is, which is open.
func readOpen(ctx context.Context, path string, f *os.File, size int64, o Options) (r *raw, err error) {
	if o.Memory > 0 && inMemory(f, size) > o.Memory {
		t, err := keep(ctx, f, size)
		if err != nil {
			return nil, err
		}
		r = &raw{examples: [roles]*tensor{train: t}, open: f}
		r.note("the examples take %d bytes in memory, more than %d: they stay in the file", inMemory(f, size), o.Memory)
	} else if r, err = parse(ctx, filepath.Base(path), f, size, o); err != nil {
		return nil, err
	}
	return r, r.beside(ctx, path)
}

// file is what a file is read from, by its front and by places.
type file interface {
	io.Reader
	io.ReaderAt
}

// parse reads a file by its first bytes; of CIFAR's, the name says more.
func parse(ctx context.Context, name string, f file, size int64, o Options) (*raw, error) {
	head := untrusted.Head(f)
	packed := strings.HasPrefix(string(head), "PK")
	if asked := o.Array + o.Classes; asked != "" && !packed {
		return nil, fmt.Errorf("array and classes: %q, which name arrays of a .npz file alone", asked)
	}
	switch lower := strings.ToLower(name); {
	case strings.HasSuffix(lower, ".tar.gz"), strings.HasSuffix(lower, ".tgz"), strings.HasSuffix(lower, ".tar"):
		return readTar(ctx, f)
	case packed:
		return readArchive(ctx, f, size, o)
	case strings.HasPrefix(string(head), "\x93NUMPY"):
		return readArray(ctx, f, size)
	case isBatch(lower, head):
		return readBatch(name, f, size)
	}
	return readIDX(f, head)
}

// reason is an error without the path, which the caller names.
func reason(err error) error {
	if e, ok := err.(*os.PathError); ok {
		return e.Err
	}
	return err
}
