package data

import (
	"fmt"

	"latentspace/data/keyed"
	"latentspace/tensor"
)

// ReadOptions says how ReadBatch reads.
type ReadOptions struct {
	// Binarize draws each value once and for all: 1 with the value as
	// probability, 0 otherwise. It is a function of (Seed, index).
	Binarize bool
	Seed     uint64
}

// ReadBatch writes the examples lo … hi−1 to dst, in their order: what evaluation
// reads. A range outside the data set is an error, and so is a dst of another size.
func ReadBatch(ds Dataset, lo, hi int, dst []float32, o ReadOptions) error {
	if lo < 0 || hi < lo || hi > ds.Len() {
		return fmt.Errorf("data: examples %d to %d, want a range within 0 to %d", lo, hi, ds.Len())
	}
	size := tensor.Size(ds.Shape())
	if len(dst) != (hi-lo)*size {
		return fmt.Errorf("data: examples %d to %d: room for %d values, want %d", lo, hi, len(dst), (hi-lo)*size)
	}
	for i := lo; i < hi; i++ {
		x := dst[(i-lo)*size : (i-lo+1)*size]
		if err := read(ds, i, x); err != nil {
			return fmt.Errorf("data: %w", err)
		}
		if o.Binarize {
			d := keyed.New(o.Seed, "binarize.fixed", uint64(i))
			binarize(&d, x)
		}
	}
	return nil
}

// read is ds.Read with a panic as an error.
func read(ds Dataset, i int, dst []float32) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("example %d of %d: panic: %v", i, ds.Len(), p)
		}
	}()
	if err := ds.Read(i, dst); err != nil {
		return fmt.Errorf("example %d of %d: %w", i, ds.Len(), err)
	}
	return nil
}
