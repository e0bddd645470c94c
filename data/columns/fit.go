package columns

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"latentspace/example"
	"latentspace/internal/safejson"
	"latentspace/internal/untrusted"
)

// Fitted is a table whose cells are values.
type Fitted struct {
	Schema example.Schema // of a row
	About  example.Schema // of what is known: the class, and the other columns without their gaps
	Notes  []string

	file   *File
	fields []*Column // of the schema
	label  *Column
	fill   []float32 // for the missing cells of each field in what is known
}

// mostNoted is how many columns the notes go into.
const mostNoted = 40

// allKnots bounds the points of all scales, and mostSchema the bytes of a schema as JSON: both go
// into every checkpoint.
const (
	allKnots   = 200_000
	leastKnots = 16
	mostSchema = 6 << 20
)

// Fit fits scales and bins to some rows, which are to train on. The class is a field of the row too
// if labelInRow says so.
func (f *File) Fit(train []int, labelInRow bool) (*Fitted, error) {
	x := &Fitted{file: f, label: f.Labelled()}
	format := &example.Table{Separator: string(f.t.Separator()), NoHeader: !f.t.HasHeader()}
	scaled := 0
	for _, c := range f.Columns {
		if c.Learned() && c.cells.numeric {
			scaled++
		}
	}
	knots := mostKnots
	if scaled > 0 {
		knots = max(leastKnots, min(mostKnots, allKnots/scaled))
	}
	var said, left []string
	for _, c := range f.Columns {
		of := example.TableColumn{Name: c.head, Label: c.Label, Identifier: c.Type == Identifier}
		if !c.Learned() {
			left = append(left, fmt.Sprintf("%s (%s: %s)", c.Name, c.Type, c.Why))
			c.writeBack(&of)
			format.Columns = append(format.Columns, of)
			continue
		}
		field := c.field(train, knots)
		said = append(said, fmt.Sprintf("%s: %s", c.Name, c.described(field)))
		if !c.Label || labelInRow {
			of.Field = c.Name
			x.Schema.Fields, x.fields = append(x.Schema.Fields, field), append(x.fields, c)
			x.fill = append(x.fill, c.usual(field, train))
		}
		if c.Label {
			x.About.Fields = append(x.About.Fields, example.Class(field.Words))
		}
		format.Columns = append(format.Columns, of)
	}
	if len(x.fields) == 0 {
		return nil, errors.New("no column can be learned: " + clipped(left, 5))
	}
	for _, field := range x.Schema.Fields {
		if field.Gaps = false; field.Name != example.ClassField && (x.label == nil || field.Name != x.label.Name) {
			x.About.Fields = append(x.About.Fields, field)
		}
	}
	x.Schema.Table = format
	x.notes(said, left)
	if b, err := safejson.Marshal(x.Schema); err != nil {
		return nil, err
	} else if len(b) > mostSchema {
		return nil, fmt.Errorf("the words and quantiles of its columns take %d bytes, want at most %d; columns: {NAME: ignore} leaves a column out", len(b), mostSchema)
	}
	return x, errors.Join(x.Schema.Check(), x.aboutCheck(), untrusted.ExampleSize.Check(int64(x.Schema.Width())))
}

func (x *Fitted) aboutCheck() error {
	if len(x.About.Fields) == 0 {
		return nil
	}
	return x.About.Check()
}

// writeBack says how a column that is not learned is written, if it can be.
func (c *Column) writeBack(of *example.TableColumn) {
	switch c.Type {
	case Constant:
		text := c.cells.gap()
		if c.cells.known() > 0 && c.cells.numeric {
			text = Write(c.cells.numbers[0], c.format())
		} else if c.cells.known() > 0 {
			text = c.cells.texts[0]
		}
		of.Constant = &text
	case RowNumber:
		from := 0
		if len(c.cells.numbers) > 0 {
			from = int(c.cells.numbers[0])
		}
		of.RowsFrom = &from
	}
}

