package table

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"latentspace/internal/untrusted"
)

// Table is a table in a file, of which it holds the columns and not the cells.
type Table struct {
	Columns []*Column // in the order of the file
	Rows    int

	name string // of the file
	r    io.ReadSeeker
	head head
	bare string // why the first row is taken for one of the others; empty if it has names
}

// Separator is the mark between cells.
func (t *Table) Separator() rune { return t.head.separator }

// HasHeader reports whether the file has the names of the columns.
func (t *Table) HasHeader() bool { return t.bare == "" }

// Open reads a table from its beginning to its end, finds out how it is written and what its
// columns have, and leaves the cells to a [Reader]. Name stands for the file in errors.
//
// A table has a header and rows of as many cells, with nothing but blank lines and comments,
// which begin with #, above. Blanks around names and cells count for nothing. Where the
// header is the comment right above rows with numbers, as numpy.savetxt writes it, it is that
// comment. [Dialect.Header] allows a table without a header: its columns are called column 1,
// column 2 and so on. A first column without a name that counts the rows, as pandas and R write one,
// and a column without name and values are told by their kind. These are errors, with the
// line and the column: rows of another length, two columns of one name, another column
// without a name, a first row that has no names, a header that comes again, a cell that
// is no text in UTF-8, more columns and larger cells than the limits allow.
//
// The kinds of columns are inferred from all cells. A column that is not understood, or may be
// read in two ways, does not end the reading: its kind and [Column.Why] say so.
func Open(r io.ReadSeeker, name string, d Dialect) (*Table, error) {
	t := &Table{name: name, r: r}
	if err := t.open(d); err != nil {
		return nil, fmt.Errorf("table: %s: %w", name, err)
	}
	return t, nil
}

func (t *Table) open(d Dialect) (err error) {
	if t.head, err = readHead(t.r, d); err != nil {
		return err
	}
	if err := t.findHeader(d.Header); err != nil {
		return err
	}
	c, err := t.records()
	if err != nil {
		return err
	}
	names, line, err := t.names(c)
	if err != nil {
		return err
	}
	if t.bare != "" {
		names = numbered(len(names))
		if c, err = t.records(); err != nil {
			return err
		}
	}
	if err := t.header(names, line); err != nil {
		return err
	}
	all := make([]stats, len(t.Columns))
	counts := counting{true, true}
	for r := (&Reader{t: t, csv: c}); ; t.Rows++ {
		line, cells, err := r.read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if line >= math.MaxInt32 {
			return fmt.Errorf("line %d, want fewer", line)
		}
		same := true
		for k, text := range cells {
			all[k].add(t.Columns[k], text, int32(line))
			same = same && text == t.Columns[k].Name
		}
		if same {
			return fmt.Errorf("line %d repeats the header, as where files were joined, want it once", line)
		}
		counts.add(cells[0], t.Rows)
	}
	for k, c := range t.Columns {
		c.resolve(&all[k])
	}
	t.settle(all, d)
	if d.Header == HeaderExpected {
		if err := t.checkHeader(all, line); err != nil {
			return err
		}
	}
	return t.unnamed(counts, line)
}

// records returns the records of the file from its beginning. Lines are counted as in the
// file.
func (t *Table) records() (*csv.Reader, error) {
	if _, err := t.r.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	text, err := t.head.encoding.reader(t.r)
	if err != nil {
		return nil, err
	}
	if _, err := io.CopyN(io.Discard, text, t.head.above); err != nil {
		return nil, err
	}
	above := strings.NewReader(strings.Repeat("\n", t.head.lines)) // which are passed over
	return newCSV(untrusted.Table(io.MultiReader(above, text), byte(t.head.separator)), t.head.separator), nil
}

// names reads the names of the columns.
func (t *Table) names(c *csv.Reader) (names []string, line int, err error) {
	if t.head.header != "" {
		names, err = newCSV(strings.NewReader(t.head.header), t.head.separator).Read()
		line = t.head.lines
	} else if names, err = c.Read(); err == nil {
		line, _ = c.FieldPos(0)
	}
	if errors.Is(err, io.EOF) {
		err = errEmpty
	}
	if err != nil {
		return nil, 0, err
	}
	return names, line, trim(names, line)
}

// trim takes away the blanks around cells and reports what is no text.
func trim(cells []string, line int) error {
	for k, text := range cells {
		if !utf8.ValidString(text) {
			return fmt.Errorf("line %d: column %d: %.40q is not in UTF-8: save the table in UTF-8, which spreadsheets offer as CSV UTF-8", line, k+1, text)
		}
		if strings.IndexByte(text, 0) >= 0 {
			return fmt.Errorf("line %d: column %d: a zero byte, as in a binary file, want a table as text", line, k+1)
		}
		cells[k] = strings.TrimSpace(text)
	}
	return nil
}

// Column returns the column of a name, as it is spelled; nil if there is none.
func (t *Table) Column(name string) *Column {
	for _, c := range t.Columns {
		if c.Name == name && name != "" {
			return c
		}
	}
	return nil
}

// Place is the column's place in the cells of a row.
func (c *Column) Place() int { return c.place }

// Claim says what a column is that its reader knows by its name: it is not left out, whatever its
// cells are, and [Table.Description] has the note alone.
func (c *Column) Claim(note string) { c.Kind, c.Why, c.Missing, c.note = Words, "", 0, note }
