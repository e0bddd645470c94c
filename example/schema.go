// Package example says what one example is made of. Data sets, models, checkpoints and
// pictures agree on it.
package example

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
)

// Schema is the fields of an example. Their values lie one after another in a row of
// float32.
type Schema struct {
	Fields []Field `json:"fields"`
	// Table is how the file of a table is written, nil if examples are not rows of one.
	Table *Table `json:"table,omitempty"`
}

// Field is one part of an example: a picture, a point, a column of a table, a class.
type Field struct {
	// Name is the field's name: of a column its heading, else what the field is, such as
	// "image" or "class".
	Name string `json:"name"`
	// Kind says which values the field can have.
	Kind Kind `json:"kind"`
	// Shape is (height, width, channels) of a picture and (n) of a vector. A field of one
	// value has none.
	Shape []int `json:"shape,omitempty"`
	// Words are the names of the values of a [Category], an [Ordinal] and [Tokens]: value i
	// stands for Words[i].
	Words []string `json:"words,omitempty"`
	// View is how a person sees the field.
	View View `json:"view"`
	// Gaps says that the field may be missing. It has one more value in the row then, after its
	// own: 1 if it is known, else 0, and its own values are 0.
	Gaps bool `json:"gaps,omitempty"`
	// Column is how cells of a table become values of the field, nil if it is not of a table.
	Column *Column `json:"column,omitempty"`
	// Text is how tokens become text, nil for a field that is none.
	Text *Spelling `json:"text,omitempty"`
	// Sound is how a [Spectrogram] comes of sound, nil of other fields.
	Sound *Sound `json:"sound,omitempty"`
}

// Kind says which values a field can have. Indices are whole numbers, which float32 holds
// exactly up to 2²⁴.
type Kind string

// The kinds of field.
const (
	Real     Kind = "real"     // any finite number
	Unit     Kind = "unit"     // in [0, 1]
	Binary   Kind = "binary"   // 0 or 1
	Category Kind = "category" // an index into Words, in no order
	Ordinal  Kind = "ordinal"  // an index into Words, in order
	Tokens   Kind = "tokens"   // a sequence of indices into Words
)

// Kinds are the kinds of field, in the order of their declaration.
var Kinds = []Kind{Real, Unit, Binary, Category, Ordinal, Tokens}

// View is how a person sees a field.
type View string

// The views.
const (
	Picture View = "picture" // of shape (height, width, channels)
	Point   View = "point"   // in a plane or a space of more dimensions
	Cell    View = "cell"    // of a table
	Text    View = "text"    // of tokens
	// Spectrogram is a picture (bands, frames, 1) of sound: time goes to the right, and the highest
	// band is on top. It can be heard.
	Spectrogram View = "spectrogram"
)

// Views are the views, in the order of their declaration.
var Views = []View{Picture, Point, Cell, Text, Spectrogram}

// Size is how many values the field has, without the one that says whether it is known.
func (f Field) Size() int {
	n := 1
	for _, d := range f.Shape {
		n *= d
	}
	return n
}

// Width is how many values the field takes in a row: [Field.Size], and one more with gaps.
func (f Field) Width() int {
	if f.Gaps {
		return f.Size() + 1
	}
	return f.Size()
}

// Bounded reports whether every value of the field is in [0, 1].
func (f Field) Bounded() bool { return f.Kind == Unit || f.Kind == Binary }

// Indexed reports whether the values of the field are indices into its words.
func (f Field) Indexed() bool { return f.Kind == Category || f.Kind == Ordinal || f.Kind == Tokens }

// Of returns the schema of examples that are one field.
func Of(f Field) Schema { return Schema{Fields: []Field{f}} }

// Pictures returns the schema of pictures (height, width, channels) with values in [0, 1].
func Pictures(height, width, channels int) Schema {
	return Of(Field{Name: "image", Kind: Unit, Shape: []int{height, width, channels}, View: Picture})
}

// Points returns the schema of points of n coordinates.
func Points(n int) Schema {
	return Of(Field{Name: "point", Kind: Real, Shape: []int{n}, View: Point})
}

// ClassField is the name of the field that is an example's class.
const ClassField = "class"

// Class is the field of an example's class, by the names of the classes.
func Class(names []string) Field {
	return Field{Name: ClassField, Kind: Category, Words: names, View: Cell}
}

// Numbered returns the names of n classes that are called by their numbers.
func Numbered(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	return names
}

// FromShape returns the schema that examples of a shape are taken to have where nothing else
// is known of them: pictures in [0, 1] if it is (height, width, 1) or (height, width, 3), else
// real vectors. Checkpoints of format 1 hold a shape alone.
func FromShape(shape []int) Schema {
	if len(shape) == 3 && (shape[2] == 1 || shape[2] == 3) {
		return Pictures(shape[0], shape[1], shape[2])
	}
	return Of(Field{Name: "point", Kind: Real, Shape: slices.Clone(shape), View: Point})
}

// Width is how many values a row has.
func (s Schema) Width() int {
	n := 0
	for _, f := range s.Fields {
		n += f.Width()
	}
	return n
}

