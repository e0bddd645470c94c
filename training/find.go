package training

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"latentspace/checkpoints"
	"latentspace/experiments"
	"latentspace/internal/atomicfile"
	"latentspace/internal/untrusted"
	"latentspace/rundir"
	"latentspace/trained/saved"
)

// Find opens a trained model: the given checkpoint file, or the newest checkpoint of a
// run's folder, or that of the newest run under runs/. With best, or if its experiment says so in
// train.use, it opens the run's best checkpoint, by what train.best names. It passes over a damaged checkpoint for an
// older one, and calls warn.
func Find(run, checkpoint string, best bool, warn func(error)) (*Trained, string, error) {
	if checkpoint != "" {
		if run != "" || best {
			return nil, "", experiments.Usagef("-checkpoint names one file: it goes without -run and -best")
		}
		t, err := Open(checkpoint)
		return t, checkpoint, err
	}
	if run == "" {
		var err error
		if run, err = rundir.Newest("runs"); err != nil {
			return nil, "", err
		}
	} else if info, err := os.Stat(run); err != nil {
		return nil, "", fmt.Errorf("training: run: %w", err)
	} else if !info.IsDir() {
		return nil, "", fmt.Errorf("training: run: %s is a file; for a checkpoint use -checkpoint", run)
	}
	if m, err := rundir.ReadManifest(run); err == nil && m != nil && m.Status == rundir.Running && !checkpoints.InUse(run) {
		warn(fmt.Errorf("training: %s was killed after step %d: %s says running, and no process holds %s; the same train command goes on", run, m.Step, rundir.ManifestFile, checkpoints.LockName))
	}
	store := checkpoints.Store{Dir: run, FS: atomicfile.OS{}}
	if best {
		return findBest(run, store, warn)
	}
	c, _, file, err := store.Latest(warn)
	if errors.Is(err, checkpoints.ErrNone) {
		return nil, "", fmt.Errorf("training: the run %s has no checkpoint; train -config … makes one", run)
	}
	if err != nil {
		return nil, "", err
	}
	t, err := openedAs(file, c)
	if err != nil || t.Config.Train.Use != experiments.UseBest {
		return t, file, err
	}
	if m, err := rundir.ReadManifest(run); err != nil || m == nil || m.Best == nil {
		return t, file, nil // it has no best yet
	}
	return findBest(run, store, warn)
}

// findBest opens the best checkpoint of a run, which its manifest names. If a run was killed
// between saving a better checkpoint, which deletes the earlier best, and writing the manifest, the
// best one is the newest.
func findBest(run string, store checkpoints.Store, warn func(error)) (*Trained, string, error) {
	m, err := rundir.ReadManifest(run)
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
	if err := untrusted.DecodeJSON([]byte(c.Meta[saved.MetaProgress]), &p); err != nil {
		return nil, "", fmt.Errorf("training: %s: %s: %w", newest, saved.MetaProgress, err)
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
