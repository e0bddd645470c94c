package codefile

import (
	"errors"
	"fmt"
	"io"
	"strconv"

	"latentspace/data/table"
	"latentspace/internal/untrusted"
	"latentspace/tensor"
)

// Places reads the coordinates x and y of examples of a split, by their index, from the table that a map
// in the plane was written to. Rows of other examples are passed over. A file without a row for one of
// them is an error.
func Places(file string, index []int) (*tensor.Tensor, error) {
	f, _, err := untrusted.Open(file)
	if err != nil {
		return nil, fmt.Errorf("explore: %w", err)
	}
	defer f.Close()
	t, err := table.Open(f, file, table.Dialect{})
	if err != nil {
		return nil, err
	}
	if t.Column("z") != nil {
		return nil, fmt.Errorf("explore: %s: a map in space, with a column z, want one in the plane, with index, x and y", file)
	}
	var columns [3]*table.Column
	for i, name := range []string{"index", "x", "y"} {
		if columns[i] = t.Column(name); columns[i] == nil {
			return nil, fmt.Errorf("explore: %s: no column %s, want the .csv of a map, with index, x and y", file, name)
		}
	}
	rows, err := t.Reader()
	if err != nil {
		return nil, err
	}
	row := make(map[int]int, len(index))
	for i, at := range index {
		row[at] = i
	}
	places := tensor.New(len(index), 2)
	for {
		line, cells, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		at, err := strconv.Atoi(cells[columns[0].Place()])
		i, wanted := row[at]
		if err != nil || !wanted {
			continue // a new example, which has a name, or one that is not placed now
		}
		for axis, column := range columns[1:] {
			v, err := column.Number(cells[column.Place()], 32)
			if err != nil {
				return nil, fmt.Errorf("explore: %s: line %d: %s is %w", file, line, column.Name, err)
			}
			places.Data[2*i+axis] = float32(v)
		}
		delete(row, at)
	}
	if len(row) > 0 {
		first := -1
		for at := range row {
			if first < 0 || at < first {
				first = at
			}
		}
		return nil, fmt.Errorf("explore: %s: no row for %d of %d examples, such as the one with index %d: want a map of the same ones", file, len(row), len(index), first)
	}
	return places, nil
}
