package table

import (
	"fmt"
	"strconv"
	"strings"
)

// Kind is what a column has.
type Kind int

// The kinds of columns. Those from RowNumbers on are no attributes of anything, or cannot be
// read without a doubt, and [Column.Why] says so.
const (
	Numbers     Kind = iota
	Words            // names of classes
	RowNumbers       // 0, 1, 2, … or 1, 2, 3, …, in a first column without a name
	Identifiers      // words of which nearly every row has its own
	Dates            // more than 20 different days or times
	Empty            // every cell is missing
	Mixed            // numbers among words, or of two formats
	Unclear          // numbers that can be read in two ways
)

// few is how many different cells a column may have to be one of classes although it has
// numbers among words, or dates.
const few = 20

// Column is a column of a table.
type Column struct {
	Name    string // without blanks around it; a first column, or an empty one, may have none
	Kind    Kind
	Why     string // for the kinds from RowNumbers on: why it is left out
	Missing int    // cells

	place   int      // in the header, from 0
	mark    byte     // of decimals
	group   rune     // between thousands; 0 for none
	percent bool     // numbers are percentages
	marked  bool     // some number is no whole one, or has thousands apart
	note    string   // what else should be known of how it is read
	gaps    []string // spellings of missing cells, as they come
}

// Label is the column's name, or its number in the table.
func (c *Column) Label() string {
	if c.Name == "" {
		return fmt.Sprintf("%d (without a name)", c.place+1)
	}
	return shown(c.Name)
}

// Number returns the number of a cell of a column of [Numbers], without the blanks around it,
// rounded once to that many bits. Percentages keep their size: 12 % is 12. A cell that is
// none, and one beyond the range of those bits, is an error.
func (c *Column) Number(cell string, bits int) (float64, error) {
	mark := c.mark
	if mark == 0 { // of no column of numbers
		mark = '.'
	}
	return ParseNumber(cell, mark, bits)
}

// ParseNumber is [Column.Number] of a column whose decimals follow a mark, a point or a comma.
func ParseNumber(cell string, mark byte, bits int) (float64, error) {
	n, ok := parseNumeral(cell, mark)
	if !ok {
		return 0, fmt.Errorf("%.40q, want a number", cell)
	}
	v, err := strconv.ParseFloat(n.text, bits)
	if err != nil {
		return 0, fmt.Errorf("%.40q, want a number within the range of %d bits", cell, bits)
	}
	return v, nil
}

// Marks returns how a column of [Numbers] is written: the mark of decimals, that between thousands,
// 0 for none, and whether a percent sign follows.
func (c *Column) Marks() (decimal byte, group rune, percent bool) { return c.mark, c.group, c.percent }

// shown is a name as a message has it: in quotes where it would not be seen as it is.
func shown(name string) string {
	q := strconv.Quote(name)
	if len(name) > 40 {
		return fmt.Sprintf("%.40q…", name)
	}
	if q[1:len(q)-1] != name || strings.ContainsAny(name, " ,;:") {
		return q
	}
	return name
}

// stats is what the cells of a column are, one by one.
type stats struct {
	count [classes]int32
	first [classes]int32 // line of the first of a class

	onlyPoint, onlyComma int32 // the first line with a number by one reading alone
	differ               int32 // the first line with two readings that differ
	twoReadings          string
	differByPoint        bool // of those some have a point
	differByComma        bool // some have a comma

	plain, percent         int32
	groupPoint, groupComma rune   // between thousands, with decimal points and with decimal commas
	odd                    string // the first word or date
	oddLine                int32
	different              []uint64
	asName                 int32 // the first line where the cell is the column's name
}

// add looks at a cell.
func (s *stats) add(c *Column, text string, line int32) {
	k := classify(text)
	if s.count[k.class]++; s.first[k.class] == 0 {
		s.first[k.class] = line
	}
	switch k.class {
	case gap:
		c.addGap(text)
		return
	case number:
		s.addNumber(k, text, line)
	case word, date:
		if s.odd == "" {
			s.odd, s.oddLine = strings.Clone(text[:min(len(text), 100)]), line
		}
		if s.asName == 0 && text == c.Name {
			s.asName = line
		}
	}
	if len(s.different) <= few {
		h := hash(text)
		for _, d := range s.different {
			if d == h {
				return
			}
		}
		s.different = append(s.different, h)
	}
}

