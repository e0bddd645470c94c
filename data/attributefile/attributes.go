// Package attributefile reads tables of attributes of examples.
package attributefile

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"latentspace/data/table"
	"latentspace/internal/untrusted"
)

// Attributes is a table of attributes of examples, with a column for each attribute.
type Attributes struct {
	Names []string // of the columns

	// Index has the number of the example of each row. If the file has no column index,
	// the rows follow the order of the examples.
	Index []int

	// Description says in one line how the file was read. LeftOut lists the columns that are not
	// attributes, such as identifiers, with the reason.
	Description string
	LeftOut     []*table.Column

	file    string
	lines   []int // of the rows in the file
	indexed bool
	columns []*table.Values
}

const indexColumn = "index"

// Read reads a table, as [table.Open] does: a header with the names of the
// attributes, then a row for each example. A column index, whatever its case, has the number
// of the example that the row is about, each at most once.
//
// A column has finite numbers, or else words, the names of classes. Missing cells are NaN. Columns
// of identifiers, of dates, of numbers among words, of numbers that can be read in two ways, and
// row numbers are left out. A first column without a name that has other content is an error, since
// it may say which examples the rows belong to. Name stands for the file in errors.
func Read(r io.ReadSeeker, name string, d table.Dialect) (*Attributes, error) {
	t, err := table.Open(r, name, d)
	if err != nil {
		return nil, err
	}
	a := &Attributes{file: name}
	index, err := a.begin(t)
	if err != nil {
		return nil, fmt.Errorf("attributefile: %s: %w", name, err)
	}
	all := make([]*table.Values, len(t.Columns))
	for k, c := range t.Columns {
		all[k] = c.Values(t.Rows)
	}
	rows, err := t.Reader()
	if err != nil {
		return nil, err
	}
	for {
		line, cells, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if err := a.row(cells, index, all); err != nil {
			return nil, fmt.Errorf("attributefile: %s: line %d: %w", name, line, err)
		}
		a.lines = append(a.lines, line)
	}
	if err := a.finish(t, index, all); err != nil {
		return nil, fmt.Errorf("attributefile: %s: %w", name, err)
	}
	return a, nil
}

// begin returns the position of the column index, or −1.
func (a *Attributes) begin(t *table.Table) (index int, err error) {
	if err := untrusted.Rows.Check(int64(t.Rows)); err != nil {
		return 0, err
	}
	if t.Rows == 0 {
		return 0, errors.New("has no rows, want one for each example")
	}
	index = -1
	for k, c := range t.Columns {
		if !strings.EqualFold(c.Name, indexColumn) {
			continue
		}
		if index >= 0 {
			return 0, fmt.Errorf("columns %d and %d are both called %s, in any case, want one", index+1, k+1, indexColumn)
		}
		index, a.indexed = k, true
		c.Claim("the numbers of the examples")
	}
	read := 0
	for k, c := range t.Columns {
		if k != index && c.Why == "" {
			read++
		}
	}
	return index, untrusted.Attributes.Check(int64(read)) // there may be more classes
}

// row reads the cells of a row. Index is the position of the column index, or −1.
func (a *Attributes) row(cells []string, index int, all []*table.Values) error {
	example := len(a.Index)
	for k, cell := range cells {
		if k != index {
			if err := all[k].Add(cell); err != nil {
				return fmt.Errorf("column %d: %w", k+1, err)
			}
			continue
		}
		i, err := strconv.Atoi(cell)
		if err != nil || i < 0 || int64(i) >= untrusted.Rows.Value() {
			return fmt.Errorf("column %s: %.40q, want the number of an example, from 0", indexColumn, cell)
		}
		example = i
	}
	a.Index = append(a.Index, example)
	return nil
}

// finish separates attributes from columns that are left out.
func (a *Attributes) finish(t *table.Table, index int, all []*table.Values) error {
	size := 0 // numbers and classes
	for k, c := range t.Columns {
		if k == index {
			continue
		}
		switch all[k].Finish(); {
		case c.Why != "":
			a.LeftOut = append(a.LeftOut, c)
		case c.Unnamed():
			return fmt.Errorf("column %s: it may have the numbers of the examples or not: call it %s if it has, and else give it another name", c.Label(), indexColumn)
		default:
			a.Names = append(a.Names, c.Name)
			a.columns = append(a.columns, all[k])
			size += max(1, len(all[k].Classes))
		}
	}
	a.Description = t.Description()
	if len(a.Names) == 0 {
		return a.none()
	}
	if err := untrusted.Attributes.Check(int64(size)); err != nil {
		return err
	}
	return a.unique()
}

// none returns the error of a table without attributes, with the reasons of the first
// columns.
func (a *Attributes) none() error {
	if len(a.LeftOut) == 0 {
		return fmt.Errorf("no column besides %s, want one for each attribute", indexColumn)
	}
	var why []string
	for _, c := range a.LeftOut[:min(5, len(a.LeftOut))] {
		why = append(why, c.LeftOut())
	}
	return fmt.Errorf("no column is an attribute: %s", strings.Join(why, "; "))
}

// unique returns an error if an example has two rows.
func (a *Attributes) unique() error {
	if !a.indexed {
		return nil
	}
	rows := make(map[int]int, len(a.Index))
	for row, i := range a.Index {
		if first, ok := rows[i]; ok {
			return fmt.Errorf("line %d: example %d, which line %d is about already", a.lines[row], i, a.lines[first])
		}
		rows[i] = row
	}
	return nil
}

// Check returns an error if the rows do not fit n examples. Without a column index
// there must be n rows; with one, each row must name one of the examples.
func (a *Attributes) Check(n int) error {
	if !a.indexed {
		if len(a.Index) != n {
			return fmt.Errorf("attributefile: %s: %d rows, want one for each of the %d examples, or a column index that says which they are about", a.file, len(a.Index), n)
		}
		return nil
	}
	for row, i := range a.Index {
		if i >= n {
			from := ""
			if i == n && !slices.Contains(a.Index, 0) {
				from = "; the examples are counted from 0, and the rows seem to count them from 1"
			}
			return fmt.Errorf("attributefile: %s: line %d: column %s: %d, want an example from 0 to %d%s", a.file, a.lines[row], indexColumn, i, n-1, from)
		}
	}
	return nil
}

// Why returns the reason why a column is left out, "" if it is not. The case of the name does not
// matter.
func (a *Attributes) Why(name string) string {
	for _, c := range a.LeftOut {
		if c.Name != "" && strings.EqualFold(c.Name, name) {
			return c.Why
		}
	}
	return ""
}

// Column returns the values of an attribute, row by row, with NaN for missing cells. For words the
// values are indices into the classes; for numbers the classes are nil.
func (a *Attributes) Column(name string) (values []float64, classes []string, err error) {
	k := slices.Index(a.Names, name)
	if k < 0 {
		return nil, nil, fmt.Errorf("attributefile: %s: no column %.40q, want one of %.400q", a.file, name, a.Names)
	}
	return a.columns[k].Numbers, a.columns[k].Classes, nil
}
