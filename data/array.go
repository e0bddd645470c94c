package data

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"latentspace/data/arrays"
	"latentspace/data/division"
	"latentspace/example"
)

// Array is examples of the user's own in a file of numbers: .npy or .npz of NumPy, IDX, or CIFAR-10
// and CIFAR-100 as bytes or as batches of Python (which are not run), in a folder or a tar archive.
//
// Arrays of shape (n, height, width), (n, height, width, channels) or (n, channels, height, width)
// with 1 or 3 channels are pictures; (n, d) are vectors, unless shape says that they are pictures.
// Bytes are read as value/255; numbers that are all 0 or 1, or lie in [0, 1], stay as they are, and
// so do other real numbers. In a .npz file the examples are x, images, imgs, data or such, the
// classes y, labels or such, and x_train, x_test and others divide it. What a file does not divide is
// divided by the seed.
type Array struct {
	division.Shuffled `yaml:",inline"`
	Labels            `yaml:",inline"`
	Outliers          `yaml:",inline"`

	// Binarize draws each value of [0, 1] as 0 or 1, as for other pictures.
	Binarize bool `yaml:"binarize" run:"fixed"`

	File    string `yaml:"file" run:"place"`            // the file, or the folder of CIFAR
	Array   string `yaml:"array,omitempty"`             // the array with the examples in a .npz file; empty to find it
	Classes string `yaml:"classes,omitempty"`           // and the one with their classes
	Shape   []int  `yaml:"shape,omitempty" run:"fixed"` // of an example, such as [28, 28, 1] of vectors that are pictures

	// Memory is how many million bytes the examples of a .npy file may take in memory. Those of a
	// larger file stay in it, and are read from there: training is the same to the bit, and slower
	// where a disk is.
	Memory int `yaml:"memory" run:"free"`
}

// Check reports options outside their ranges. Which file there is, and how many examples it has, is
// known only when it is read.
func (a Array) Check(report func(key, format string, args ...any)) {
	a.Shuffled.Check(report, -1)
	a.Outliers.check(report)
	if a.Labels.Labels < 0 {
		a.Labels.check(report, 0)
	}
	if a.Memory < 1 || a.Memory > mostMemory {
		report("memory", "%d, want it from 1 to %d", a.Memory, mostMemory)
	}
}

const (
	mostMemory = 1 << 30
	million    = 1_000_000
)

// Open implements [Source].
func (a Array) Open(ctx context.Context) (*Splits, error) {
	if err := checked("array", a.Check); err != nil {
		return nil, err
	}
	if a.File == "" {
		return nil, errors.New("data: array: file: it is missing, want the path of an array: .npy, .npz, IDX or CIFAR's")
	}
	set, err := arrays.Open(ctx, a.File, arrays.Options{Array: a.Array, Classes: a.Classes, Shape: a.Shape, Memory: int64(a.Memory) * million})
	if err != nil {
		return nil, fmt.Errorf("data: array: %w", err)
	}
	if a.Binarize && !set.Field.Bounded() {
		return nil, errors.New("data: array: binarize: true, of values that are not in [0, 1]")
	}
	notes := set.Notes
	shuffled := a.Shuffled
	for _, has := range []struct {
		key  string
		part *arrays.Part
		n    *division.Count
	}{{"test", set.Test, &shuffled.Test}, {"valid", set.Valid, &shuffled.Valid}} {
		switch {
		case has.part == nil:
		case *has.n == division.Auto:
			*has.n = 0
		default:
			return nil, fmt.Errorf("data: array: %s: %d, and the file has %d examples for that: want auto", has.key, *has.n, has.part.N)
		}
	}
	if err := checked("array", func(report report) { shuffled.Check(report, set.Train.N) }); err != nil {
		return nil, err
	}
	train, valid, test := shuffled.Split("array", set.Train.N)
	if err := checked("array", func(report report) { a.Labels.check(report, len(train)) }); err != nil {
		return nil, err
	}
	of := func(part *arrays.Part, index []int) identified {
		if part == nil {
			return arrayOf(set.Field, set.Train, index)
		}
		return arrayOf(set.Field, part, all(part.N))
	}
	splits := &Splits{}
	h := sha256.New()
	for _, split := range []struct {
		into *Dataset
		set  identified
	}{{&splits.Train, of(nil, train)}, {&splits.Valid, of(set.Valid, valid)}, {&splits.Test, of(set.Test, test)}} {
		*split.into = split.set
		if err := split.set.write(ctx, h); err != nil {
			return nil, fmt.Errorf("data: array: %w", err)
		}
	}
	splits.SHA256 = hex.EncodeToString(h.Sum(nil))
	if divided := []string{fmt.Sprintf("%d to train on", len(train))}; set.Test == nil || set.Valid == nil {
		if set.Valid == nil {
			divided = append(divided, fmt.Sprintf("%d to choose by", len(valid)))
		}
		if set.Test == nil {
			divided = append(divided, fmt.Sprintf("%d to test on", len(test)))
		}
		notes = append(notes, fmt.Sprintf("%d examples are divided by the seed: %s", set.Train.N, strings.Join(divided, ", ")))
	}
	splits.Binarize, splits.Labels, splits.Notes = a.Binarize, a.Labels, append(splits.Notes, notes...)
	return splits, splits.setApart(a.Outliers)
}

