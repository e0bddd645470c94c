package training

import (
	"context"
	"fmt"
	"path/filepath"

	"latentspace/data"
	"latentspace/experiments"
)

// whereabouts is what is known of a run's data.
type whereabouts struct {
	sha256   string // of the examples; "" for a new run
	recorded string // the absolute path of the folder that the run last had them in, "" if unknown
	how      string // what a user says to name another folder
}

// open opens data where the source says that they are or else, where that path leads nowhere
// or to other data, where the run had them. It returns the absolute path of the folder, if the
// source names one. Data with another SHA-256 than the run's are an error.
func (w whereabouts) open(ctx context.Context, source data.Source) (splits *data.Splits, dir string, err error) {
	dir, ok := experiments.FolderOf(source)
	if dir != "" {
		if dir, err = filepath.Abs(dir); err != nil {
			return nil, "", fmt.Errorf("training: data.dir: %w", err)
		}
	}
	splits, err = w.openThere(ctx, source)
	if err == nil || ctx.Err() != nil || !ok || w.sha256 == "" {
		return splits, dir, err
	}
	if w.recorded != "" && w.recorded != dir {
		splits, there := w.openThere(ctx, experiments.In(w.recorded, source))
		if there == nil {
			return splits, w.recorded, nil
		}
		err = fmt.Errorf("%w\nand in %s, where the run had its data: %w", err, w.recorded, there)
	}
	return nil, "", fmt.Errorf("%w\n%s says where the data are now", err, w.how)
}

func (w whereabouts) openThere(ctx context.Context, source data.Source) (*data.Splits, error) {
	splits, err := source.Open(ctx)
	if err != nil {
		return nil, err
	}
	if w.sha256 != "" && splits.SHA256 != w.sha256 {
		place := ""
		if dir, _ := experiments.FolderOf(source); dir != "" {
			place = dir + ": "
		}
		return nil, fmt.Errorf("training: %s%w", place, sameData(splits.SHA256, w.sha256))
	}
	return splits, nil
}

// sameData compares the SHA-256 of data with the one that a run began with.
func sameData(got, want string) error {
	if got != want {
		return fmt.Errorf("the data set has changed: SHA-256 %s, the run began with %s", got, want)
	}
	return nil
}
