package training

import (
	"fmt"
	"slices"

	"latentspace/data"
	"latentspace/example"
	"latentspace/internal/safejson"
	"latentspace/internal/untrusted"
	"latentspace/tensor"
)

// layout is what the rows of a data set hold.
type layout struct {
	schema example.Schema // of an example
	about  example.Schema // of what else is known of it; without fields where nothing is
}

func layoutOf(ds data.Dataset) layout {
	l := layout{schema: ds.Schema()}
	if known, ok := ds.(data.Described); ok {
		l.about = known.About()
	}
	return l
}

// describe adds the layout to a checkpoint's metadata.
func (l layout) describe(meta map[string]string) error {
	meta[metaShape] = tensor.FormatShape(l.schema.Shape())
	for key, s := range map[string]example.Schema{metaSchema: l.schema, metaAbout: l.about} {
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

// layoutIn reads the layout in a checkpoint's metadata. Format 1 has the shape alone, from
// which the rest is taken as [example.FromShape] does.
func layoutIn(meta map[string]string) (layout, error) {
	shape, err := parseShape(meta[metaShape])
	if err != nil {
		return layout{}, err
	}
	if meta[metaFormat] == formatOfShapes {
		return layout{schema: example.FromShape(shape)}, nil
	}
	var l layout
	if l.schema, err = parseSchema(meta[metaSchema]); err != nil {
		return layout{}, fmt.Errorf("%s: %w", metaSchema, err)
	}
	if !slices.Equal(l.schema.Shape(), shape) {
		return layout{}, fmt.Errorf("%s: examples of shape %v, want %v as the shape beside it", metaSchema, l.schema.Shape(), shape)
	}
	if text, ok := meta[metaAbout]; ok {
		if l.about, err = parseSchema(text); err != nil {
			return layout{}, fmt.Errorf("%s: %w", metaAbout, err)
		}
	}
	return l, nil
}

// parseSchema reads a schema that may be anyone's, within [untrusted.ExampleSize].
func parseSchema(text string) (s example.Schema, err error) {
	if err := untrusted.DecodeJSON([]byte(text), &s); err != nil {
		return s, err
	}
	if err := s.Check(); err != nil {
		return s, err
	}
	return s, untrusted.ExampleSize.Check(int64(s.Width()))
}

// checkFormat reports a checkpoint of another format than those that are read.
func checkFormat(meta map[string]string) error {
	if v := meta[metaFormat]; v != formatVersion && v != formatOfShapes {
		return fmt.Errorf("format %q, want %s or %s", v, formatOfShapes, formatVersion)
	}
	return nil
}
