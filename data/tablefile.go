package data

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"latentspace/data/columns"
	"latentspace/data/locate"
	"latentspace/data/table"
	"latentspace/example"
	"latentspace/internal/untrusted"
)

// NewRows is rows of a table that a model has not learned from, read as those were that it has.
// The value of a cell that is missing is 0, whether the model knows gaps in its column or not.
type NewRows struct {
	rows    tableRows
	missing []bool // of each field of each row
	header  []string
	cells   [][]string
	names   []string
	columns []int // of each field its column in the file, −1 for none
	classes int   // rows whose class is known
}

// Len implements [Dataset].
func (r *NewRows) Len() int { return r.rows.Len() }

// Schema implements [Dataset].
func (r *NewRows) Schema() example.Schema { return r.rows.schema }

// Read implements [Dataset].
func (r *NewRows) Read(i int, dst []float32) error { return r.rows.Read(i, dst) }

// Missing says of each field of row i whether its cell is missing.
func (r *NewRows) Missing(i int) []bool {
	n := len(r.rows.schema.Fields)
	return r.missing[i*n : (i+1)*n]
}

// Header is the names of the columns of the file, nil if it has none.
func (r *NewRows) Header() []string { return r.header }

// Cells are the cells of row i, as the file has them but for blanks around them.
func (r *NewRows) Cells(i int) []string { return r.cells[i] }

// Name is what a person calls row i: the cell of a column of identifiers, or its line in the file.
func (r *NewRows) Name(i int) string { return r.names[i] }

// Column is the column of the file that a field is read from, −1 if it has none.
func (r *NewRows) Column(field int) int { return r.columns[field] }

// Described returns the rows with what is known of them, false if the class of a row is not.
func (r *NewRows) Described() (Described, bool) {
	if len(r.rows.about.Fields) == 0 || r.rows.about.Fields[0].Name == example.ClassField && r.classes < r.Len() {
		return nil, false
	}
	return describedRows{r.rows}, true
}

// ImportTable reads rows for a model by the schema of its examples and of what is known of them.
// Columns are found by their names, in any order, or by their places where the file has no header.
// Those that the model does not know are passed over, and those that are not there are missing,
// as is a word that the model has not learned: the notes say so. A file that has none of the
// columns is an error.
func ImportTable(ctx context.Context, path string, s, about example.Schema) (*NewRows, []string, error) {
	if !s.IsTable() {
		return nil, nil, fmt.Errorf("data: %s: the model has not learned from a table", path)
	}
	path, err := locate.Home(path)
	if err != nil {
		return nil, nil, fmt.Errorf("data: %w", err)
	}
	f, _, err := untrusted.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("data: %w", err)
	}
	defer f.Close()
	d := table.Dialect{Header: table.HeaderUnknown}
	t, err := table.Open(f, path, d)
	if err != nil && s.Table != nil {
		d.Separator = rune(s.Table.Separator[0]) // the file by itself may be read in two ways
		if again, errAgain := table.Open(f, path, d); errAgain == nil {
			t, err = again, nil
		}
	}
	if err != nil {
		return nil, nil, fmt.Errorf("data: %w", err)
	}
	r, notes, err := newRows(ctx, t, s, about)
	if err != nil {
		return nil, nil, fmt.Errorf("data: %s: %w", path, err)
	}
	return r, append([]string{filepath.Base(path) + ": " + t.Description()}, notes...), nil
}

func newRows(ctx context.Context, t *table.Table, s, about example.Schema) (*NewRows, []string, error) {
	if err := untrusted.Rows.Check(int64(t.Rows)); err != nil {
		return nil, nil, err
	}
	if t.Rows == 0 {
		return nil, nil, errors.New("has no rows, want some")
	}
	places, name, notes, err := columns.Match(t, s, about)
	if err != nil {
		return nil, nil, err
	}
	width, fields := s.Width(), len(s.Fields)
	r := &NewRows{rows: tableRows{schema: s, about: about, fill: make([]float32, fields)}}
	r.columns = slices.Repeat([]int{-1}, fields)
	for k, p := range places {
		if p != nil && p.Field >= 0 {
			r.columns[p.Field] = k
		}
	}
	if t.HasHeader() {
		for _, c := range t.Columns {
			r.header = append(r.header, c.Name)
		}
	}
	if len(about.Fields) > 0 && about.Fields[0].Name == example.ClassField {
		r.rows.classes = make([]int32, 0, t.Rows)
		r.rows.label = labelOf(s)
	}
	rows, err := t.Reader()
	if err != nil {
		return nil, nil, err
	}
	for i := 0; ; i++ {
		line, cells, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil && i%4096 == 0 {
			err = context.Cause(ctx)
		}
		if err != nil {
			return nil, nil, err
		}
		kept := make([]string, len(cells))
		for k, text := range cells {
			kept[k] = strings.Clone(text)
		}
		r.cells = append(r.cells, kept)
		r.rows.values = append(r.rows.values, make([]float32, width)...)
		r.missing = append(r.missing, slices.Repeat([]bool{true}, fields)...)
		called := fmt.Sprintf("line %d", line)
		if name >= 0 && !table.Missing(kept[name]) {
			called = kept[name]
		}
		r.names = append(r.names, called)
		class := unknownClass
		for k, text := range kept {
			if p := places[k]; p != nil {
				if v := r.read(p, i, line, text); p.Label && v >= 0 {
					class = v
					r.classes++
				}
			}
		}
		if r.rows.classes != nil {
			r.rows.classes = append(r.rows.classes, int32(class))
		}
	}
	return r, append(notes, columns.Strangers(t, places)...), nil
}

// labelOf is the name of the field that is the class, empty if it is none of the row.
func labelOf(s example.Schema) string {
	if s.Table != nil {
		for _, c := range s.Table.Columns {
			if c.Label {
				return c.Field
			}
		}
	}
	return ""
}

// read reads a cell into row i. It returns the class if the column is the label, −1 if there is none.
func (r *NewRows) read(p *columns.Place, i, line int, text string) (class int) {
	v, state := p.Parse(text, line)
	if state != columns.Known {
		return unknownClass
	}
	if p.Field >= 0 {
		s := r.rows.schema
		row := r.rows.values[i*s.Width()+p.At:]
		if row[0] = v; s.Fields[p.Field].Gaps {
			row[1] = 1
		}
		r.missing[i*len(s.Fields)+p.Field] = false
	}
	return int(v)
}
