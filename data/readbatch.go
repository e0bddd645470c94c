package data

import (
	"fmt"
)

// ReadBatch writes the examples lo … hi−1 to x, in order, for evaluation. If about is not nil, it
// writes what is known of them there. A range outside the data set is an error, and so are rows of
// another size.
func ReadBatch(ds Dataset, lo, hi int, x, about []float32) error {
	if lo < 0 || hi < lo || hi > ds.Len() {
		return fmt.Errorf("data: examples %d to %d, want a range within 0 to %d", lo, hi, ds.Len())
	}
	size := ds.Schema().Width()
	if len(x) != (hi-lo)*size {
		return fmt.Errorf("data: examples %d to %d: room for %d values, want %d", lo, hi, len(x), (hi-lo)*size)
	}
	for i := lo; i < hi; i++ {
		if err := read(ds, i, x[(i-lo)*size:(i-lo+1)*size]); err != nil {
			return fmt.Errorf("data: %w", err)
		}
	}
	if about == nil {
		return nil
	}
	known, ok := ds.(Described)
	if !ok {
		return fmt.Errorf("data: examples %d to %d: nothing is known of them, want a set that is described", lo, hi)
	}
	width := known.About().Width()
	if len(about) != (hi-lo)*width {
		return fmt.Errorf("data: examples %d to %d: room for %d values of what is known, want %d", lo, hi, len(about), (hi-lo)*width)
	}
	for i := lo; i < hi; i++ {
		if err := readAbout(known, i, about[(i-lo)*width:(i-lo+1)*width]); err != nil {
			return fmt.Errorf("data: %w", err)
		}
	}
	return nil
}

// read calls ds.Read and returns a panic as an error.
func read(ds Dataset, i int, dst []float32) (err error) {
	defer caught(ds, i, &err)
	return ds.Read(i, dst)
}

// readEpoch calls ds.ReadEpoch and returns a panic as an error.
func readEpoch(ds Anew, epoch, i int, dst []float32) (err error) {
	defer caught(ds, i, &err)
	return ds.ReadEpoch(epoch, i, dst)
}

// readAbout calls ds.ReadAbout and returns a panic as an error.
func readAbout(ds Described, i int, dst []float32) (err error) {
	defer caught(ds, i, &err)
	return ds.ReadAbout(i, dst)
}

// caught turns a panic into an error, and adds the example to every error. It is called
// by defer.
func caught(ds Dataset, i int, err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("example %d of %d: panic: %v", i, ds.Len(), p)
	} else if *err != nil {
		*err = fmt.Errorf("example %d of %d: %w", i, ds.Len(), *err)
	}
}
