package experiments

import (
	"fmt"
	"strconv"

	"latentspace/checkpoints"
	"latentspace/data"
	"latentspace/trained"
)

// Trained is a trained model with its experiment. A checkpoint alone is enough to make
// one.
type Trained struct {
	*trained.Model
	Config Config
	Step   int // of training

	evaluator *evaluator   // nil before the first use
	splits    *data.Splits // likewise
}

// Open reads a trained model from a checkpoint file. Where training kept averaged
// weights, they are the model's.
func Open(file string) (*Trained, error) {
	c, err := checkpoints.Read(file)
	if err != nil {
		return nil, err
	}
	t, err := fromCheckpoint(c)
	if err != nil {
		return nil, fmt.Errorf("experiments: %s: %w", file, err)
	}
	return t, nil
}

func fromCheckpoint(c *checkpoints.Checkpoint) (*Trained, error) {
	if v := c.Meta[metaFormat]; v != formatVersion {
		return nil, fmt.Errorf("format %q, want %q: not a checkpoint of this program", v, formatVersion)
	}
	cfg, err := parseKept("config", []byte(c.Meta[metaConfig]))
	if err != nil {
		return nil, err
	}
	shape, err := parseShape(c.Meta[metaShape])
	if err != nil {
		return nil, err
	}
	step, err := strconv.Atoi(c.Meta[metaStep])
	if err != nil || step < 0 {
		return nil, fmt.Errorf("step %q, want a number of steps", c.Meta[metaStep])
	}
	weights := under(c.Tensors, paramPrefix)
	for name, v := range under(c.Tensors, emaPrefix+"average/") {
		weights[name] = v
	}
	m, err := trained.Restore(cfg.Model, cfg.modelKind(), shape, weights)
	if err != nil {
		return nil, err
	}
	return &Trained{Model: m, Config: cfg, Step: step}, nil
}

// untrained is the experiment's model for examples of a shape, with its first weights.
func (c Config) untrained(shape []int) (*trained.Model, error) {
	return trained.New(c.Model, c.modelKind(), shape, c.Seed)
}