// all returns the numbers of n examples.
func all(n int) []int {
	index := make([]int, n)
	for i := range index {
		index[i] = i
	}
	return index
}

// arrayOf returns some examples of a part as a data set, [Described] if more is known of them.
func arrayOf(field example.Field, part *arrays.Part, index []int) identified {
	s := arraySet{field, part, index}
	if len(part.Known) > 0 {
		return describedArray{s}
	}
	return s
}

// arraySet is some examples of an array, which stay as they are in the file.
type arraySet struct {
	field example.Field
	part  *arrays.Part
	index []int
}

// Len implements [Dataset].
func (s arraySet) Len() int { return len(s.index) }

// Schema implements [Dataset].
func (s arraySet) Schema() example.Schema { return example.Of(s.field) }

// Read implements [Dataset].
func (s arraySet) Read(i int, dst []float32) error {
	size := s.field.Size()
	if err := checkRead(i, s.Len(), dst, size); err != nil {
		return err
	}
	switch at := s.index[i]; {
	case s.part.Kept != nil:
		return s.part.Kept.Read(at, dst)
	case s.part.Bytes == nil:
		copy(dst, s.part.Floats[at*size:])
	case s.field.Kind == example.Unit:
		s.part.Bytes.Floats(at, dst, 255)
	default:
		s.part.Bytes.Floats(at, dst, 1)
	}
	return nil
}

// identified is a Dataset that writes what identifies it: the examples, as bytes or as floats, and then
// what is known of them.
type identified interface {
	Dataset
	write(ctx context.Context, w io.Writer) error
}

func (s arraySet) write(ctx context.Context, w io.Writer) error {
	size := s.field.Size()
	row, values := make([]byte, size), make([]float32, size)
	for n, i := range s.index {
		if n%1024 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		var err error
		switch kept := s.part.Kept; {
		case kept != nil && kept.IsBytes():
			err = kept.ReadBytes(i, row, values)
		case kept != nil:
			err = kept.Read(i, values)
			row = appendFloats(row[:0], values)
		case s.part.Bytes != nil:
			w.Write(s.part.Bytes.Row(i, row)) // a hash returns no error
			continue
		default:
			row = appendFloats(row[:0], s.part.Floats[i*size:(i+1)*size])
		}
		if err != nil {
			return err
		}
		w.Write(row)
	}
	for _, k := range s.part.Known {
		row = row[:0]
		for _, i := range s.index {
			row = appendFloats(row, k.Values[i:i+1])
		}
		w.Write(row)
	}
	return nil
}

func appendFloats(b []byte, values []float32) []byte {
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

// describedArray is an array of whose examples more is known.
type describedArray struct{ arraySet }

// About implements [Described].
func (s describedArray) About() example.Schema {
	var about example.Schema
	for _, k := range s.part.Known {
		about.Fields = append(about.Fields, k.Field)
	}
	return about
}

// ReadAbout implements [Described].
func (s describedArray) ReadAbout(i int, dst []float32) error {
	if err := checkRead(i, s.Len(), dst, len(s.part.Known)); err != nil {
		return err
	}
	for k, known := range s.part.Known {
		dst[k] = known.Values[s.index[i]]
	}
	return nil
}
