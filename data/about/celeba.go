package about

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"latentspace/example"
	"latentspace/internal/untrusted"
)

// errOther means that a file has another layout.
var errOther = errors.New("another layout")

// readCelebA reads the layout of CelebA's list_attr_celeba.txt: the number of rows, the names of the
// attributes, and rows of the name of a picture and −1 or 1 for each attribute.
//
// Liu, Luo, Wang and Tang, Deep Learning Face Attributes in the Wild, ICCV 2015.
func readCelebA(r io.Reader, l lookup, seen []bool) (columns []column, notes []string, others int, err error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, int(untrusted.Cell.Value()))
	if !lines.Scan() {
		return nil, nil, 0, errOther
	}
	rows, err := strconv.Atoi(strings.TrimSpace(lines.Text()))
	if err != nil || rows < 1 || !lines.Scan() {
		return nil, nil, 0, errOther
	}
	names := strings.Fields(lines.Text())
	if len(names) == 0 || strings.ContainsAny(lines.Text(), ",;") {
		return nil, nil, 0, errOther
	}
	if err := untrusted.Attributes.Check(int64(len(names))); err != nil {
		return nil, nil, 0, err
	}
	for _, n := range names {
		field := example.Field{Name: n, Kind: example.Category, Words: []string{"no", "yes"}, View: example.Cell}
		columns = append(columns, column{field, make([]float32, len(seen))})
	}
	n := 0
	for ; lines.Scan(); n++ {
		line := n + 3
		cells := strings.Fields(lines.Text())
		if len(cells) == 0 {
			break
		}
		if len(cells) != len(names)+1 {
			return nil, nil, 0, fmt.Errorf("line %d: %d cells, want a name and %d attributes", line, len(cells), len(names))
		}
		i, ok := l[cells[0]]
		if !ok || i == ambiguous {
			others++
			continue
		}
		if seen[i] {
			return nil, nil, 0, fmt.Errorf("line %d: a second row about %.100q", line, cells[0])
		}
		seen[i] = true
		for k, cell := range cells[1:] {
			switch cell {
			case "1":
				columns[k].values[i] = 1
			case "-1", "0":
			default:
				return nil, nil, 0, fmt.Errorf("line %d: %s is %.20q, want −1 or 1", line, names[k], cell)
			}
		}
	}
	if err := lines.Err(); err != nil {
		return nil, nil, 0, err
	}
	if n != rows {
		return nil, nil, 0, fmt.Errorf("%d rows, want %d as the first line says", n, rows)
	}
	return columns, nil, others, nil
}
