package training

import (
	"fmt"
	"strconv"

	"latentspace/checkpoints"
	"latentspace/data"
	"latentspace/example"
	"latentspace/experiments"
	"latentspace/internal/safejson"
	"latentspace/models"
	"latentspace/tensor"
	"latentspace/trained/saved"
)

// knownRows is the number of training examples whose conditions a conditional model keeps.
const knownRows = 1024

// toldOf returns what the model of an experiment knows about its training set.
func toldOf(cfg experiments.Config, splits *data.Splits) (models.Data, error) {
	train := splits.Train
	learned, err := splits.Learned(cfg.Seed, cfg.Train.EpochExamples)
	if err != nil {
		return models.Data{}, err
	}
	d := models.Data{Schema: train.Schema(), Examples: learned.Len()}
	known, ok := train.(data.Described)
	if !ok {
		return d, nil
	}
	d.About = known.About()
	if c, ok := cfg.Model.(models.Conditional); !ok || len(c.Conditions()) == 0 {
		return d, nil
	}
	rows := data.Some(train.Len(), knownRows, cfg.Seed, "conditions")
	width := d.About.Width()
	d.Known = tensor.New(len(rows), width)
	for k, i := range rows {
		if err := known.ReadAbout(i, d.Known.Data[k*width:(k+1)*width]); err != nil {
			return d, err
		}
	}
	return d, nil
}

// describe adds to a checkpoint what the model knows about its data.
func describe(d models.Data, c *checkpoints.Checkpoint) error {
	meta := c.Meta
	meta[saved.MetaShape] = tensor.FormatShape(d.Shape())
	meta[saved.MetaExamples] = strconv.Itoa(d.Examples)
	if d.Known != nil {
		c.Tensors[saved.KnownName] = d.Known
	}
	for key, s := range map[string]example.Schema{saved.MetaSchema: d.Schema, saved.MetaAbout: d.About} {
		if len(s.Fields) == 0 {
			continue
		}
		text, err := safejson.Marshal(s)
		if err != nil {
			return fmt.Errorf("training: %s: %w", key, err)
		}
		meta[key] = string(text)
	}
	return nil
}
