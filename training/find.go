package training

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"latentspace/checkpoints"
	"latentspace/experiments"
)

// Find opens a trained model: from a checkpoint file, or else the newest
// checkpoint of a run's folder, or else that of the newest run under runs/. With
// best it is the run's best checkpoint, by what train.best names. A damaged
// checkpoint is told to warn, and the one before it is taken.
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
		if run, err = newestRun("runs"); err != nil {
			return nil, "", err
		}
	} else if info, err := os.Stat(run); err != nil {
		return nil, "", fmt.Errorf("training: run: %w", err)
	} else if !info.IsDir() {
		return nil, "", fmt.Errorf("training: run: %s is a file; for a checkpoint use -checkpoint", run)
	}
	if m, err := readManifest(run); err == nil && m != nil && m.Status == statusRunning && !checkpoints.InUse(run) {
		warn(fmt.Errorf("training: %s was killed after step %d: %s says running, and no process holds %s; the same train command goes on", run, m.Step, manifestFile, checkpoints.LockName))
	}
	store := checkpoints.Store{Dir: run, FS: checkpoints.OS{}}
	if best {
		return findBest(run, store, warn)
	}
	c, _, file, err := store.Latest(warn)
	if errors.Is(err, checkpoints.ErrNone) {
		return nil, "", fmt.Errorf("training: %s has no checkpoint; train -config … makes one", run)
	}
	if err != nil {
		return nil, "", err
	}
	t, err := openedAs(file, c)
	return t, file, err
}

// newestRun returns the folder under root whose run.json is the newest.
func newestRun(root string) (string, error) {
	manifests, err := filepath.Glob(filepath.Join(root, "*", manifestFile))
	if err != nil {
		return "", fmt.Errorf("training: %w", err)
	}
	var newest string
	var when time.Time
	for _, m := range manifests {
		info, err := os.Stat(m)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("training: %w", err)
		}
		if newest == "" || info.ModTime().After(when) {
			newest, when = filepath.Dir(m), info.ModTime()
		}
	}
	if newest == "" {
		return "", fmt.Errorf("training: no run under %s; train one with: train -config vae", root)
	}
	return newest, nil
}
