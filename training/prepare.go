package training

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"

	"latentspace/data"
	"latentspace/experiments"
	"latentspace/kernel"
	"latentspace/models"
	"latentspace/models/families"
	"latentspace/rundir"
)

// prepare opens the data of an experiment and builds its model. The folder is that of the data, as
// [rundir.Whereabouts.Open] returns it.
func prepare(ctx context.Context, cfg experiments.Config, w rundir.Whereabouts) (splits *data.Splits, folder string, t *trainer, err error) {
	if err := kernel.Environment(); err != nil {
		return nil, "", nil, fmt.Errorf("training: %w", err)
	}
	if splits, folder, err = w.Open(ctx, cfg.Data); err != nil {
		if ctx.Err() != nil {
			return nil, "", nil, fmt.Errorf("%w before the first step", ErrInterrupted)
		}
		return nil, "", nil, err
	}
	told, err := toldOf(cfg, splits)
	if err != nil {
		return nil, "", nil, err
	}
	if err := families.Suits(cfg.Model, cfg.ModelKind(), told); err != nil {
		return nil, "", nil, err
	}
	if err := checkRange(cfg.Model, told, splits.Train, cfg.Seed); err != nil {
		return nil, "", nil, err
	}
	debug.FreeOSMemory() // reading files leaves as much behind as they hold
	t, err = newTrainer(cfg, told)
	return splits, folder, t, err
}

// mostGarbage is about how many bytes nothing may need any more before they are collected, however much
// is in use.
const mostGarbage = 4 << 20

// collectEarly gives back to the system what setting up left behind, and has garbage collected when there
// is little of it: a share of what is in use, as the runtime knows it, would grow with the examples that
// are in memory. A collection costs what there are pointers to follow, which is next to nothing. The
// function that it returns ends this.
func collectEarly() (end func()) {
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before := debug.SetGCPercent(max(1, int(100*mostGarbage/max(m.HeapAlloc, mostGarbage))))
	return func() { debug.SetGCPercent(before) }
}

// checkRange looks at a thousand examples for values for which the model's loss is not defined.
func checkRange(m models.Model, d models.Data, ds data.Dataset, seed uint64) error {
	ranged, ok := m.(models.Ranged)
	if !ok {
		return nil
	}
	r := ranged.Range(d)
	if !r.Undefined {
		return nil
	}
	x := make([]float32, ds.Schema().Width())
	for _, i := range data.Some(ds.Len(), 1000, seed, "range") {
		if err := ds.Read(i, x); err != nil {
			return err
		}
		for _, v := range x {
			if !(float64(v) >= r.Lo && float64(v) <= r.Hi) {
				return fmt.Errorf("training: %s wants values in [%g, %g], and example %d of the training set has %v; use %s", r.Key, r.Lo, r.Hi, i, v, r.Instead)
			}
		}
	}
	return nil
}

// adapted lists the defaults that were adapted to the size of the data.
func (t *trainer) adapted() []string {
	if _, ok := t.fitted(); ok || t.batch == t.cfg.Train.Batch {
		return nil
	}
	return []string{fmt.Sprintf("train.batch: the training set has %d examples, and a batch is all of them", t.batch)}
}

// said returns remarks about the data, for the log before training: how its files were read, and
// which defaults were adapted.
func (t *trainer) said(splits *data.Splits) []string { return slices.Concat(splits.Notes, t.adapted()) }
