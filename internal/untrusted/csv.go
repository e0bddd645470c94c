package untrusted

import (
	"fmt"
	"io"
)

// CSV passes on what r has, as long as no record has more cells than [Columns] allows: a
// reader of CSV holds a whole record, and much more for each of its cells.
func CSV(r io.Reader) io.Reader { return &records{r: r, line: 1, most: Columns.Value()} }

type records struct {
	r            io.Reader
	line, commas int64
	most         int64
	quoted       bool // within quotes, where commas and ends of lines are text
}

func (c *records) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	for _, char := range b[:n] {
		switch {
		case char == '"':
			c.quoted = !c.quoted
		case char == '\n':
			if c.line++; !c.quoted {
				c.commas = 0
			}
		case char == ',' && !c.quoted:
			if c.commas++; c.commas >= c.most {
				if e := Columns.Check(c.commas + 1); e != nil {
					return 0, fmt.Errorf("line %d: %w", c.line, e)
				}
			}
		}
	}
	return n, err
}
