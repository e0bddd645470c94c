// Package data has the data sets that models learn from, and the batches in which
// they do: pictures drawn by the program, pictures from IDX files, and points in the
// plane.
//
// Everything random here is a function of a key, not of earlier draws: an image depends
// on (seed, split, index), the order of an epoch on (seed, epoch).
package data

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"latentspace/data/augment"
	"latentspace/example"
)

// Dataset is a sequence of examples: see [example.Set].
type Dataset = example.Set

// Described is a Dataset that knows more about its examples: see [example.Described].
type Described = example.Described

// Splits is a data set, divided for training. Train, Valid and Test are not nil; the last two can
// be empty.
type Splits struct {
	Train, Valid, Test Dataset

	// Outliers has the examples of classes that were set apart by the option outliers, nil for none.
	Outliers Dataset

	// SHA256 identifies the data: the hexadecimal digest, over Train, Valid and
	// Test in turn, of a split's examples (pictures as bytes, points as
	// little-endian float32) and then its labels (a byte for pictures, a
	// little-endian uint32 for points). [tokens.Set.Digest] is that of texts.
	SHA256 string

	// Notes are sentences about how the files were read, where a user might not expect
	// it.
	Notes []string

	// Binarize asks for black and white in place of grey: see [Splits.Drawn].
	Binarize bool

	// Labels asks for training examples without a class: see [Splits.Learned].
	Labels Labels

	// Augment asks for examples that change from epoch to epoch, nil for none: see [Splits.Learned].
	Augment interface {
		Of(ds augment.Dataset, seed uint64) augment.Dataset
	}

	// Damaged names the files that were left out because they could not be read, each with the
	// reason.
	Damaged []string
}

// Learned returns the training set as training sees it: [Splits.Drawn], with the changes of Augment,
// [PartlyLabelled] if Labels is above 0, and [Repeated] until it has at least least examples.
func (s *Splits) Learned(seed uint64, least int) (Dataset, error) {
	ds := s.Train
	if s.Labels.Labels > 0 {
		var err error
		if ds, err = PartlyLabelled(ds, s.Labels.Labels, s.Labels.LabelSeed); err != nil {
			return nil, err
		}
	}
	if s.Augment != nil {
		ds = s.Augment.Of(ds, seed)
	}
	return Repeated(s.Drawn(ds, seed), least), nil
}

// Drawn returns a split as training and evaluation see it: [Binarized] with a seed if Binarize is
// set.
func (s *Splits) Drawn(split Dataset, seed uint64) Dataset {
	if !s.Binarize {
		return split
	}
	return Binarized(split, seed)
}

// Source is the options of a data set, and how to open it. A source whose options have
// ranges also has Check, which reports options out of range by their names in YAML.
// Open refuses them too.
//
// An option that only says where the files are has the tag run:"place": a run may go on with
// another place. An option that changes what is read but not SHA256 has the tag run:"fixed".
type Source interface {
	Open(ctx context.Context) (*Splits, error)
}

// stored is a Dataset that holds its examples in memory.
type stored interface {
	Dataset
	// digest writes the examples and then the labels.
	digest(w io.Writer)
}

// newSplits joins the three splits of a data set and computes their digest.
func newSplits(train, valid, test stored) *Splits {
	h := sha256.New()
	for _, s := range []stored{train, valid, test} {
		s.digest(h)
	}
	return &Splits{Train: train, Valid: valid, Test: test, SHA256: hex.EncodeToString(h.Sum(nil))}
}

// checkIndex returns an error if there is no example i.
func checkIndex(i, n int) error {
	if i < 0 || i >= n {
		return fmt.Errorf("data: example %d, want one from 0 to %d", i, n-1)
	}
	return nil
}

// checkRead returns an error if there is no example i, or if dst has the wrong length.
func checkRead(i, n int, dst []float32, size int) error {
	if err := checkIndex(i, n); err != nil {
		return err
	}
	if len(dst) != size {
		return fmt.Errorf("data: example %d: room for %d values, want %d", i, len(dst), size)
	}
	return nil
}
