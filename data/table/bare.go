package table

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// sampleRows is how many rows tell whether the first has names.
const sampleRows = 500

// findHeader says whether the first row has the names of the columns.
func (t *Table) findHeader(h Header) error {
	switch {
	case t.head.header != "" || h == HeaderExpected || h == HeaderPresent:
		return nil
	case h == HeaderAbsent:
		t.bare = "the dialect says so"
		return nil
	}
	c, err := t.records()
	if err != nil {
		return err
	}
	var first []string
	var below [][]string
	for len(below) < sampleRows {
		cells, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		line, _ := c.FieldPos(0)
		if err := trim(cells, line); err != nil {
			return err
		}
		row := strings.Split(strings.Join(cells, "\x00"), "\x00") // the reader uses its room again
		if first == nil {
			first = row
		} else if len(row) == len(first) {
			below = append(below, row)
		}
	}
	t.bare = noNames(first, below)
	return nil
}

// noNames says why a first row is one of the others, or returns "" if it has names. A word above
// numbers is a name. Else a number above numbers is none, unless all the numbers of the row count
// up, as names of pandas and years do. Words alone are names, unless all of them come again.
func noNames(first []string, below [][]string) string {
	numbers, counted, again := 0, true, len(below) > 0
	last := 0
	for k, text := range first {
		own := classify(text)
		values, others, same := 0, 0, false
		for _, row := range below {
			switch cell := classify(row[k]); cell.class {
			case gap:
			case number, code, date:
				values++
			default:
				others++
			}
			same = same || row[k] == text
		}
		switch {
		case own.class == word && values > 0 && others == 0:
			return ""
		case own.class == number || own.class == code || own.class == date:
			n, err := strconv.Atoi(text)
			counted = counted && err == nil && own.plain && (numbers == 0 || n == last+1)
			last = n
			numbers++
		default:
			again = again && same
		}
	}
	switch {
	case numbers == 0 && again:
		return "the words of the first row come again below"
	case numbers == 0, counted && numbers > 1 && !again, counted && numbers == len(first) && last == len(first)-1:
		return ""
	}
	return "the first row has numbers"
}

// numbered returns the names of the columns of a table without a header.
func numbered(n int) []string {
	names := make([]string, n)
	for k := range names {
		names[k] = fmt.Sprintf("column %d", k+1)
	}
	return names
}
