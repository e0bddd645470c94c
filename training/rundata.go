package training

import (
	"context"
	"slices"
	"strings"

	"latentspace/data"
	"latentspace/evaluation"
	"latentspace/experiments"
	"latentspace/trained"
)

// MoveData sets the folder that the data are in now. Data that need no folder are a
// [UsageError].
func (t *Trained) MoveData(dir string) error {
	if _, ok := experiments.FolderOf(t.Config.Data); !ok {
		return experiments.Usagef("-data %s: the model was trained on data of kind %s, which are in no folder", dir, t.Config.DataKind())
	}
	t.Config.Data = experiments.In(dir, t.Config.Data)
	t.where.Recorded, t.splits = "", nil
	return nil
}

// Data opens the data that the model was trained on, at the first call: in the folder that the
// experiment names, or in the folder where the run last had them. Other data are an error.
func (t *Trained) Data(ctx context.Context) (*data.Splits, error) {
	if t.splits == nil {
		splits, _, err := t.where.Open(ctx, t.Config.Data)
		if err != nil {
			return nil, err
		}
		t.splits = splits
	}
	return t.splits, nil
}

// DataOf takes the data that another model has open, if it was trained on the same.
func (t *Trained) DataOf(other *Trained) {
	if t.where.SHA256 == other.where.SHA256 && t.splits == nil {
		t.splits = other.splits
	}
}

// Subject describes the model and the split that it is measured on, for package
// evaluation.
func (t *Trained) Subject(splits *data.Splits, held data.Dataset, name string) evaluation.Subject {
	s := evaluation.Subject{
		Model: t.Model, Train: splits.Train, Held: held, Split: name, Data: splits.SHA256,
		Binarize: splits.Binarize, PixelSeed: t.Config.Seed,
		Outliers: splits.Outliers,
		Training: t.Training, Untrained: func() (*trained.Model, error) { return untrained(t.Config, t.Told) },
	}
	if t.Kept != nil {
		s.Prior = t.Kept.String()
	}
	if m, ok := t.Config.Data.(data.Mixture); ok {
		s.Modes, s.Spread = m.Modes(), m.Spread()
	}
	return s
}

// Split opens one split of the data that the model was trained on: train, valid, test or, where
// classes were set apart, outliers. Any other name is a [UsageError].
func (t *Trained) Split(ctx context.Context, name string) (data.Dataset, error) {
	if !slices.Contains(data.SplitNames, name) {
		return nil, experiments.Usagef("-split %q, want one of %s", name, strings.Join(data.SplitNames, ", "))
	}
	splits, err := t.Data(ctx)
	if err != nil {
		return nil, err
	}
	if name == "outliers" && splits.Outliers == nil {
		return nil, experiments.Usagef("-split outliers, but the experiment sets no classes apart: data.outliers names them")
	}
	return map[string]data.Dataset{"train": splits.Train, "valid": splits.Valid, "test": splits.Test, "outliers": splits.Outliers}[name], nil
}
