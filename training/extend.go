package training

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"latentspace/experiments"
	"latentspace/rundir"
	"latentspace/settings"
)

// resume prepares to go on with a run. If the run is finished and nothing is left to do, it returns
// the manifest.
func (f *former) resume(ctx context.Context, cfg experiments.Config, o Options) (*run, *rundir.Manifest, error) {
	g, err := f.goOn(cfg, o.Extend)
	if err != nil {
		return nil, nil, err
	}
	if g.moved != nil {
		fmt.Fprintf(o.Log, "the run in %s goes on with other places or outputs:\n  %s\n", f.dir, strings.Join(g.moved, "\n  "))
	}
	if err := f.sameOrigin(cfg); err != nil {
		return nil, nil, err
	}
	finished := !g.new && f.finished(o.Log)
	if finished && !f.otherData(cfg) {
		return nil, f.manifest, f.end(cfg, f.manifest.Data.Dir, o)
	}
	configs, err := cfg.Past(g.history)
	if err != nil {
		return nil, nil, err
	}
	done := len(f.progress.Changes)
	splits, folder, t, err := prepare(ctx, configs[done], f.whereabouts(cfg))
	if err != nil {
		if g.data != nil {
			err = fmt.Errorf("%w\nthe run has other data:\n  %s", err, strings.Join(g.data, "\n  "))
		}
		return nil, nil, err
	}
	if finished {
		return nil, f.manifest, f.end(cfg, folder, o)
	}
	if f.lost != nil {
		return nil, nil, f.lost
	}
	t.follow(configs[:done+1], g.history[:done])
	r := &run{trainer: t, splits: splits, folder: folder, meter: t.meter(), configs: configs, history: g.history}
	if named, _ := experiments.FolderOf(cfg.Data); named != "" {
		if abs, err := filepath.Abs(named); err == nil && abs != folder {
			fmt.Fprintf(o.Log, "data.%s: the run's data are not in %s and are read from %s, where the run had them\n", experiments.PlaceKey(cfg.Data), abs, folder)
		}
	}
	if f.checkpoint == nil {
		var began *rundir.Origin
		if f.manifest != nil && f.manifest.Step > 0 { // and all its checkpoints are lost
			began = f.manifest.Init
		}
		if err := r.firstWeights(began, o.Log); err != nil {
			return nil, nil, err
		}
	}
	if !g.new {
		return r, nil, nil
	}
	if slices.ContainsFunc(g.history[len(g.history)-1].Keys, func(k settings.Change) bool {
		return strings.HasPrefix(k.Key, "train.evaluate") || k.Key == "train.best"
	}) {
		if err := rehearse(ctx, cfg, splits, o.Log); err != nil {
			return nil, nil, err
		}
	}
	return r, nil, r.prepareChange(cfg)
}

// end says that the run is finished, and records its present name and the place of its data.
func (f *former) end(cfg experiments.Config, folder string, o Options) error {
	m := f.manifest
	fmt.Fprintf(o.Log, "%s is finished: step %d, %s\n", f.dir, m.Step, formatMetrics(m.Metrics.Test))
	if m.Stopped != "" {
		fmt.Fprintln(o.Log, m.Stopped)
	}
	for _, warning := range m.Warnings {
		fmt.Fprintf(o.Log, "warning: %s\n", warning)
	}
	if o.Extend {
		fmt.Fprintln(o.Log, "-extend: nothing differs from the run's config; say what is to change, such as -set train.epochs=N")
	}
	if err := f.writeConfig(cfg); err != nil {
		return err
	}
	if m.Name == cfg.Name && m.Data.Dir == folder {
		return nil
	}
	m.Name, m.Data.Dir = cfg.Name, folder
	return f.write()
}

// writeConfig writes an experiment as the run's, unless it is that already.
func (f *former) writeConfig(cfg experiments.Config) error {
	src, err := cfg.YAML()
	if err != nil || f.silent || bytes.Equal(src, f.source) {
		return err
	}
	return rundir.WriteConfig(f.dir, cfg)
}

// otherData reports whether an experiment describes the run's data differently.
func (f *former) otherData(cfg experiments.Config) bool {
	return slices.ContainsFunc(cfg.Differences(f.config), func(d experiments.Difference) bool {
		return d.Class == experiments.Content || d.Class == experiments.Place && strings.HasPrefix(d.Key, "data.")
	})
}

// sameOrigin returns an error if the experiment begins with other weights than the run did. The
// checkpoint is read only if the experiment names another one.
func (f *former) sameOrigin(cfg experiments.Config) error {
	here, there := cfg.Train.Init.From, f.config.Train.Init.From
	if here == there || f.checkpoint == nil {
		return nil
	}
	began := f.progress.Init
	if began == nil {
		return fmt.Errorf("training: train.init.from: %s here, and the run in %s began with no other weights (%s)", here, f.dir, experiments.WhyFixed("train.init"))
	}
	_, origin, err := readInit(cfg.Train.Init)
	if err != nil {
		return err
	}
	return origin.Same(began, cfg.Train.Init.From)
}

// prepareChange builds the trainer of the last experiment, so that an impossible change is refused
// before it is part of the run.
func (r *run) prepareChange(cfg experiments.Config) (err error) {
	if r.next, err = newTrainer(cfg, r.told); err != nil {
		return err
	}
	if _, ok := r.fitted(); ok {
		return nil
	}
	r.next.follow(r.configs, r.history)
	if at := r.history[len(r.history)-1].Step; r.next.total() < at {
		return fmt.Errorf("training: train.epochs: %d, and the run has made %s in %s: want an end that is not before that",
			cfg.Train.Epochs, experiments.Count(at, "step"), experiments.Count(r.next.epoch(at), "epoch"))
	}
	return nil
}

// changeDue reports whether a change of the run's keys is due at this step.
func (r *run) changeDue() bool {
	done := len(r.progress.Changes)
	return done < len(r.history) && r.history[done].Step <= r.step
}

// change makes the next change of the run's keys: the trainer becomes that of the next experiment,
// with the present weights. The checkpoint of this step belongs to both.
func (r *run) change(terminal bool) error {
	done := len(r.progress.Changes)
	next, before := r.next, r.factor()
	if next == nil || done+1 < len(r.history) {
		var err error
		if next, err = newTrainer(r.configs[done+1], r.told); err != nil {
			return err
		}
		next.follow(r.configs[:done+2], r.history[:done+1])
	}
	if err := next.succeed(r.trainer); err != nil {
		return err
	}
	if err := next.join(r.team); err != nil {
		return err
	}
	m := next.meter()
	if err := m.restore(r.meter.state()); err != nil {
		return err
	}
	r.progress.change(r.history[done], r.cfg, next.cfg)
	if r.progress.Best == nil {
		r.store.Best = 0
	}
	r.trainer, r.meter, r.evaluator = next, m, newEvaluator(next.cfg, next.told, next.memory)
	r.report.close()
	r.report = newReporter(r.log, terminal, r.trainer, r.now)
	r.report.line("changed at %v; %s to go", r.history[done], experiments.Count(max(0, r.total()-r.step), "step"))
	if after := r.factor(); after != before {
		r.report.line("the schedule's factor of the learning rate was %.3g here and is %.3g", before, after)
	}
	return r.save()
}
