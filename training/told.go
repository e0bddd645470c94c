package training

import (
	"fmt"
	"slices"
	"strconv"

	"latentspace/checkpoints"
	"latentspace/data"
	"latentspace/example"
	"latentspace/experiments"
	"latentspace/internal/safejson"
	"latentspace/internal/untrusted"
	"latentspace/models"
	"latentspace/tensor"
)

// knownRows is the number of training examples whose conditions a conditional model keeps.
const knownRows = 1024

// knownName is the name of the tensor with these conditions in a checkpoint.
const knownName = "about/known"

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
	meta[metaShape] = tensor.FormatShape(d.Shape())
	meta[metaExamples] = strconv.Itoa(d.Examples)
	if d.Known != nil {
		c.Tensors[knownName] = d.Known
	}
	for key, s := range map[string]example.Schema{metaSchema: d.Schema, metaAbout: d.About} {
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

// toldIn reads from a checkpoint what the model knows about its data. Format 1 has only the shape;
// [example.FromShape] gives the schema then.
func toldIn(c *checkpoints.Checkpoint) (d models.Data, err error) {
	meta := c.Meta
	shape, err := parseShape(meta[metaShape])
	if err != nil {
		return d, err
	}
	if meta[metaFormat] == formatOfShapes {
		return models.Data{Schema: example.FromShape(shape)}, nil
	}
	if d.Schema, err = parseSchema(meta[metaSchema]); err != nil {
		return d, fmt.Errorf("%s: %w", metaSchema, err)
	}
	if !slices.Equal(d.Schema.Shape(), shape) {
		return d, fmt.Errorf("%s: examples of shape %v, want %v as the shape beside it", metaSchema, d.Schema.Shape(), shape)
	}
	if text, ok := meta[metaAbout]; ok {
		if d.About, err = parseSchema(text); err != nil {
			return d, fmt.Errorf("%s: %w", metaAbout, err)
		}
	}
	if n, err := strconv.Atoi(meta[metaExamples]); err == nil && n > 0 {
		d.Examples = n
	}
	if known, ok := c.Tensors[knownName]; ok {
		if w := d.About.Width(); len(known.Shape) != 2 || known.Shape[0] < 1 || known.Shape[1] != w {
			return d, fmt.Errorf("%s: shape %v, want (n, %d)", knownName, known.Shape, w)
		}
		d.Known = known
	}
	return d, nil
}

// parseSchema reads a schema from a file that may not be ours, within
// [untrusted.ExampleSize].
func parseSchema(text string) (s example.Schema, err error) {
	if err := untrusted.DecodeJSON([]byte(text), &s); err != nil {
		return s, err
	}
	if err := s.Check(); err != nil {
		return s, err
	}
	return s, untrusted.ExampleSize.Check(int64(s.Width()))
}

// checkFormat reports a checkpoint of an unknown format.
func checkFormat(meta map[string]string) error {
	if v := meta[metaFormat]; v != formatVersion && v != formatOfShapes {
		return fmt.Errorf("format %q, want %s or %s", v, formatOfShapes, formatVersion)
	}
	return nil
}
