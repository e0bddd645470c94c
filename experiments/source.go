package experiments

import (
	"context"

	"latentspace/data"
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
