package saved

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"latentspace/checkpoints"
	"latentspace/example"
	"latentspace/internal/untrusted"
	"latentspace/models"
)

// Told reads from a checkpoint what the model knows about its data. Format 1 has only the shape;
// [example.FromShape] gives the schema then.
func Told(c *checkpoints.Checkpoint) (d models.Data, err error) {
	meta := c.Meta
	shape, err := parseShape(meta[MetaShape])
	if err != nil {
		return d, err
	}
	if meta[MetaFormat] == FormatOfShapes {
		return models.Data{Schema: example.FromShape(shape)}, nil
	}
	if d.Schema, err = parseSchema(meta[MetaSchema]); err != nil {
		return d, fmt.Errorf("%s: %w", MetaSchema, err)
	}
	if !slices.Equal(d.Schema.Shape(), shape) {
		return d, fmt.Errorf("%s: examples of shape %v, want %v as the shape beside it", MetaSchema, d.Schema.Shape(), shape)
	}
	if text, ok := meta[MetaAbout]; ok {
		if d.About, err = parseSchema(text); err != nil {
			return d, fmt.Errorf("%s: %w", MetaAbout, err)
		}
	}
	if n, err := strconv.Atoi(meta[MetaExamples]); err == nil && n > 0 {
		d.Examples = n
	}
	if known, ok := c.Tensors[KnownName]; ok {
		if w := d.About.Width(); len(known.Shape) != 2 || known.Shape[0] < 1 || known.Shape[1] != w {
			return d, fmt.Errorf("%s: shape %v, want (n, %d)", KnownName, known.Shape, w)
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

// CheckFormat reports a checkpoint of an unknown format.
func CheckFormat(meta map[string]string) error {
	if v := meta[MetaFormat]; v != Format && v != FormatOfShapes {
		return fmt.Errorf("format %q, want %s or %s", v, FormatOfShapes, Format)
	}
	return nil
}

// parseShape reads the shape of an example, within [untrusted.ExampleSize].
func parseShape(s string) ([]int, error) {
	most := untrusted.ExampleSize.Value()
	var shape []int
	size := 1
	for part := range strings.SplitSeq(s, "x") {
		d, err := strconv.Atoi(part)
		if err != nil || d < 1 {
			return nil, fmt.Errorf("shape %.40q, want sizes such as 28x28x1", s)
		}
		if int64(d) > most/int64(size) {
			return nil, fmt.Errorf("shape %.40q: %w", s, untrusted.ExampleSize.Check(most+1))
		}
		size *= d
		shape = append(shape, d)
	}
	return slices.Clip(shape), nil
}
