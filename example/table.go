package example

import (
	"fmt"
	"strings"
)

// Table is how the file of a table is written. Its columns are those of the file, in order, of
// which not all are fields.
type Table struct {
	Separator string        `json:"separator"` // of cells: a comma, a semicolon, a tab or a bar
	NoHeader  bool          `json:"no_header,omitempty"`
	Columns   []TableColumn `json:"columns"`
}

// TableColumn is a column of a file: the values of a field, the same text in every row, the
// numbers of the rows, or none of them, as identifiers are.
type TableColumn struct {
	Name       string  `json:"name"` // its heading
	Field      string  `json:"field,omitempty"`
	Constant   *string `json:"constant,omitempty"`
	RowsFrom   *int    `json:"rows_from,omitempty"` // the number of the first row
	Label      bool    `json:"label,omitempty"`     // it has the class of the example
	Identifier bool    `json:"identifier,omitempty"`
}

// Written reports whether the cells of the column follow from a row of the schema and its place.
func (c TableColumn) Written() bool { return c.Field != "" || c.Constant != nil || c.RowsFrom != nil }

// check reports the first thing that is wrong with a table whose schema has these fields.
func (t Table) check(fields map[string]bool) error {
	if len(t.Separator) != 1 || !strings.Contains(",;\t|", t.Separator) {
		return fmt.Errorf("example: table: separator %q, want a comma, a semicolon, a tab or a bar", t.Separator)
	}
	left := len(fields)
	seen := map[string]bool{}
	for i, c := range t.Columns {
		switch {
		case c.Field == "":
			continue
		case !fields[c.Field]:
			return fmt.Errorf("example: table: column %d has the values of field %q, want one of the schema", i+1, c.Field)
		case seen[c.Field]:
			return fmt.Errorf("example: table: two columns have the values of field %q, want one", c.Field)
		}
		seen[c.Field] = true
		left--
	}
	if left > 0 {
		return fmt.Errorf("example: table: %d fields have no column, want one for each", left)
	}
	return nil
}
