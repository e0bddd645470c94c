package data

import (
	"fmt"
	"math"
	"strconv"

	"latentspace/example"
)

// Column has one known value of each example.
type Column struct {
	example.Field
	// Values has a value for each example. For a category they are indices into its words; for an
	// ordinal the numbers that its words spell, or else indices.
	Values []float64
}

// Columns returns what is known of the first n examples of a data set, nil if nothing is known.
// Fields of several values are left out.
func Columns(ds Dataset, n int) ([]Column, error) {
	known, ok := ds.(Described)
	if !ok {
		return nil, nil
	}
	about := known.About()
	var columns []Column
	var at []int
	var levels [][]float64
	place := 0
	for _, f := range about.Fields {
		if f.Width() == 1 {
			columns, at, levels = append(columns, Column{f, make([]float64, n)}), append(at, place), append(levels, spelled(f))
		}
		place += f.Width()
	}
	row := make([]float64, about.Width())
	for i := range n {
		if err := readExact(known, i, row); err != nil {
			return nil, fmt.Errorf("data: %w", err)
		}
		for k, c := range columns {
			v := row[at[k]]
			if c.Indexed() && !(v >= 0 && v < float64(len(c.Words)) && v == math.Trunc(v)) {
				return nil, fmt.Errorf("data: %s of example %d: %v, want an index below %d", c.Name, i, v, len(c.Words))
			}
			if c.Values[i] = v; levels[k] != nil {
				c.Values[i] = levels[k][int(v)]
			}
		}
	}
	return columns, nil
}

// exact is a [Described] set with more digits than a float32 has, such as the factors of drawn
// pictures. Wrappers pass it on.
type exact interface {
	readExact(i int, dst []float64) error
}

// readExact reads what is known of an example with every digit.
func readExact(ds Described, i int, dst []float64) error {
	if e, ok := ds.(exact); ok {
		return e.readExact(i, dst)
	}
	row := make([]float32, len(dst))
	if err := readAbout(ds, i, row); err != nil {
		return err
	}
	for k, v := range row {
		dst[k] = float64(v)
	}
	return nil
}

// spelled returns the numbers that the words of an ordinal field spell, nil if a word is not a
// number.
func spelled(f example.Field) []float64 {
	if f.Kind != example.Ordinal {
		return nil
	}
	levels := make([]float64, len(f.Words))
	for k, w := range f.Words {
		v, err := strconv.ParseFloat(w, 64)
		if err != nil {
			return nil
		}
		levels[k] = v
	}
	return levels
}

// numbersAsWords are words that spell numbers to the last bit.
func numbersAsWords(numbers []float64) []string {
	words := make([]string, len(numbers))
	for k, v := range numbers {
		words[k] = strconv.FormatFloat(v, 'g', -1, 64)
	}
	return words
}

// Classes are the classes of some examples.
type Classes struct {
	Name   string   // of the field that tells them: class, or such as shape
	Names  []string // of the classes
	Labels []int    // of each example, an index into Names
}

// ClassField returns the field of a data set with the class of an example: the one called class or,
// if there is none, the first category. It returns false if neither exists.
func ClassField(ds Dataset) (example.Field, bool) {
	known, ok := ds.(Described)
	if !ok {
		return example.Field{}, false
	}
	about := known.About()
	if f, _, ok := about.Lookup(example.ClassField); ok && f.Kind == example.Category && f.Size() == 1 {
		return f, true
	}
	for _, f := range about.Fields {
		if f.Kind == example.Category && f.Size() == 1 {
			return f, true
		}
	}
	return example.Field{}, false
}

// ClassesOf returns the classes of the first n examples of a data set by its [ClassField]; nil
// where that is missing.
func ClassesOf(ds Dataset, n int) (*Classes, error) {
	f, ok := ClassField(ds)
	if !ok {
		return nil, nil
	}
	columns, err := Columns(ds, n)
	if err != nil {
		return nil, err
	}
	for _, c := range columns {
		if c.Name != f.Name {
			continue
		}
		labels := make([]int, n)
		for i, v := range c.Values {
			labels[i] = int(v)
		}
		return &Classes{f.Name, f.Words, labels}, nil
	}
	return nil, nil
}
