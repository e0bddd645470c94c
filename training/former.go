package training

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"latentspace/checkpoints"
	"latentspace/experiments"
	"latentspace/internal/atomicfile"
	"latentspace/internal/untrusted"
	"latentspace/models"
	"latentspace/rundir"
	"latentspace/trained/saved"
)

// former is a run as found in its folder. The newest checkpoint says what it was trained with, and
// run.json what was asked for after that. config.yaml says where its data are, and has the keys
// that no weight depends on.
type former struct {
	dir      string
	silent   bool                 // another process writes the folder
	source   []byte               // config.yaml
	config   experiments.Config   // what the run is trained with from now on
	history  []experiments.Change // and all changes, in order
	manifest *rundir.Manifest     // nil if it is lost

	checkpoint *checkpoints.Checkpoint // the newest undamaged one, nil if there is none
	step       int                     // its
	path       string                  // its
	progress   progress                // its
	lost       error                   // why no checkpoint could be read although there are files
}

// readFormer reads the run in a folder; nil if the folder is new. Damaged files that are not needed
// are reported to log.
func readFormer(dir string, log io.Writer) (*former, error) {
	name := filepath.Join(dir, experiments.ConfigFile)
	src, err := untrusted.ReadFile(name, untrusted.Experiment)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, rundir.CheckForeign(dir)
	}
	if err != nil {
		return nil, fmt.Errorf("training: %w", err)
	}
	unreadable := func(err error) error {
		return fmt.Errorf("training: the folder %s holds a run that this program cannot read:\n%w", dir, err)
	}
	f := &former{dir: dir, source: src}
	if f.config, err = experiments.ParseKept(name, src); err != nil {
		return nil, unreadable(err)
	}
	if f.manifest, err = rundir.ReadManifest(dir); err != nil {
		fmt.Fprintf(log, "%v; it is written anew\n", err)
	}
	if f.manifest != nil {
		f.history = f.manifest.History
	}
	store := checkpoints.Store{Dir: dir, FS: atomicfile.OS{}}
	f.checkpoint, f.step, f.path, err = store.Latest(func(err error) { fmt.Fprintf(log, "%v\n", err) })
	if err != nil {
		if !errors.Is(err, checkpoints.ErrNone) {
			f.lost = err
		}
		if _, err := f.config.Past(f.history); err != nil {
			return nil, unreadable(err)
		}
		return f, nil
	}
	if f.progress, err = progressOf(f.checkpoint.Meta); err == nil {
		err = f.progress.check(f.step)
	}
	if err != nil {
		return nil, unreadable(fmt.Errorf("%s: %w", f.path, err))
	}
	trained, err := experiments.ParseKept(f.path+": config", []byte(f.checkpoint.Meta[saved.MetaConfig]))
	if err != nil {
		return nil, unreadable(err)
	}
	if trained, err = f.asked(trained, log); err != nil {
		return nil, unreadable(err)
	}
	f.config = trained.With(f.config)
	return f, nil
}

// asked completes the history of a run whose newest checkpoint was trained with the given
// experiment, and returns the experiment after all changes.
func (f *former) asked(trained experiments.Config, log io.Writer) (experiments.Config, error) {
	done := f.progress.Changes
	if len(f.history) >= len(done) && reflect.DeepEqual(f.history[:len(done)], slices.Clip(done)) || len(done) == 0 {
		c := trained
		for _, change := range f.history[len(done):] {
			next, err := c.Redo(change)
			if err != nil || change.Step < f.step {
				c = trained
				fmt.Fprintf(log, "the changes of the run's keys in %s do not follow %s and are left out\n", rundir.ManifestFile, f.path)
				f.history = done
				break
			}
			c = next
		}
		_, err := c.Past(f.history)
		return c, err
	}
	f.history = done // run.json is lost, or older
	_, err := trained.Past(f.history)
	return trained, err
}

// dataSHA256 returns the SHA-256 of the run's data, "" if no file has it.
func (f *former) dataSHA256() string {
	switch {
	case f.checkpoint != nil:
		return f.checkpoint.Meta[metaData]
	case f.manifest != nil:
		return f.manifest.Data.SHA256
	}
	return ""
}

