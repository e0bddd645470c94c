package untrusted

import (
	"fmt"
	"io"
)

// Table passes on a table of text, as long as no record has more cells than [Columns]
// allows, with a separator between them, and no cell more bytes than [Cell]: a reader of
// tables holds a whole record, and much more for each of its cells.
func Table(r io.Reader, separator byte) io.Reader {
	return &records{r: r, separator: separator, line: 1, column: 1, most: Columns.Value(), longest: Cell.Value()}
}

type records struct {
	r            io.Reader
	separator    byte
	line, column int64
	bytes        int64 // of the cell so far
	most         int64
	longest      int64
	quoted       bool // within quotes, where separators and ends of lines are text
}

func (c *records) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	for _, char := range b[:n] {
		if char == '"' {
			c.quoted = !c.quoted
		}
		if c.bytes++; c.bytes > c.longest {
			if e := Cell.Check(c.bytes); e != nil {
				within := ""
				if c.quoted {
					within = " in quotes"
				}
				return 0, fmt.Errorf("line %d: column %d: a cell%s of %w", c.line, c.column, within, e)
			}
		}
		switch {
		case char == '\n':
			if c.line++; !c.quoted {
				c.column, c.bytes = 1, 0
			}
		case char == c.separator && !c.quoted:
			c.bytes = 0
			if c.column++; c.column > c.most {
				if e := Columns.Check(c.column); e != nil {
					return 0, fmt.Errorf("line %d: %w", c.line, e)
				}
			}
		}
	}
	return n, err
}