// Shape is the shape of a batch's examples in a graph: that of the only field, or (width) of
// rows of several.
func (s Schema) Shape() []int {
	if s.whole() && len(s.Fields[0].Shape) > 0 {
		return s.Fields[0].Shape
	}
	return []int{s.Width()}
}

// whole reports whether an example is one field without gaps.
func (s Schema) whole() bool { return len(s.Fields) == 1 && !s.Fields[0].Gaps }

// IsTable reports whether an example is a row of a table: every field is a cell.
func (s Schema) IsTable() bool {
	for _, f := range s.Fields {
		if f.View != Cell {
			return false
		}
	}
	return len(s.Fields) > 0
}

// Lookup returns a field by its name, and where its values begin in a row.
func (s Schema) Lookup(name string) (f Field, at int, ok bool) {
	for _, f := range s.Fields {
		if f.Name == name {
			return f, at, true
		}
		at += f.Width()
	}
	return Field{}, 0, false
}

// Names are the names of the fields, in order.
func (s Schema) Names() []string {
	names := make([]string, len(s.Fields))
	for i, f := range s.Fields {
		names[i] = f.Name
	}
	return names
}

// IsText reports whether an example is one text.
func (s Schema) IsText() bool { return s.whole() && s.Fields[0].Text != nil }

// IsPicture reports whether an example is one picture, grey or of three channels. A spectrogram is
// one too.
func (s Schema) IsPicture() bool {
	if !s.whole() {
		return false
	}
	f := s.Fields[0]
	return (f.View == Picture || f.View == Spectrogram) && len(f.Shape) == 3 && (f.Shape[2] == 1 || f.Shape[2] == 3)
}

// IsSound reports whether an example is one sound, as a spectrogram.
func (s Schema) IsSound() bool { return s.whole() && s.Fields[0].View == Spectrogram }

// Equal reports whether two schemas are the same.
func (s Schema) Equal(t Schema) bool {
	return slices.EqualFunc(s.Fields, t.Fields, func(a, b Field) bool {
		return a.Name == b.Name && a.Kind == b.Kind && a.View == b.View &&
			slices.Equal(a.Shape, b.Shape) && slices.Equal(a.Words, b.Words) &&
			a.Gaps == b.Gaps && reflect.DeepEqual(a.Column, b.Column) && reflect.DeepEqual(a.Text, b.Text) && reflect.DeepEqual(a.Sound, b.Sound)
	}) && reflect.DeepEqual(s.Table, t.Table)
}

// Limits of a schema, far above any that is meant.
const (
	maxValues = 1 << 28 // of a row
	maxFields = 1 << 20
)

// Check reports the first thing that is wrong with a schema, such as one read from a file.
func (s Schema) Check() error {
	if len(s.Fields) == 0 || len(s.Fields) > maxFields {
		return fmt.Errorf("example: %d fields, want 1 to %d", len(s.Fields), maxFields)
	}
	seen, width := map[string]bool{}, 0
	for i, f := range s.Fields {
		switch {
		case f.Name == "":
			return fmt.Errorf("example: field %d has no name", i)
		case seen[f.Name]:
			return fmt.Errorf("example: two fields are called %q, want names that differ", f.Name)
		case !slices.Contains(Kinds, f.Kind):
			return fmt.Errorf("example: field %q: kind %q, want one of %v", f.Name, f.Kind, Kinds)
		case !slices.Contains(Views, f.View):
			return fmt.Errorf("example: field %q: view %q, want one of %v", f.Name, f.View, Views)
		case f.Indexed() && len(f.Words) == 0:
			return fmt.Errorf("example: field %q: a %s field has no words, want the names of its values", f.Name, f.Kind)
		case f.View == Text && f.Text == nil:
			return fmt.Errorf("example: field %q: seen as text without a spelling, want one", f.Name)
		case !f.Indexed() && len(f.Words) > 0:
			return fmt.Errorf("example: field %q: a %s field has words, want none", f.Name, f.Kind)
		}
		seen[f.Name] = true
		size := 1
		for _, d := range f.Shape {
			if d < 1 || d > maxValues/size {
				return fmt.Errorf("example: field %q: shape %v, want sizes of at least 1 and at most %d values", f.Name, f.Shape, maxValues)
			}
			size *= d
		}
		if f.Gaps {
			size++
		}
		if f.Column != nil {
			if err := f.Column.check(f); err != nil {
				return fmt.Errorf("example: field %q: column: %w", f.Name, err)
			}
		}
		if f.Text != nil {
			if err := f.Text.check(f); err != nil {
				return fmt.Errorf("example: field %q: text: %w", f.Name, err)
			}
		}
		if (f.View == Spectrogram) != (f.Sound != nil) {
			return fmt.Errorf("example: field %q: a spectrogram says how it is made of sound, and nothing else does", f.Name)
		}
		if f.Sound != nil {
			if err := f.Sound.check(f); err != nil {
				return fmt.Errorf("example: field %q: sound: %w", f.Name, err)
			}
		}
		if width += size; width > maxValues {
			return fmt.Errorf("example: the fields up to %q have %d values, want at most %d", f.Name, width, maxValues)
		}
	}
	if s.Table != nil {
		return s.Table.check(seen)
	}
	return nil
}
