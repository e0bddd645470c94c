package data

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// attribute is a column: numbers, or words as indices into classes.
type attribute struct {
	values  []float64
	classes []string       // in alphabetical order; nil for numbers
	seen    map[string]int // while words are read, their number
}

// add reads a cell.
func (c *attribute) add(cell string) error {
	if cell == "" {
		return errors.New("an empty cell, want a value")
	}
	x, err := strconv.ParseFloat(cell, 64)
	number := err == nil || errors.Is(err, strconv.ErrRange)
	switch {
	case number && (math.IsNaN(x) || math.IsInf(x, 0)):
		return fmt.Errorf("%.40q, want a finite number", cell)
	case len(c.values) == 0 && !number:
		c.seen = map[string]int{}
	case number && c.seen != nil:
		return fmt.Errorf("%.40q, want a word as in the rows above", cell)
	case !number && c.seen == nil:
		return fmt.Errorf("%.40q, want a number as in the rows above", cell)
	}
	if c.seen != nil {
		k, ok := c.seen[cell]
		if !ok {
			k = len(c.seen)
			word := string([]byte(cell)) // a row shares one string
			c.seen[word] = k
			c.classes = append(c.classes, word)
		}
		x = float64(k)
	}
	c.values = append(c.values, x)
	return nil
}

// sort puts the classes in alphabetical order, so that the order of the rows does not
// matter.
func (c *attribute) sort() {
	if c.seen == nil {
		return
	}
	slices.Sort(c.classes)
	moved := make([]float64, len(c.classes)) // from the number of a word to its place
	for place, word := range c.classes {
		moved[c.seen[word]] = float64(place)
	}
	for i, v := range c.values {
		c.values[i] = moved[int(v)]
	}
	c.seen = nil
}
