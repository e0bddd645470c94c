package training

import (
	"fmt"
	"path/filepath"
	"strconv"

	"latentspace/checkpoints"
	"latentspace/data"
	"latentspace/evaluation"
	"latentspace/experiments"
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
