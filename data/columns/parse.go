package columns

import (
	"math"
	"strings"

	"latentspace/data/table"
	"latentspace/example"
)

// Parser makes values of the cells of a field, as those were made that its model has learned from.
type Parser struct {
	field   example.Field
	words   map[string]int
	folded  map[string]int  // of a boolean, in lower case
	numbers map[float64]int // words that are numbers
}

// State is what came of a cell.
type State int

// The states of cells. The value of one that is not known is 0.
const (
	Known   State = iota
	Missing       // it is one of the spellings of none
	Strange       // it is a word that the model has not learned, or no number where it wants one
)

// NewParser returns a parser of a field.
func NewParser(f example.Field) *Parser {
	p := &Parser{field: f}
	c := f.Column
	if !f.Indexed() || c != nil && len(c.Bins) > 0 {
		return p
	}
	p.words, p.numbers = make(map[string]int, len(f.Words)), map[float64]int{}
	for k, w := range f.Words {
		p.words[w] = k
		if x, err := table.ParseNumber(w, '.', 64); err == nil {
			p.numbers[x] = k
		}
	}
	if c != nil && c.Type == string(Boolean) {
		p.folded = map[string]int{}
		for k, w := range f.Words {
			for _, pair := range booleans {
				if strings.EqualFold(w, pair[0]) || strings.EqualFold(w, pair[1]) {
					p.folded[strings.ToLower(w)] = k
				}
			}
		}
	}
	return p
}

// Parse returns the value of a cell, without the blanks around it. Decimals follow the mark, a
// point or a comma.
func (p *Parser) Parse(text string, mark byte) (float32, State) {
	if table.Missing(text) {
		return 0, Missing
	}
	if p.words != nil {
		return p.word(text, mark)
	}
	x, state := p.Number(text, mark)
	if state != Known {
		return 0, state
	}
	return Value(p.field, x), Known
}

// Number returns the number of a cell of a column of numbers or dates, as [Amount] has it.
func (p *Parser) Number(text string, mark byte) (float64, State) {
	c := p.field.Column
	switch {
	case table.Missing(text):
		return 0, Missing
	case c == nil || p.words != nil:
		return 0, Strange
	case c.Format.Date != "":
		if x, ok := readDate(text, c.Format.Date); ok {
			return x, Known
		}
		return 0, Strange
	}
	x, err := table.ParseNumber(text, mark, 64)
	if err != nil || math.IsInf(x, 0) {
		return 0, Strange
	}
	return x, Known
}

func (p *Parser) word(text string, mark byte) (float32, State) {
	k, ok := p.words[text]
	if !ok {
		k, ok = p.folded[strings.ToLower(text)]
	}
	if x, err := table.ParseNumber(text, mark, 64); !ok && err == nil {
		k, ok = p.numbers[x]
	}
	if !ok {
		return 0, Strange
	}
	return float32(k), Known
}
