package columns

import (
	"math"
	"strconv"
	"strings"

	"latentspace/data/keyed"
	"latentspace/example"
)

// Writer makes cells of the values of rows, in the form of the file that a schema is of.
type Writer struct {
	schema  example.Schema
	columns []example.TableColumn // that are written
	fields  []int                 // of each, −1 for none
	starts  []int                 // of the fields in a row
	draw    bool
	seed    uint64
}

// NewWriter returns a writer for rows of a table's schema. A number of a bin is drawn by the seed,
// the row and the column if draw is true, else it is the middle of the bin. Columns whose cells do
// not follow from a row, such as identifiers, are not written.
func NewWriter(s example.Schema, draw bool, seed uint64) *Writer {
	w := &Writer{schema: s, draw: draw, seed: seed}
	at, place := 0, map[string]int{}
	for k, f := range s.Fields {
		w.starts, place[f.Name] = append(w.starts, at), k
		at += f.Width()
		if s.Table == nil {
			w.columns = append(w.columns, example.TableColumn{Name: f.Name, Field: f.Name})
		}
	}
	if s.Table != nil {
		for _, c := range s.Table.Columns {
			if c.Written() {
				w.columns = append(w.columns, c)
			}
		}
	}
	for _, c := range w.columns {
		k, ok := place[c.Field]
		if !ok {
			k = -1
		}
		w.fields = append(w.fields, k)
	}
	return w
}

// Separator is the mark between cells.
func (w *Writer) Separator() rune {
	if t := w.schema.Table; t != nil {
		return rune(t.Separator[0])
	}
	return ','
}

// Header is the names of the columns, nil if the file has none.
func (w *Writer) Header() []string {
	if t := w.schema.Table; t != nil && t.NoHeader {
		return nil
	}
	names := make([]string, len(w.columns))
	for k, c := range w.columns {
		names[k] = c.Name
	}
	return names
}

// Cells returns the cells of row number i, from 0, of these values.
func (w *Writer) Cells(i int, values []float32) []string {
	cells := make([]string, len(w.columns))
	for k, c := range w.columns {
		switch at := w.fields[k]; {
		case at >= 0:
			f := w.schema.Fields[at]
			cells[k] = w.cell(f, i, at, values[w.starts[at]:w.starts[at]+f.Width()])
		case c.Constant != nil:
			cells[k] = *c.Constant
		case c.RowsFrom != nil:
			cells[k] = strconv.Itoa(*c.RowsFrom + i)
		}
	}
	return cells
}

// cell is the text of a field's values.
func (w *Writer) cell(f example.Field, i, column int, values []float32) string {
	share := middle
	if w.draw && f.Column != nil && len(f.Column.Bins) > 0 {
		d := keyed.New(w.seed, "columns.write", uint64(i), uint64(column))
		share = d.Uniform()
	}
	return Text(f, values, share)
}

// middle is the share of a bin's numbers that are below its median.
const middle = 0.5

// Text is the cell of a field's values. Of the numbers of a bin it is the one that a share of them
// is below.
func Text(f example.Field, values []float32, share float64) string {
	var format example.Format
	if f.Column != nil {
		format = f.Column.Format
	}
	x := Amount(f, values, share)
	switch {
	case math.IsNaN(x):
		return format.Gap
	case f.Indexed() && (f.Column == nil || len(f.Column.Bins) == 0):
		return f.Words[int(max(0, min(math.Round(x), float64(len(f.Words)-1))))]
	case f.Column == nil || f.Column.Scale == nil && len(f.Column.Bins) == 0:
		return strconv.FormatFloat(x, 'g', -1, 32)
	}
	return Write(x, format)
}

// rounded makes whole numbers of those of a column that has no others.
func rounded(c *example.Column, x float64) float64 {
	switch {
	case strings.Contains(c.Format.Date, ".000"): // of seconds
		return math.Round(x*1000) / 1000
	case c.Type == string(Integer), c.Type == string(Date):
		return math.Round(x)
	}
	return x
}
