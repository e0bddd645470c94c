package portable

import (
	"strconv"

	"latentspace/data/columns"
	"latentspace/example"
)

// Cell is how a column of a table is written of a row's values: the same text in every row, or the
// value at a place. A category has the texts of its values; a number has the points between which it is
// linear, and how it is written.
type Cell struct {
	Text  *string `json:"text,omitempty"`
	At    int     `json:"at"`
	Known int     `json:"known,omitempty"` // where it stands whether the cell has a value, 0 if it always has one
	Gap   string  `json:"gap,omitempty"`   // of a cell without a value

	Words  []string        `json:"words,omitempty"`
	Scale  *example.Scale  `json:"scale,omitempty"`
	Type   string          `json:"type,omitempty"`
	Format *example.Format `json:"format,omitempty"`
}

// cells are those of a row of a table: see [columns.Writer.Cells].
func cells(s example.Schema) []Cell {
	at, fields, places := 0, map[string]example.Field{}, map[string]int{}
	for _, f := range s.Fields {
		fields[f.Name], places[f.Name] = f, at
		at += f.Width()
	}
	var of []example.TableColumn
	if s.Table != nil {
		of = s.Table.Columns
	} else {
		for _, f := range s.Fields {
			of = append(of, example.TableColumn{Field: f.Name})
		}
	}
	var all []Cell
	for _, c := range of {
		f, ok := fields[c.Field]
		switch {
		case !c.Written():
		case ok:
			all = append(all, cellOf(f, places[c.Field]))
		case c.Constant != nil:
			all = append(all, Cell{Text: c.Constant})
		default:
			first := strconv.Itoa(*c.RowsFrom)
			all = append(all, Cell{Text: &first})
		}
	}
	return all
}

// cellOf is the cell of a field, whose values begin at a place.
func cellOf(f example.Field, at int) Cell {
	c := Cell{At: at}
	if f.Gaps {
		c.Known = at + f.Size()
	}
	if f.Column != nil {
		c.Gap, c.Scale, c.Type, c.Format = f.Column.Format.Gap, f.Column.Scale, f.Column.Type, &f.Column.Format
	}
	if f.Indexed() {
		c.Scale, c.Type, c.Format = nil, "", nil
		for k := range f.Words {
			values := make([]float32, f.Width())
			values[0] = float32(k)
			if f.Gaps {
				values[c.Known-at] = 1
			}
			c.Words = append(c.Words, columns.Text(f, values, 0.5))
		}
	}
	return c
}
