package data

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"latentspace/internal/untrusted"
)

// Attributes is a table of what is known about examples: a column for each attribute.
type Attributes struct {
	Names []string // of the columns

	// Index has the example that each row is about. Without a column index in the
	// file the rows are about the examples in turn.
	Index []int

	file    string
	lines   []int // of the rows in the file
	indexed bool
	columns []*attribute
}

const indexColumn = "index"

// ReadAttributes reads a CSV file: a header with the names of the attributes, then a
// row for each example. A column index, if there is one, has the number of the example
// that the row is about, each at most once.
//
// A column has finite numbers, or else words, the names of classes: its first cell says
// which. Empty cells, rows of another length, NaN, numbers among words and words among
// numbers are errors, with the line and the column. Name stands for the file in them.
func ReadAttributes(r io.Reader, name string) (*Attributes, error) {
	a := &Attributes{file: name}
	if err := a.read(r); err != nil {
		return nil, fmt.Errorf("data: %s: %w", name, err)
	}
	return a, nil
}

func (a *Attributes) read(r io.Reader) error {
	b := bufio.NewReader(untrusted.CSV(r))
	if mark, _ := b.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		b.Discard(3) // of byte order, which spreadsheets write; it is there
	}
	c := csv.NewReader(b)
	c.ReuseRecord = true
	c.FieldsPerRecord = -1 // of rows of another length we say more
	header, err := c.Read()
	if errors.Is(err, io.EOF) {
		return errors.New("is empty, want a header with the names of the attributes")
	}
	if err != nil {
		return err
	}
	index, err := a.header(header)
	if err != nil {
		return err
	}
	for {
		row, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		line, _ := c.FieldPos(0)
		if err := a.row(row, index, line); err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
	if len(a.Index) == 0 {
		return errors.New("has no rows, want one for each example")
	}
	for _, c := range a.columns {
		c.sort()
	}
	return a.unique()
}

// header reads the names, and returns the place of the column index, or −1.
func (a *Attributes) header(names []string) (index int, err error) {
	index = slices.Index(names, indexColumn)
	a.indexed = index >= 0
	seen := make(map[string]int, len(names))
	for k, n := range names {
		if n == "" {
			return 0, fmt.Errorf("line 1: column %d has no name", k+1)
		}
		if first, ok := seen[n]; ok {
			return 0, fmt.Errorf("line 1: columns %d and %d are both called %.40q", first+1, k+1, n)
		}
		seen[n] = k
		if k != index {
			a.Names = append(a.Names, n)
			a.columns = append(a.columns, &attribute{})
		}
	}
	if len(a.columns) == 0 {
		return 0, errors.New("line 1: no column besides index, want one for each attribute")
	}
	return index, nil
}

// row reads the cells of a row. Index is the place of the column of that name, or −1.
func (a *Attributes) row(cells []string, index, line int) error {
	want := len(a.columns)
	if index >= 0 {
		want++
	}
	if len(cells) != want {
		return fmt.Errorf("%d cells, want %d as in the header", len(cells), want)
	}
	if err := untrusted.Rows.Check(int64(len(a.Index) + 1)); err != nil {
		return err
	}
	example := len(a.Index)
	if index >= 0 {
		i, err := strconv.Atoi(cells[index])
		if err != nil || i < 0 || int64(i) >= untrusted.Rows.Value() {
			return fmt.Errorf("column %s: %.40q, want the number of an example, from 0", indexColumn, cells[index])
		}
		example = i
	}
	k := 0
	for at, cell := range cells {
		if at == index {
			continue
		}
		if err := a.columns[k].add(cell); err != nil {
			return fmt.Errorf("column %.40s: %w", a.Names[k], err)
		}
		k++
	}
	a.Index = append(a.Index, example)
	a.lines = append(a.lines, line)
	return nil
}

// unique reports an example with two rows.
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

// Check reports rows that are not about n examples: without a column index as many
// rows, with one any of the examples.
func (a *Attributes) Check(n int) error {
	if !a.indexed {
		if len(a.Index) != n {
			return fmt.Errorf("data: %s: %d rows, want one for each of the %d examples, or a column index that says which they are about", a.file, len(a.Index), n)
		}
		return nil
	}
	for row, i := range a.Index {
		if i >= n {
			return fmt.Errorf("data: %s: line %d: column %s: %d, want an example from 0 to %d", a.file, a.lines[row], indexColumn, i, n-1)
		}
	}
	return nil
}

// Column returns the values of an attribute, row by row. For one of words they are
// indices into its classes, which are nil for one of numbers.
func (a *Attributes) Column(name string) (values []float64, classes []string, err error) {
	k := slices.Index(a.Names, name)
	if k < 0 {
		return nil, nil, fmt.Errorf("data: %s: no column %.40q, want one of %.400q", a.file, name, a.Names)
	}
	return a.columns[k].values, a.columns[k].classes, nil
}
