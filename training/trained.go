package training

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"latentspace/checkpoints"
	"latentspace/data"
	"latentspace/evaluation"
	"latentspace/experiments"
	"latentspace/internal/atomicfile"
	"latentspace/internal/untrusted"
	"latentspace/models"
	"latentspace/rundir"
	"latentspace/trained"
	"latentspace/trained/saved"
)

// Trained is a trained model with its experiment. A checkpoint alone is enough to make
// one.
type Trained struct {
	*trained.Model
	File   string // the checkpoint
	Config experiments.Config
	Step   int // of training
	// Training says how it was trained; nil if the checkpoint does not say.
	Training *evaluation.Training

	History []experiments.Change // of the keys that it was trained with, up to the step
	Kept    *saved.KeptPrior     // that its codes are drawn from, nil for the model's own
	Init    *rundir.Origin       // where its first weights came from, nil unless from a checkpoint

	where     rundir.Whereabouts // of its data
	evaluator *evaluator         // nil before the first use
	splits    *data.Splits       // likewise
}

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

// Open reads a trained model from a checkpoint file. If training kept averaged weights,
// the model has those.
func Open(file string) (*Trained, error) {
	c, err := checkpoints.Read(file)
	if err != nil {
		return nil, err
	}
	return openedAs(file, c)
}

// openedAs returns the trained model of the checkpoint in a file. The run.json beside it says where
// the data were, if it can be read.
func openedAs(file string, c *checkpoints.Checkpoint) (*Trained, error) {
	t, err := fromCheckpoint(c)
	if err != nil {
		return nil, fmt.Errorf("training: %s: %w", file, err)
	}
	t.File = file
	if m, err := rundir.ReadManifest(filepath.Dir(file)); err == nil && m != nil && m.Data.SHA256 == t.where.SHA256 {
		t.where.Recorded = m.Data.Dir
	}
	return t, nil
}

func fromCheckpoint(c *checkpoints.Checkpoint) (*Trained, error) {
	if err := saved.CheckFormat(c.Meta); err != nil {
		return nil, fmt.Errorf("%w: not a checkpoint of this program", err)
	}
	cfg, err := experiments.ParseKept("config", []byte(c.Meta[saved.MetaConfig]))
	if err != nil {
		return nil, err
	}
	told, err := saved.Told(c)
	if err != nil {
		return nil, err
	}
	step, err := strconv.Atoi(c.Meta[saved.MetaStep])
	if err != nil || step < 0 {
		return nil, fmt.Errorf("step %q, want a number of steps", c.Meta[saved.MetaStep])
	}
	p, damaged := progressOf(c.Meta)
	m, kept, err := saved.Restore(c, saved.Experiment{
		Kind: cfg.ModelKind(), Model: cfg.Model, Keeps: cfg.Train.Init.Keeps,
		Told: told, Step: step, Course: courseOf(cfg, told, p.Changes),
	})
	if err != nil {
		return nil, err
	}
	t := &Trained{Model: m, Kept: kept, Config: cfg, Step: step, where: rundir.Whereabouts{SHA256: c.Meta[metaData], How: "-data DIR"}}
	if damaged == nil { // else the checkpoint cannot be resumed
		t.History, t.Init, t.Training = p.Changes, p.Init, p.training(cfg, step)
	}
	return t, nil
}

// Past lists what the experiment alone does not say about the training: changes of keys, and where
// the first weights came from. Each has a line.
func (t *Trained) Past() []string {
	var lines []string
	if t.Init != nil {
		lines = append(lines, fmt.Sprintf("began with weights of step %d of another run, SHA-256 %s", t.Init.Step, t.Init.SHA256))
	}
	for _, c := range t.History {
		lines = append(lines, fmt.Sprintf("changed at %v", c))
	}
	return lines
}

// untrained returns the experiment's model with its first weights.
func untrained(c experiments.Config, d models.Data) (*trained.Model, error) {
	return trained.New(c.Model, c.ModelKind(), d, c.Seed)
}