// whereabouts says where the run's data may be, for an experiment that goes on with it. If the
// experiment names another folder than the run, only that folder counts.
func (f *former) whereabouts(cfg experiments.Config) rundir.Whereabouts {
	key := experiments.PlaceKey(cfg.Data)
	w := rundir.Whereabouts{SHA256: f.dataSHA256(), How: fmt.Sprintf("-set data.%s=%s", key, strings.ToUpper(key))}
	here, _ := experiments.FolderOf(cfg.Data)
	if there, _ := experiments.FolderOf(f.config.Data); here == there && f.manifest != nil {
		w.Recorded = f.manifest.Data.Dir
	}
	return w
}

// finished reports whether the run is finished and its newest checkpoint has the final weights. It
// logs that the final weights are lost.
func (f *former) finished(log io.Writer) bool {
	m := f.manifest
	if m == nil || m.Status != rundir.Finished || len(m.History) != len(f.history) {
		return false // or changed after that
	}
	if f.checkpoint != nil && f.step == m.Step && checkpoints.Hash(saved.Under(f.checkpoint.Tensors, saved.ParamPrefix)) == m.ParamsSHA256 {
		return true
	}
	if _, ok := errors.AsType[*untrusted.LimitError](f.lost); ok {
		return false // the next reader reports it
	}
	fmt.Fprintf(log, "%s was finished, and its last checkpoint is lost: training goes on from what there is\n", f.dir)
	return false
}

// noteKilled records that the run's process was killed: the manifest says running, but this process
// holds the lock.
func (f *former) noteKilled(log io.Writer) error {
	m := f.manifest
	if m == nil || m.Status != rundir.Running {
		return nil
	}
	m.Status, m.Error = rundir.Interrupted, fmt.Sprintf("killed after step %d: its process ended without a word", m.Step)
	fmt.Fprintf(log, "the run in %s was %s\n", f.dir, m.Error)
	return f.write()
}

// write writes the manifest.
func (f *former) write() error {
	if f.silent {
		return nil
	}
	return f.manifest.Write(f.dir)
}

// goingOn says how a run goes on with an experiment.
type goingOn struct {
	history []experiments.Change // with a new change, if there is one
	new     bool                 // whether there is a new change
	moved   []string             // differences that no weight depends on
	data    []string             // differences in the choice of examples, which must give the same data
}

// goOn compares an experiment with the run. A difference that makes it another run is an error, and
// so is a change of course without -extend.
func (f *former) goOn(cfg experiments.Config, extend bool) (*goingOn, error) {
	g := &goingOn{history: f.history}
	var refused []string
	withExtend := false
	_, fitted := cfg.Model.(models.Fitted)
	for _, d := range cfg.Differences(f.config) {
		switch {
		case d.Class == experiments.Fixed:
			refused = append(refused, fmt.Sprintf("%v (%s)", d, experiments.WhyFixed(d.Key)))
		case d.Class == experiments.Course && fitted:
			refused = append(refused, fmt.Sprintf("%v (a model of kind %s is fitted at once: there is nothing to go on with)", d, cfg.ModelKind()))
		case d.Class == experiments.Course && !extend:
			withExtend = true
			refused = append(refused, fmt.Sprintf("%v (-extend changes it from here on)", d))
		case d.Class == experiments.Content:
			g.data = append(g.data, d.String())
		case d.Class == experiments.Place || d.Class == experiments.Free:
			g.moved = append(g.moved, d.String())
		}
	}
	if len(refused) > 0 {
		ways := "go on with the old config, "
		if withExtend {
			ways += "add -extend where it is offered, "
		}
		return nil, fmt.Errorf("training: the run in %s has another config:\n  %s\n%schoose another folder with -out, or move the old run aside with -fresh",
			f.dir, strings.Join(refused, "\n  "), ways)
	}
	keys := cfg.ChangesFrom(f.config)
	if len(keys) == 0 || f.checkpoint == nil && len(f.history) == 0 {
		return g, nil // nothing changes, or nothing was trained yet
	}
	change := experiments.Change{Step: f.step, Keys: keys}
	if n := len(f.history); n > 0 {
		change.Step = max(change.Step, f.history[n-1].Step)
	}
	g.history, g.new = append(slices.Clip(f.history), change), true
	return g, nil
}
