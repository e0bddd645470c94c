package table

import (
	"fmt"
	"strings"
)

// mostNotes is how many columns a description goes into.
const mostNotes = 12

// Description says in one line what the file was taken for: its encoding, separator, mark of
// decimals, comments, header and rows, and of each column that is not left out what its name and
// its cells do not show.
func (t *Table) Description() string {
	var parts []string
	if e := t.head.encoding.name; e != "" {
		parts = append(parts, e)
	}
	_, many := separatorName(t.head.separator)
	if t.head.single {
		many = "one column"
	}
	parts = append(parts, many)
	points, commas := t.marks()
	if commas && !points {
		parts = append(parts, "decimal commas")
	}
	header := "header"
	switch n := t.head.comments; {
	case t.bare != "":
		header = "no header, since " + t.bare + ": the columns are called column 1, column 2 and so on"
	case t.head.header != "":
		header = fmt.Sprintf("header in the comment of line %d", t.head.lines)
	case n == 1:
		header = "header below a comment"
	case n > 1:
		header = fmt.Sprintf("header below %d comments", n)
	}
	rows := grouped(t.Rows) + " rows"
	if t.Rows == 1 {
		rows = "1 row"
	}
	parts = append(parts, header, rows)
	s := strings.Join(parts, ", ")
	noted := 0
	for _, c := range t.Columns {
		notes := c.notes(points && commas)
		if c.Why != "" || notes == "" {
			continue
		}
		if noted++; noted <= mostNotes {
			s += "; column " + c.Label() + ": " + notes
		}
	}
	if noted > mostNotes {
		s += fmt.Sprintf("; and %d more columns with notes", noted-mostNotes)
	}
	return s
}

// marks reports whether some numbers have decimal points, or may, and some have decimal
// commas.
func (t *Table) marks() (points, commas bool) {
	for _, c := range t.Columns {
		if c.Why == "" && c.Kind == Numbers {
			points = points || c.mark == '.' && c.marked
			commas = commas || c.mark == ','
		}
	}
	return points, commas
}

var groupNames = map[rune]string{
	',': "commas", '.': "points", '\'': "apostrophes", '’': "apostrophes",
	' ': "blanks", '\u00a0': "blanks", '\u202f': "blanks", '\u2009': "blanks",
}

// notes is what should be known of a column. Both is whether the table has both marks of
// decimals.
func (c *Column) notes(both bool) string {
	var all []string
	if c.note != "" {
		all = append(all, c.note)
	}
	if c.Kind == Numbers {
		if both && c.mark == ',' {
			all = append(all, "decimal commas")
		}
		if c.group != 0 {
			all = append(all, "thousands separated by "+groupNames[c.group])
		}
		if c.percent {
			all = append(all, "in percent")
		}
	}
	if c.Missing > 0 {
		all = append(all, fmt.Sprintf("%s missing (%s)", grouped(c.Missing), c.spellings()))
	}
	return strings.Join(all, ", ")
}

// spellings lists those of the missing cells.
func (c *Column) spellings() string {
	names := make([]string, len(c.gaps))
	for k, g := range c.gaps {
		if names[k] = g; g == "" {
			names[k] = "empty"
		}
	}
	return strings.Join(names, ", ")
}

// LeftOut says by name that the column is left out, and why; it is empty for others.
func (c *Column) LeftOut() string {
	if c.Why == "" {
		return ""
	}
	return "column " + c.Label() + " is left out: " + c.Why
}
