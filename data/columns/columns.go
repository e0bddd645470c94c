// Package columns says what the columns of a table are to a model that learns from it: numbers,
// whole numbers, words, ordered words, truth values and dates, the class, and what is left out. It
// fits how cells become values, and turns values back into cells of the form that was read.
package columns

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"latentspace/data/table"
)

// Type is what a column has.
type Type string

// The types of columns that a model learns.
const (
	Number   Type = "number"
	Integer  Type = "integer"
	Boolean  Type = "boolean"
	Category Type = "category"
	Ordinal  Type = "ordinal"
	Date     Type = "date"
)

// The types of columns that are left out. Constants and numbers of rows are written back.
const (
	Identifier Type = "identifier"
	RowNumber  Type = "row number"
	Constant   Type = "constant"
	Unclear    Type = "unclear"
	Ignored    Type = "ignored"
)

// Words that a user may say of a column besides the types that a model learns.
const (
	Ignore = "ignore"
	Label  = "label"
	Bins   = "bins" // a number as one of some ranges
)

// Words are all that a user may say of a column.
var Words = []string{
	string(Number), string(Integer), string(Boolean), string(Category), string(Ordinal), string(Date),
	string(Identifier), Ignore, Label, Bins,
}

// What [Options.Label] may be besides a name.
const (
	AutoLabel = "auto"
	NoLabel   = "none"
)

// Options are what a user says of a table.
type Options struct {
	Label string            // auto, none or the name of a column; empty is auto
	As    map[string]string // for some columns, by name, one of [Words]
}

// Column is a column of a file.
type Column struct {
	Name  string
	Type  Type
	Why   string // the reason for the type
	Label bool   // it is the class
	cells cells
	asked string // by the user
	head  string // the heading in the file
}

// Learned reports whether the column is a field of an example.
func (c *Column) Learned() bool {
	switch c.Type {
	case Number, Integer, Boolean, Category, Ordinal, Date:
		return true
	}
	return false
}

// File is a table that was read, with what its columns are.
type File struct {
	Rows    int
	Columns []*Column // all, in the order of the file
	t       *table.Table
}

// Read reads the cells of a table and says what its columns are. A word in the options that names
// no column, and a type that the cells of its column cannot have, are errors.
func Read(ctx context.Context, t *table.Table, o Options) (*File, error) {
	f := &File{Rows: t.Rows, t: t}
	for k, c := range t.Columns {
		own := &Column{Name: c.Name, head: c.Name}
		if c.Name == "" {
			own.Name = fmt.Sprintf("column %d", k+1)
		}
		own.asked = o.As[own.Name]
		if own.Name == o.Label && own.asked == "" {
			own.asked = Label
		}
		f.Columns = append(f.Columns, own)
	}
	if err := f.checkNames(o); err != nil {
		return nil, err
	}
	for k, c := range f.Columns {
		c.cells.form.of = t.Columns[k]
		numbers := t.Columns[k].Kind == table.Numbers || t.Columns[k].Kind == table.RowNumbers
		c.cells.numeric = numbers && !slices.Contains(asWords, c.asked)
	}
	rows, err := t.Reader()
	if err != nil {
		return nil, err
	}
	for i := 0; ; i++ {
		_, texts, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil && i%4096 == 0 {
			err = context.Cause(ctx)
		}
		if err != nil {
			return nil, err
		}
		for k, c := range f.Columns {
			c.cells.add(texts[k], t.Columns[k])
		}
	}
	for k, c := range f.Columns {
		if err := c.infer(t.Columns[k], k, t); err != nil {
			return nil, fmt.Errorf("column %q: %w", c.Name, err)
		}
	}
	return f, f.findLabel(o)
}

// asWords are the types of which the text of a number counts.
var asWords = []string{string(Boolean), string(Category), string(Ordinal), string(Date), Label}

// checkNames reports a name that no column has.
func (f *File) checkNames(o Options) error {
	names := make([]string, len(f.Columns))
	for k, c := range f.Columns {
		names[k] = c.Name
	}
	asked := make([]string, 0, len(o.As)+1)
	for name := range o.As {
		asked = append(asked, name)
	}
	if o.Label != "" && o.Label != AutoLabel && o.Label != NoLabel {
		asked = append(asked, o.Label)
	}
	slices.Sort(asked)
	for _, name := range asked {
		if !slices.Contains(names, name) {
			return fmt.Errorf("no column is called %.40q, want one of %.400s", name, strings.Join(names, ", "))
		}
	}
	return nil
}
