package trained

import (
	"context"
	"fmt"

	"latentspace/example"
	"latentspace/tensor"
)

// codeBatch is how many examples are read and encoded at a time when a whole data
// set is.
const codeBatch = 8 * mapBatch

// EachCode encodes a data set in order, a batch at a time, and calls f with the codes z
// (batch, dim) of the examples from first on. The next batch takes the memory of
// the last: f must copy what it keeps. The first error of f ends the walk.
func (m *Model) EachCode(ctx context.Context, ds example.Set, f func(first int, z *tensor.Tensor) error) error {
	return m.each(ctx, ds, ds.Len(), f)
}

// Codes returns the codes (m, dim) of the first most examples of a data set, or of
// all if it has fewer. It is an error if there are none.
func (m *Model) Codes(ctx context.Context, ds example.Set, most int) (*tensor.Tensor, error) {
	dim, err := m.Dim()
	if err != nil {
		return nil, err
	}
	n := min(most, ds.Len())
	if n < 1 {
		return nil, noCodes(most, ds)
	}
	codes := tensor.New(n, dim)
	return codes, m.each(ctx, ds, n, func(first int, z *tensor.Tensor) error {
		copy(codes.Data[first*dim:], z.Data)
		return nil
	})
}

// Posteriors returns the means and the log-variances (m, dim) of the codes of the first
// most examples of a data set, as [Model.Codes] does their codes.
func (m *Model) Posteriors(ctx context.Context, ds example.Set, most int) (mu, logvar *tensor.Tensor, err error) {
	dim, err := m.Dim()
	if err != nil {
		return nil, nil, err
	}
	n := min(most, ds.Len())
	if n < 1 {
		return nil, nil, noCodes(most, ds)
	}
	mu, logvar = tensor.New(n, dim), tensor.New(n, dim)
	return mu, logvar, m.eachRead(ds, n, func(first int, x Examples) error {
		u, l, err := m.Posterior(ctx, x)
		if err != nil {
			return err
		}
		copy(mu.Data[first*dim:], u.Data)
		copy(logvar.Data[first*dim:], l.Data)
		return nil
	})
}

func noCodes(most int, ds example.Set) error {
	return fmt.Errorf("trained: codes of %d examples of a data set of %d, want at least 1", most, ds.Len())
}

// each encodes the first n examples in order.
func (m *Model) each(ctx context.Context, ds example.Set, n int, f func(first int, z *tensor.Tensor) error) error {
	if !m.CanEncode() {
		return m.Lacks("encoder")
	}
	return m.eachRead(ds, n, func(first int, x Examples) error {
		z, err := m.Encode(ctx, x)
		if err != nil {
			return err
		}
		return f(first, z)
	})
}

// eachRead reads the first n examples in order, a batch at a time.
func (m *Model) eachRead(ds example.Set, n int, f func(first int, x Examples) error) error {
	for lo := 0; lo < n; lo += codeBatch {
		x, err := m.Read(ds, lo, min(codeBatch, n-lo))
		if err != nil {
			return err
		}
		if err := f(lo, x); err != nil {
			return err
		}
	}
	return nil
}
