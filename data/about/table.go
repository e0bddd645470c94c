package about

import (
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"slices"
	"strings"

	"latentspace/data/table"
	"latentspace/example"
	"latentspace/internal/untrusted"
)

// column is the values of an attribute, by the files.
type column struct {
	field  example.Field
	values []float32
}

// lookup finds files by the names that tables give them: with the folders, without them, or
// without the ending. Names of several files stand for none.
type lookup map[string]int

const ambiguous = -1

func lookupOf(files []string) lookup {
	l := lookup{}
	for i, f := range files {
		base := path.Base(f)
		names := []string{f, base, strings.TrimSuffix(f, path.Ext(f)), strings.TrimSuffix(base, path.Ext(base))}
		slices.Sort(names)
		for _, n := range slices.Compact(names) {
			if _, ok := l[n]; ok {
				l[n] = ambiguous
			} else {
				l[n] = i
			}
		}
	}
	return l
}

// Table adds what a table says of each file, in a row with its name: the layout of CelebA, or any
// table with a column of names. Rows of other files are passed over. What is what the files are, in
// the plural.
func (k *Known) Table(file, what string, files []string) (notes []string, err error) {
	f, _, err := untrusted.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	seen := make([]bool, len(files))
	columns, notes, others, err := readCelebA(f, lookupOf(files), seen)
	if errors.Is(err, errOther) {
		columns, notes, others, err = readTable(f, file, what, lookupOf(files), seen)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if i := slices.Index(seen, false); i >= 0 {
		n := 0
		for _, yes := range seen {
			if !yes {
				n++
			}
		}
		return nil, fmt.Errorf("%s: no row is about %d of the %d %s, such as %s", file, n, len(seen), what, files[i])
	}
	if len(columns) == 0 {
		return nil, fmt.Errorf("%s: no column is an attribute: %s", file, strings.Join(notes, "; "))
	}
	if others > 0 {
		notes = append(notes, fmt.Sprintf("%d rows of %s are about none of the %s here", others, path.Base(file), what))
	}
	return notes, k.join(len(files), columns)
}

// readTable reads a table with a header, in which the first column that has the name of a file in
// its first row, or in a later one, tells which file a row is about.
func readTable(r io.ReadSeeker, name, what string, l lookup, seen []bool) (columns []column, notes []string, others int, err error) {
	t, err := table.Open(r, name, table.Dialect{})
	if err != nil {
		return nil, nil, 0, err
	}
	if err := untrusted.Attributes.Check(int64(len(t.Columns))); err != nil {
		return nil, nil, 0, err
	}
	at, err := nameColumn(t, what, l)
	if err != nil {
		return nil, nil, 0, err
	}
	all := make([]*table.Values, len(t.Columns))
	for k, c := range t.Columns {
		all[k] = c.Values(t.Rows)
	}
	rows, err := t.Reader()
	if err != nil {
		return nil, nil, 0, err
	}
	var about []int // the file of each row that is kept
	for {
		line, cells, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, 0, err
		}
		i, ok := l[cells[at]]
		if !ok || i == ambiguous {
			others++
			continue
		}
		if seen[i] {
			return nil, nil, 0, fmt.Errorf("line %d: a second row about %.100q", line, cells[at])
		}
		seen[i] = true
		about = append(about, i)
		for k, cell := range cells {
			if k != at {
				if err := all[k].Add(cell); err != nil {
					return nil, nil, 0, fmt.Errorf("line %d: column %d: %w", line, k+1, err)
				}
			}
		}
	}
	for k, c := range t.Columns {
		if k == at {
			continue
		}
		all[k].Finish()
		if c.Why != "" {
			notes = append(notes, c.LeftOut())
			continue
		}
		made, ok := attribute(c.Name, all[k], about, len(seen))
		if !ok {
			notes = append(notes, fmt.Sprintf("column %s is left out: cells are missing", c.Label()))
			continue
		}
		columns = append(columns, made)
	}
	return columns, notes, others, nil
}

// nameColumn returns the first column with a cell that is the name of a file.
func nameColumn(t *table.Table, what string, l lookup) (int, error) {
	const most = 10_000 // rows that are looked at
	rows, err := t.Reader()
	if err != nil {
		return 0, err
	}
	for range most {
		_, cells, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return 0, err
		}
		for k, cell := range cells {
			if i, ok := l[cell]; ok && i != ambiguous {
				return k, nil
			}
		}
	}
	return 0, fmt.Errorf("no column has the names of %s, want one", what)
}

// attribute makes a column of the values of rows; false if one is missing.
func attribute(name string, v *table.Values, about []int, n int) (column, bool) {
	c := column{example.Field{Name: name, Kind: example.Real, View: example.Cell}, make([]float32, n)}
	if v.Classes != nil {
		c.field.Kind, c.field.Words = example.Category, v.Classes
	}
	for row, i := range about {
		if math.IsNaN(v.Numbers[row]) || math.IsInf(float64(float32(v.Numbers[row])), 0) {
			return c, false
		}
		c.values[i] = float32(v.Numbers[row])
	}
	return c, true
}
