package experiments

import (
	"context"
	"fmt"

	"latentspace/data"
	"latentspace/nn/tensor"
)

// Data opens the data that the model was trained on, once.
func (t *Trained) Data(ctx context.Context) (*data.Splits, error) {
	if t.splits == nil {
		splits, err := t.Config.Data.Open(ctx)
		if err != nil {
			return nil, err
		}
		t.splits = splits
	}
	return t.splits, nil
}

// Split opens one split of the data that the model was trained on: train, valid or
// test. Any other name is a [UsageError].
func (t *Trained) Split(ctx context.Context, name string) (data.Dataset, error) {
	if name != "train" && name != "valid" && name != "test" {
		return nil, Usagef("-split %q, want train, valid or test", name)
	}
	splits, err := t.Data(ctx)
	if err != nil {
		return nil, err
	}
	return map[string]data.Dataset{"train": splits.Train, "valid": splits.Valid, "test": splits.Test}[name], nil
}

// Read returns examples first to first+n−1 (n, shape…) of a data set.
func (t *Trained) Read(ds data.Dataset, first, n int) (*tensor.Tensor, error) {
	if first < 0 || first+n > ds.Len() {
		return nil, fmt.Errorf("experiments: examples %d to %d, want them from 0 to %d", first, first+n-1, ds.Len()-1)
	}
	x := tensor.New(append([]int{n}, t.Shape...)...)
	size := tensor.Size(t.Shape)
	for i := range n {
		if err := ds.Read(first+i, x.Data[i*size:(i+1)*size]); err != nil {
			return nil, err
		}
	}
	return x, nil
}
