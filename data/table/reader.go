package table

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Reader reads the rows of a table in turn.
type Reader struct {
	t    *Table
	csv  *csv.Reader
	rows int // that were read
	next int // the line of the next row, if none is blank
}

// Reader returns a reader of the rows from the first on. A table has one at a time.
func (t *Table) Reader() (*Reader, error) {
	c, err := t.records()
	if err == nil && t.head.header == "" && t.bare == "" {
		_, err = c.Read()
	}
	if err != nil {
		return nil, fmt.Errorf("table: %s: %w", t.name, err)
	}
	return &Reader{t: t, csv: c}, nil
}

// Read returns the line on which a row begins and its cells, without the blanks around them.
// The next row overwrites them. At the end it returns [io.EOF].
func (r *Reader) Read() (line int, cells []string, err error) {
	line, cells, err = r.read()
	switch {
	case errors.Is(err, io.EOF) && r.rows == r.t.Rows:
		return 0, nil, io.EOF
	case errors.Is(err, io.EOF) || err == nil && r.rows > r.t.Rows:
		err = fmt.Errorf("the file changed while it was read")
	}
	if err != nil {
		return 0, nil, fmt.Errorf("table: %s: %w", r.t.name, err)
	}
	return line, cells, nil
}

func (r *Reader) read() (line int, cells []string, err error) {
	columns := len(r.t.Columns)
	for {
		if cells, err = r.csv.Read(); err != nil {
			return 0, nil, err
		}
		line, _ = r.csv.FieldPos(0)
		if columns == 1 && r.next > 0 && line != r.next {
			return 0, nil, fmt.Errorf("line %d is blank in a table of one column: write NA there if it is a missing cell, or take it out", r.next)
		}
		r.next = line + 1
		for _, text := range cells {
			r.next += strings.Count(text, "\n")
		}
		if err := trim(cells, line); err != nil {
			return 0, nil, err
		}
		if len(cells) == 1 && cells[0] == "" && columns > 1 {
			continue // a line of blanks
		}
		if len(cells) != columns {
			return 0, nil, fmt.Errorf("line %d: %d cells, want %d as in the header", line, len(cells), columns)
		}
		r.rows++
		return line, cells, nil
	}
}
