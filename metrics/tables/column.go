// Package tables compares tables: synthetic rows with real ones, column by column, pair by pair, by
// what a classifier learns from them, and by how near they are to the rows that they were made
// from.
package tables

import (
	"encoding/binary"
	"math"
)

// Column is the values of a column of a table, row by row, as the file has them.
type Column struct {
	Name   string
	Words  int       // how many words there are; 0 of a column of numbers
	Values []float64 // numbers, or indices of words; NaN where missing
}

// Table is columns of as many rows each.
type Table []Column

// Len is the number of rows.
func (t Table) Len() int {
	if len(t) == 0 {
		return 0
	}
	return len(t[0].Values)
}

// Rows is the table of some rows.
func (t Table) Rows(keep func(i int) bool) Table {
	part := make(Table, len(t))
	for k, c := range t {
		part[k] = Column{Name: c.Name, Words: c.Words}
		for i, v := range c.Values {
			if keep(i) {
				part[k].Values = append(part[k].Values, v)
			}
		}
	}
	return part
}

// First is the table of the first n rows, or of all if there are fewer.
func (t Table) First(n int) Table {
	part := make(Table, len(t))
	for k, c := range t {
		part[k] = Column{c.Name, c.Words, c.Values[:min(n, len(c.Values))]}
	}
	return part
}

// key is the cells of a row as a text that is the same for equal rows alone.
func (t Table) key(i int) string {
	b := make([]byte, 0, 8*len(t))
	for _, c := range t {
		v := c.Values[i]
		switch {
		case v == 0:
			v = 0 // −0 as well
		case math.IsNaN(v):
			v = math.NaN() // one of many
		}
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return string(b)
}