func (s *stats) addNumber(k cell, text string, line int32) {
	if k.plain {
		s.plain++
	}
	if k.percent {
		s.percent++
	}
	switch {
	case !k.comma && s.onlyPoint == 0:
		s.onlyPoint = line
	case !k.point && s.onlyComma == 0:
		s.onlyComma = line
	case k.differ:
		if s.differ == 0 {
			s.differ, s.twoReadings = line, strings.Clone(text[:min(len(text), 100)])
		}
		s.differByPoint = s.differByPoint || strings.Contains(text, ".")
		s.differByComma = s.differByComma || strings.Contains(text, ",")
	}
	if k.point && k.pointGroup != 0 {
		s.groupPoint = k.pointGroup
	}
	if k.comma && k.commaGroup != 0 {
		s.groupComma = k.commaGroup
	}
}

// addGap keeps the spelling of a missing cell.
func (c *Column) addGap(text string) {
	c.Missing++
	for _, g := range c.gaps {
		if g == text {
			return
		}
	}
	c.gaps = append(c.gaps, strings.Clone(text))
}

// hash is that of Fowler, Noll and Vo, 1a, of 64 bits.
func hash(text string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * 1099511628211
	}
	return h
}

// resolve says what the column is, but for numbers that the table's other columns must
// say the readings of: their mark stays 0.
func (c *Column) resolve(s *stats) {
	numbers, codes, dates, words := s.count[number], s.count[code], s.count[date], s.count[word]
	known := numbers + codes + dates + words
	switch {
	case known == 0:
		c.leave(Empty, "every cell is missing")
	case numbers == known:
		c.resolveNumbers(s)
	case codes > 0 && numbers+codes == known && s.plain == numbers:
		c.Kind, c.note = Words, "digits that begin with a zero, taken for words"
	case dates == known && len(s.different) > few:
		c.leave(Dates, fmt.Sprintf("more than %d different dates or times; a number, such as days since the first, or a class, such as the year, can be an attribute", few))
	case dates == known:
		c.Kind, c.note = Words, "dates, taken for words"
	case numbers+codes == 0:
		c.Kind = Words
	case len(s.different) <= few || words+dates >= numbers+codes:
		c.Kind, c.note = Words, "numbers among words, taken for words"
	case words+dates == 0:
		c.leave(Mixed, fmt.Sprintf("line %d has digits that begin with a zero among numbers with marks, want numbers alone or words alone", s.first[code]))
	default:
		c.leave(Mixed, fmt.Sprintf("line %d has %.40q among numbers, want numbers alone or words alone", s.oddLine, s.odd))
	}
}

// resolveNumbers finds the mark of decimals where the column has a number by one reading alone.
func (c *Column) resolveNumbers(s *stats) {
	c.Kind = Numbers
	switch {
	case s.percent > 0 && s.percent < s.count[number]:
		c.leave(Mixed, "some of its numbers have a percent sign and some have none")
	case s.onlyPoint > 0 && s.onlyComma > 0:
		c.leave(Mixed, fmt.Sprintf("line %d has a number with a decimal point and line %d one with a decimal comma", s.onlyPoint, s.onlyComma))
	case s.onlyPoint > 0:
		c.read(s, '.')
	case s.onlyComma > 0:
		c.read(s, ',')
	case s.differ == 0:
		c.read(s, '.') // whole numbers, the same either way
	}
}

// read sets how numbers are read.
func (c *Column) read(s *stats, mark byte) {
	c.mark, c.group, c.percent = mark, s.groupPoint, s.percent > 0
	c.marked = s.onlyPoint > 0 || s.differ > 0
	if mark == ',' {
		c.group = s.groupComma
	}
}

func (c *Column) leave(k Kind, why string) { c.Kind, c.Why = k, why }

// unclear leaves a column out whose numbers can be read in two ways.
func (c *Column) unclear(s *stats) {
	point, _ := parseNumeral(s.twoReadings, '.')
	comma, _ := parseNumeral(s.twoReadings, ',')
	c.leave(Unclear, fmt.Sprintf("%.40q in line %d is %.20s if decimals follow a point and %.20s if they follow a comma, and nothing in the table tells which; -dialect %s or -dialect %s does",
		s.twoReadings, s.differ, point.text, comma.text, decimalPoint, decimalComma))
}
