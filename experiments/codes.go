package experiments

import (
	"context"
	"fmt"

	"latentspace/data"
	"latentspace/nn/tensor"
)

// codeBatch is how many examples are read and encoded at a time when a whole data
// set is.
const codeBatch = 8 * mapBatch

// EachCode encodes a data set in order, a batch at a time, and calls f with the codes z
// (batch, dim) of the examples from first on. The next batch takes the memory of
// the last: f must copy what it keeps. The first error of f ends the walk.
func (t *Trained) EachCode(ctx context.Context, ds data.Dataset, f func(first int, z *tensor.Tensor) error) error {
	return t.each(ctx, ds, ds.Len(), f)
}

// Codes returns the codes (m, dim) of the first most examples of a data set, or of
// all if it has fewer. It is an error if there are none.
func (t *Trained) Codes(ctx context.Context, ds data.Dataset, most int) (*tensor.Tensor, error) {
	dim, err := t.Dim()
	if err != nil {
		return nil, err
	}
	n := min(most, ds.Len())
	if n < 1 {
		return nil, fmt.Errorf("experiments: codes of %d examples of a data set of %d, want at least 1", most, ds.Len())
	}
	codes := tensor.New(n, dim)
	return codes, t.each(ctx, ds, n, func(first int, z *tensor.Tensor) error {
		copy(codes.Data[first*dim:], z.Data)
		return nil
	})
}

// each encodes the first n examples in order.
func (t *Trained) each(ctx context.Context, ds data.Dataset, n int, f func(first int, z *tensor.Tensor) error) error {
	if !t.CanEncode() {
		return t.Lacks("encoder")
	}
	for lo := 0; lo < n; lo += codeBatch {
		x, err := t.Read(ds, lo, min(codeBatch, n-lo))
		if err != nil {
			return err
		}
		z, err := t.Encode(ctx, x)
		if err != nil {
			return err
		}
		if err := f(lo, z); err != nil {
			return err
		}
	}
	return nil
}
