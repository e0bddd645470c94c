package atlas

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"latentspace/data/columns"
	"latentspace/example"
	"latentspace/export"
	"latentspace/render"
	"latentspace/tensor"
)

// View is an example as a page shows it: one of these.
type View struct {
	Picture []byte    `json:"picture,omitempty"` // (height, width, channels)
	Text    *string   `json:"text,omitempty"`
	Cells   []string  `json:"cells,omitempty"`
	Values  []float32 `json:"values,omitempty"`
}

// Decoded is examples of codes: of pictures and sounds one array (n, height, width, channels), of
// others a view of each.
type Decoded struct {
	Pictures []byte
	Examples []View
}

// Decode decodes codes (n, dim), under conditions by name. Of those that are not given, it takes what
// is known of one training example, so that one code has one picture.
func (a *Atlas) Decode(ctx context.Context, z *tensor.Tensor, conditions map[string]string) (Decoded, error) {
	x, err := a.decode(ctx, z, conditions)
	if err != nil {
		return Decoded{}, err
	}
	if a.pictured() {
		return Decoded{Pictures: pixels(x.Data)}, nil
	}
	return Decoded{Examples: a.views(x)}, nil
}

// decode returns the examples (n, shape…) of codes.
func (a *Atlas) decode(ctx context.Context, z *tensor.Tensor, conditions map[string]string) (*tensor.Tensor, error) {
	if why := a.Space.Lacks["decode"]; why != "" {
		return nil, Lack(why)
	}
	if err := a.checkConditions(conditions); err != nil {
		return nil, err
	}
	about, err := a.told(1, conditions)
	if err != nil {
		return nil, err
	}
	if about != nil {
		about = repeated(about, z.Shape[0])
	}
	x, err := a.m.Decode(ctx, z, about)
	if err != nil {
		return nil, err
	}
	return x, finite(x, "a decoded value")
}

// repeated is a row (1, d) n times.
func repeated(row *tensor.Tensor, n int) *tensor.Tensor {
	d := row.Shape[1]
	out := tensor.New(n, d)
	for i := range n {
		copy(out.Data[i*d:(i+1)*d], row.Data)
	}
	return out
}

// checkConditions reports conditions that the model is not told, and values that they do not have.
func (a *Atlas) checkConditions(conditions map[string]string) error {
	for name, value := range conditions {
		i := slices.IndexFunc(a.Space.Conditions, func(k Known) bool { return k.Name == name })
		if i < 0 {
			return fmt.Errorf("the model is not told %.60q", name)
		}
		if words := a.Space.Conditions[i].Words; words != nil {
			if !slices.Contains(words, value) {
				return fmt.Errorf("%s %.60q, want one of %s", name, value, listed(words))
			}
			continue
		}
		if v, err := strconv.ParseFloat(value, 32); err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("%s %.60q, want a number", name, value)
		}
	}
	return nil
}

// listed is words with commas, of many only the first.
func listed(words []string) string {
	const most = 12
	if len(words) <= most {
		return strings.Join(words, ", ")
	}
	return strings.Join(words[:most], ", ") + fmt.Sprintf(" and %d more", len(words)-most)
}

// pictured reports whether examples are shown as pictures.
func (a *Atlas) pictured() bool { return a.Space.View == picture || a.Space.View == sounds }

// Size is how many values a decoded example has.
func (a *Atlas) Size() int { return tensor.Size(a.Space.Shape) }

// pixels are the bytes that a picture file has of values.
func pixels(values []float32) []byte {
	b := make([]byte, len(values))
	for i, v := range values {
		b[i] = render.Level(v)
	}
	return b
}

// views are examples (n, shape…) as a page shows them.
func (a *Atlas) views(x *tensor.Tensor) []View {
	var all []View
	export.Each(x, func(values []float32) error { // which returns no error
		all = append(all, a.view(values))
		return nil
	})
	return all
}

// view is an example as a page shows it.
func (a *Atlas) view(values []float32) View {
	switch a.Space.View {
	case picture, sounds:
		return View{Picture: pixels(values)}
	case text:
		s := a.m.Schema.Fields[0].Spell(values)
		return View{Text: &s}
	case row:
		return View{Cells: columns.NewWriter(a.m.Schema, false, 0).Cells(0, values)}
	}
	return View{Values: slices.Clone(values)}
}

// columnsOf are the names of what an example of numbers or cells consists of.
func columnsOf(s example.Schema, view string) []string {
	switch view {
	case row:
		return columns.NewWriter(s, false, 0).Header()
	case points, vector:
		return export.Columns("x", s.Width())
	}
	return nil
}

// Sound is what a code sounds like, as a file of WAV.
func (a *Atlas) Sound(ctx context.Context, z *tensor.Tensor, conditions map[string]string) ([]byte, error) {
	if a.Space.View != sounds {
		return nil, Lack(a.Space.Lacks["sound"])
	}
	x, err := a.decode(ctx, z, conditions)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = export.WriteSound(&b, a.m.Schema, x, 0)
	return b.Bytes(), err
}

// Told is what the model is told beside a code where no condition is given, and which of the values is
// which condition; nil for a model that is told nothing.
func (a *Atlas) Told() (values []float32, at map[string]int, err error) {
	about, err := a.told(1, nil)
	if err != nil || about == nil {
		return nil, nil, err
	}
	at = map[string]int{}
	for _, k := range a.Space.Conditions {
		if _, place, ok := a.m.Told.About.Lookup(k.Name); ok {
			at[k.Name] = place
		}
	}
	return about.Data, at, nil
}
