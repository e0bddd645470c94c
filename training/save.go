package training

import (
	"path/filepath"
	"time"

	"latentspace/checkpoints"
)

// save writes a checkpoint and then the manifest.
func (r *run) save() error {
	c, err := r.checkpoint(r.splits.SHA256, r.meter, r.progress)
	if err != nil {
		return err
	}
	if err := r.manifest.Prior.describe(c); err != nil {
		return err
	}
	if r.progress.Best != nil {
		r.store.Best = r.progress.Best.Step
	}
	path, err := r.store.Save(r.step, c)
	if path == "" {
		return err
	}
	if err != nil { // the checkpoint is safe; an old one could not be deleted
		r.report.line("%v", err)
	}
	r.saved, r.manifest.Checkpoint = r.step, filepath.Base(path)
	return r.writeManifest(statusRunning)
}

// writeManifest brings the manifest up to date and writes it.
func (r *run) writeManifest(status string) error {
	m := &r.manifest
	m.Status, m.Step, m.Epoch = status, r.step, r.epoch(r.step)
	m.ParamsSHA256 = checkpoints.Hash(r.params.All())
	m.Seconds = r.earlier + time.Since(r.started).Seconds()
	m.Parameters, m.Init, m.History = r.parameters(), r.progress.Init, r.history
	m.Best, m.Stopped, m.Metrics.Figures = r.progress.Best, r.progress.Stopped, r.progress.figures()
	if epochs := r.progress.epochs(); len(epochs) > 0 {
		last := epochs[len(epochs)-1]
		m.Metrics.Train, m.Metrics.Valid = last.Train, last.Valid
	}
	if r.report != nil {
		if rate, ok := r.report.pace.Rate(); ok {
			m.ExamplesPerSecond = rate
		}
	}
	return m.write(r.dir)
}
