package table

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// headBytes is the size of the part of a file that its dialect is inferred from.
const headBytes = 1 << 16

// head is what a table's beginning says.
type head struct {
	encoding  encoding
	separator rune
	single    bool // one column, so that nothing is separated

	above    int64  // bytes of text above the header, or above the rows where a comment has it
	lines    int    // in those bytes
	comments int    // of those lines
	header   string // the header, where it is a comment
}

// readHead reads the beginning of a file.
func readHead(r io.ReadSeeker, d Dialect) (h head, err error) {
	first, err := beginning(r)
	if err != nil {
		return h, err
	}
	if len(first) == 0 {
		return h, errEmpty
	}
	if h.encoding, err = encodingOf(first); err != nil {
		return h, err
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return h, err
	}
	text, err := h.encoding.reader(r)
	if err != nil {
		return h, err
	}
	b, err := io.ReadAll(io.LimitReader(text, headBytes))
	if err != nil {
		return h, err
	}
	sample, whole := string(b), len(b) < headBytes
	comment, given := h.skip(sample)
	sample = sample[h.above:]
	if sample == "" && whole {
		return h, errEmpty
	}
	if sample == "" {
		return h, fmt.Errorf("comments go on beyond %d bytes, want a header", headBytes)
	}
	h.separator = d.Separator
	if h.separator == 0 {
		h.separator = given
	}
	if err := h.separate(sample, whole); err != nil {
		return h, err
	}
	if named(comment, sample, h.separator) {
		h.header = comment
	}
	return h, nil
}

var errEmpty = errors.New("empty, want a header and rows")

// beginning returns the first bytes of a file.
func beginning(r io.ReadSeeker) ([]byte, error) {
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(r, headBytes))
}

// skip passes over blank lines, comments, and a line "sep=;" of spreadsheets. It returns
// the comment right above the rest, without its mark, and the separator of that line.
func (h *head) skip(sample string) (comment string, separator rune) {
	for rest := sample; rest != ""; {
		line, after, _ := strings.Cut(rest, "\n")
		line = strings.TrimSpace(line)
		mark, isSeparator := strings.CutPrefix(strings.ToLower(line), "sep=")
		switch {
		case line == "":
			comment = ""
		case line[0] == '#':
			comment = strings.TrimSpace(strings.TrimLeft(line, "#"))
			h.comments++
		case isSeparator && separator == 0 && len(mark) == 1 && strings.Contains(",;|", mark):
			separator = rune(mark[0])
		default:
			return comment, separator
		}
		h.above += int64(len(rest) - len(after))
		h.lines++
		rest = after
	}
	return comment, separator
}

// separate finds the separator: the one by which the header and the rows of the sample
// have as many cells, and more than one. Two such are an error. Without one it is that by
// which the header has several cells and most rows have as many; or there is one column.
func (h *head) separate(sample string, whole bool) error {
	var fit []string
	best, most := ',', 0
	single := true
	for _, s := range separators {
		if h.separator != 0 && s.mark != h.separator {
			continue
		}
		counts := fieldCounts(sample, s.mark, whole)
		if len(counts) == 0 || counts[0] < 2 {
			continue
		}
		single = false
		same := 0
		for _, n := range counts {
			if n == counts[0] {
				same++
			}
		}
		if same == len(counts) {
			fit = append(fit, fmt.Sprintf("%d columns by %s", counts[0], s.many))
		}
		if same > most || same == most && same == len(counts) {
			best, most = s.mark, same
		}
	}
	if len(fit) > 1 {
		return fmt.Errorf("%s: both could be meant; -dialect names the separator, as in -dialect semicolon", strings.Join(fit, " and "))
	}
	if h.single = single; h.separator == 0 {
		h.separator = best
	}
	return nil
}

// fieldCounts returns how many cells the records of a sample have by a separator, as far as
// they can be read. The last record of a sample that goes on is left out.
func fieldCounts(sample string, separator rune, whole bool) []int {
	r := newCSV(strings.NewReader(sample), separator)
	var counts []int
	for {
		cells, err := r.Read()
		if err != nil {
			if !whole && len(counts) > 1 {
				counts = counts[:len(counts)-1]
			}
			return counts
		}
		if len(cells) == 1 && strings.TrimSpace(cells[0]) == "" {
			continue // a line of blanks
		}
		counts = append(counts, len(cells))
	}
}

// newCSV returns a reader of records. It passes over blanks before a cell, so that a quote may
// follow them; with tabs between cells it cannot.
func newCSV(r io.Reader, separator rune) *csv.Reader {
	c := csv.NewReader(r)
	c.Comma = separator
	c.TrimLeadingSpace = separator != '\t'
	c.ReuseRecord = true
	c.FieldsPerRecord = -1 // of rows of another length we say more
	return c
}

// named reports whether a comment right above the first record has the names of its cells, as
// numpy.savetxt writes them: there are as many, several, none is a number, and a cell of the
// record is one, so that it is no header itself.
func named(comment, sample string, separator rune) bool {
	names, err := newCSV(strings.NewReader(comment), separator).Read()
	if err != nil || len(names) < 2 {
		return false
	}
	cells, err := newCSV(strings.NewReader(sample), separator).Read()
	if err != nil || len(cells) != len(names) {
		return false
	}
	numbers := 0
	for k := range names {
		if classify(strings.TrimSpace(names[k])).class != word {
			return false
		}
		if classify(strings.TrimSpace(cells[k])).class == number {
			numbers++
		}
	}
	return numbers > 0
}
