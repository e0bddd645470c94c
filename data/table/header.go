package table

import (
	"fmt"
	"strconv"
	"strings"
)

// header makes the columns of their names.
func (t *Table) header(names []string, line int) error {
	seen := make(map[string]int, len(names))
	all := make([]Column, len(names))
	for k, n := range names {
		if first, ok := seen[n]; ok && n != "" {
			return fmt.Errorf("line %d: columns %d and %d are both called %.40q", line, first+1, k+1, n)
		}
		seen[n] = k
		all[k] = Column{Name: strings.Clone(n), place: k}
		t.Columns = append(t.Columns, &all[k])
	}
	return nil
}

// settle says how numbers are read of which no cell of their own column tells. In order: what
// the dialect says, the other columns, where they agree, and commas between the cells, which
// nobody writes who also writes decimal commas.
func (t *Table) settle(all []stats, d Dialect) {
	points, commas := false, false
	for k, c := range t.Columns {
		points = points || c.Kind == Numbers && all[k].onlyPoint > 0
		commas = commas || c.Kind == Numbers && all[k].onlyComma > 0
	}
	for k, c := range t.Columns {
		s := &all[k]
		switch {
		case c.Kind != Numbers || c.mark != 0:
		case s.differByPoint && s.differByComma:
			c.unclear(s)
		case d.Decimal != 0:
			c.read(s, byte(d.Decimal))
		case points != commas && points:
			c.read(s, '.')
		case points != commas:
			c.read(s, ',')
		case points: // and commas
			c.unclear(s)
		case t.head.separator == ',' && !t.head.single:
			c.read(s, '.')
		default:
			c.unclear(s)
		}
	}
}

// checkHeader reports a first row that looks like those below it.
func (t *Table) checkHeader(all []stats, line int) error {
	if t.Rows == 0 {
		return nil
	}
	numbers, alike, counted := 0, 0, true // counted: 0, 1, 2, … or years, as names of pandas are
	var first int
	for k, c := range t.Columns {
		n := classify(c.Name)
		over := all[k].count[number]+all[k].count[code] > 0
		if over && n.class == number {
			numbers++
			alike++
			if v, err := strconv.Atoi(c.Name); err != nil || numbers > 1 && v != first+numbers-1 {
				counted = false
			} else if numbers == 1 {
				first = v
			}
			if !n.plain {
				return fmt.Errorf("line %d: column %d: %.40q is a number, want a header with the names of the columns", line, k+1, c.Name)
			}
		} else if all[k].asName > 0 {
			alike++
		}
	}
	names := numbers == len(t.Columns) && counted && (numbers > 1 || first == 0)
	if numbers == 0 || alike < len(t.Columns) || names {
		return nil
	}
	return fmt.Errorf("line %d has what the rows below have, want a header with the names of the columns", line)
}

// counting is whether the cells of the first column count the rows, from 0 and from 1.
type counting struct{ from0, from1 bool }

func (c *counting) add(text string, row int) {
	if c.from0 || c.from1 {
		n, err := strconv.Atoi(text)
		c.from0 = c.from0 && err == nil && n == row
		c.from1 = c.from1 && err == nil && n == row+1
	}
}

// Unnamed reports whether a column has no name, or that which pandas makes of none.
func (c *Column) Unnamed() bool { return c.Name == "" || c.place == 0 && c.Name == "Unnamed: 0" }

// unnamed says what columns without a name are, and reports those that should have one.
func (t *Table) unnamed(counts counting, line int) error {
	for k, c := range t.Columns {
		switch {
		case !c.Unnamed():
		case t.Rows > 0 && k == 0 && (counts.from0 || counts.from1):
			from := 0
			if !counts.from0 {
				from = 1
			}
			c.leave(RowNumbers, fmt.Sprintf("it counts the rows from %d", from))
		case t.Rows > 0 && c.Kind == Empty:
		case k > 0:
			return fmt.Errorf("line %d: column %d has no name", line, k+1)
		}
	}
	return nil
}
