package rundir

import (
	"context"
	"fmt"
	"path/filepath"

	"latentspace/data"
	"latentspace/experiments"
)

// Whereabouts says where a run's data may be, and how to recognise them.
type Whereabouts struct {
	SHA256   string // of the examples; "" for a new run
	Recorded string // the absolute path of the folder that the run last had them in, "" if unknown
	How      string // what a user says to name another folder
}

// Open opens data in the folder that the source names. If that fails, or has other data, it tries
// the folder where the run last had them. It returns the absolute path of the folder, if the source
// names one. Data whose SHA-256 is not the run's are an error.
func (w Whereabouts) Open(ctx context.Context, source data.Source) (splits *data.Splits, dir string, err error) {
	dir, ok := experiments.FolderOf(source)
	if dir != "" {
		if dir, err = filepath.Abs(dir); err != nil {
			return nil, "", fmt.Errorf("rundir: data.%s: %w", experiments.PlaceKey(source), err)
		}
	}
	splits, err = w.openThere(ctx, source)
	if err == nil || ctx.Err() != nil || !ok || w.SHA256 == "" {
		return splits, dir, err
	}
	if w.Recorded != "" && w.Recorded != dir {
		splits, there := w.openThere(ctx, experiments.In(w.Recorded, source))
		if there == nil {
			return splits, w.Recorded, nil
		}
		err = fmt.Errorf("%w\nand in %s, where the run had its data: %w", err, w.Recorded, there)
	}
	return nil, "", fmt.Errorf("%w\n%s says where the data are now", err, w.How)
}

func (w Whereabouts) openThere(ctx context.Context, source data.Source) (*data.Splits, error) {
	splits, err := source.Open(ctx)
	if err != nil {
		return nil, err
	}
	if w.SHA256 != "" && splits.SHA256 != w.SHA256 {
		place := ""
		if dir, _ := experiments.FolderOf(source); dir != "" {
			place = dir + ": "
		}
		return nil, fmt.Errorf("rundir: %s%w", place, SameData(splits.SHA256, w.SHA256))
	}
	return splits, nil
}

// SameData returns an error if the SHA-256 of data is not the one that a run began
// with.
func SameData(got, want string) error {
	if got != want {
		return fmt.Errorf("the data set has changed: SHA-256 %s, the run began with %s", got, want)
	}
	return nil
}
