// Package data has the data sets that models learn from, and the batches in which
// they do: pictures drawn by the program, pictures from IDX files, and points in the
// plane.
//
// Everything random here is a function of its key, never of what was drawn before:
// an image depends on (seed, split, index), the order of an epoch on (seed, epoch).
package data

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
)

// Dataset is a sequence of examples of one shape: pictures are (height, width,
// channels) with values in [0, 1], points are (n). Implementations are safe for
// concurrent use.
type Dataset interface {
	Len() int
	Shape() []int
	// Read writes example i to dst, which has as many values as the shape.
	Read(i int, dst []float32) error
}

// Labeled is a Dataset whose examples belong to classes. Label(i) is an index into
// Classes.
type Labeled interface {
	Dataset
	Label(i int) int
	Classes() []string
}

// Splits is a data set in the parts that training uses. None of them is nil; Valid
// and Test can be empty.
type Splits struct {
	Train, Valid, Test Dataset

	// SHA256 identifies the data: the hexadecimal digest, over Train, Valid and
	// Test in turn, of a split's examples (pictures as bytes, points as
	// little-endian float32) and then its labels (a byte for pictures, a
	// little-endian uint32 for points).
	SHA256 string

	// Notes say, a sentence each, what was made of the files that a user might not expect.
	Notes []string

	// Binarize asks for black and white in place of grey: see
	// [StreamOptions.Binarize] and [ReadOptions.Binarize].
	Binarize bool
}

// Source is the options of a data set, and how to open it. A source whose options
// have ranges also has Check, which reports what is outside them by the name of the
// option in YAML; Open does not go on with such options either.
//
// An option that only says where the files are has the tag run:"place", and one that changes
// what is read without a change of SHA256 has run:"fixed": a run may go on with another place.
type Source interface {
	Open(ctx context.Context) (*Splits, error)
}

// stored is a Dataset that holds its examples in memory.
type stored interface {
	Dataset
	// digest writes the examples and then the labels.
	digest(w io.Writer)
}

// newSplits joins the three parts of a data set and works out their digest.
func newSplits(train, valid, test stored) *Splits {
	h := sha256.New()
	for _, s := range []stored{train, valid, test} {
		s.digest(h)
	}
	return &Splits{Train: train, Valid: valid, Test: test, SHA256: hex.EncodeToString(h.Sum(nil))}
}

// checkIndex reports an example that there is not.
func checkIndex(i, n int) error {
	if i < 0 || i >= n {
		return fmt.Errorf("data: example %d, want one from 0 to %d", i, n-1)
	}
	return nil
}

// checkRead is what Read does first: it reports an example that there is not, and a
// destination of another size.
func checkRead(i, n int, dst []float32, size int) error {
	if err := checkIndex(i, n); err != nil {
		return err
	}
	if len(dst) != size {
		return fmt.Errorf("data: example %d: room for %d values, want %d", i, len(dst), size)
	}
	return nil
}