// field makes the field of a column.
func (c *Column) field(train []int, knots int) example.Field {
	field := example.Field{Name: c.Name, View: example.Cell, Gaps: c.cells.missing > 0 && !c.Label}
	field.Column = &example.Column{Type: string(c.Type), Format: c.format()}
	if field.Gaps {
		field.Column.Format.Gap = c.cells.gap()
	}
	if c.cells.numeric && (c.Type == Category || c.Type == Boolean || c.Type == Ordinal) {
		c.cells.spell(field.Column.Format)
		c.cells.arrange(byNumber)
	}
	if !c.cells.numeric {
		field.Kind, field.Words = example.Category, slices.Clone(c.cells.texts)
		field.Column.Format = example.Format{Gap: field.Column.Format.Gap}
		if c.Type == Ordinal {
			field.Kind = example.Ordinal
		}
		return field
	}
	sorted := c.sorted(train)
	scale := fitScale(sorted, knots)
	if scale == nil { // the rows to train on have one number or none
		sorted = c.sorted(nil)
		scale = fitScale(sorted, knots)
	}
	if scale != nil && c.asked != Bins && (c.asked == string(Number) || !tied(sorted)) {
		field.Kind, field.Column.Scale = example.Real, scale
		return field
	}
	field.Kind, field.Column.Bins = example.Category, fitBins(sorted)
	for _, b := range field.Column.Bins {
		word := Write(b.Lo, field.Column.Format)
		if b.Hi > b.Lo {
			word += " to " + Write(b.Hi, field.Column.Format)
		}
		field.Words = append(field.Words, word)
	}
	return field
}

// format is how numbers of the column are written.
func (c *Column) format() example.Format { return c.cells.form.format() }

// sorted returns the known numbers of some rows, or of all, in rising order.
func (c *Column) sorted(rows []int) []float64 {
	var out []float64
	if rows == nil {
		out = slices.Clone(c.cells.numbers)
	}
	for _, i := range rows {
		out = append(out, c.cells.numbers[i])
	}
	out = slices.DeleteFunc(out, math.IsNaN)
	slices.Sort(out)
	return out
}

// usual is the value that stands for a missing cell in what is known: the middle of numbers and
// the most frequent of words and bins in some rows.
func (c *Column) usual(f example.Field, train []int) float32 {
	if !f.Indexed() {
		return 0
	}
	counts := make([]int, len(f.Words))
	for _, i := range train {
		if v, ok := c.value(f, i); ok {
			counts[int(v)]++
		}
	}
	best := 0
	for k, n := range counts {
		if n > counts[best] {
			best = k
		}
	}
	return float32(best)
}

// value is the value of a cell, false if it is missing.
func (c *Column) value(f example.Field, i int) (float32, bool) {
	if !c.cells.numeric {
		id := c.cells.ids[i]
		return float32(max(0, id)), id >= 0
	}
	if x := c.cells.numbers[i]; !math.IsNaN(x) {
		return Value(f, x), true
	}
	return 0, false
}

// Row writes the values of a row of the table.
func (x *Fitted) Row(i int, dst []float32) {
	at := 0
	for k, f := range x.Schema.Fields {
		v, ok := x.fields[k].value(f, i)
		dst[at] = v
		if at++; f.Gaps {
			if dst[at] = 0; ok {
				dst[at] = 1
			}
			at++
		}
	}
}

// Fill are the values that stand for missing cells in what is known, one for each field.
func (x *Fitted) Fill() []float32 { return x.fill }

// Class is the class of a row, −1 if it is missing or there is no label.
func (f *File) Class(i int) int {
	c := f.Labelled()
	switch {
	case c == nil:
		return -1
	}
	return int(c.cells.ids[i])
}

// described says of what type a column is, why, and how its cells become values.
func (c *Column) described(f example.Field) string {
	s := string(c.Type) + " (" + c.Why
	if len(f.Column.Bins) > 0 && !strings.Contains(c.Why, "0 and 1") {
		s += fmt.Sprintf(" in %d bins", len(f.Column.Bins))
	}
	if c.cells.missing > 0 {
		s += fmt.Sprintf(", %d missing", c.cells.missing)
	}
	return s + ")"
}

// notes says what the columns were taken for.
func (x *Fitted) notes(said, left []string) {
	x.Notes = append(x.Notes, "columns: "+clipped(said, mostNoted))
	if len(left) > 0 {
		x.Notes = append(x.Notes, "left out: "+clipped(left, mostNoted))
	}
	if x.label != nil {
		x.Notes = append(x.Notes, fmt.Sprintf("the label is %s; label: NAME takes another, label: none takes none, and columns: {NAME: TYPE} says what another column is", x.label.Name))
	}
}

// clipped joins the first of some sentences.
func clipped(all []string, most int) string {
	if len(all) > most {
		return strings.Join(all[:most], ", ") + fmt.Sprintf(" and %d more", len(all)-most)
	}
	return strings.Join(all, ", ")
}
