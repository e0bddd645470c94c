package training

import (
	"errors"
	"fmt"
	"io/fs"

	"latentspace/checkpoints"
	"latentspace/experiments"
	"latentspace/internal/untrusted"
)

// findBest opens the best checkpoint of a run, which its manifest names. A run that was
// killed after it saved a better one, and deleted that, before it wrote the manifest, has
// it in the newest checkpoint.
func findBest(run string, store checkpoints.Store, warn func(error)) (*Trained, string, error) {
	m, err := readManifest(run)
	if err != nil {
		return nil, "", err
	}
	if m == nil || m.Best == nil {
		return nil, "", fmt.Errorf("training: %s has no best checkpoint: %s", run, whyNoBest(run))
	}
	file := store.Path(m.Best.Step)
	t, err := Open(file)
	if !errors.Is(err, fs.ErrNotExist) {
		return t, file, err
	}
	c, _, newest, latestErr := store.Latest(warn)
	if latestErr != nil {
		return nil, "", errors.Join(err, latestErr)
	}
	var p progress
	if err := untrusted.DecodeJSON([]byte(c.Meta[metaProgress]), &p); err != nil {
		return nil, "", fmt.Errorf("training: %s: %s: %w", newest, metaProgress, err)
	}
	if p.Best == nil || p.Best.Step == m.Best.Step {
		return nil, "", err
	}
	file = store.Path(p.Best.Step)
	t, err = Open(file)
	return t, file, err
}

// whyNoBest says why a run has no best checkpoint.
func whyNoBest(run string) string {
	cfg, err := experiments.LoadKept(run)
	if errors.Is(err, fs.ErrNotExist) {
		return "it has not begun"
	}
	if err != nil {
		return err.Error()
	}
	switch by := cfg.Train.Best; {
	case by != experiments.ByLoss:
		return fmt.Sprintf("%s was not measured yet", by)
	case experiments.LossOf(cfg.Model) == "":
		return "its model is not compared by validation loss; train.best can name a figure of train.evaluate"
	}
	return "there was no validation yet, or the data has no validation examples"
}
