package explore

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"latentspace/data/columns"
	"latentspace/example"
	"latentspace/experiments"
	"latentspace/tensor"
	"latentspace/trained"
	"latentspace/training"
)

// coded are codes X (n, dim) and, for a model with conditions, what is known of each, About.
type coded = trained.Examples

// held returns the conditions that are the same for all decoded examples, by name.
func (o Options) held(m *training.Trained) (map[string]float32, error) {
	held := map[string]float32{}
	for _, name := range slices.Sorted(maps.Keys(o.Conditions)) {
		word := o.Conditions[name]
		if !slices.Contains(m.Conditional(), name) {
			return nil, fmt.Errorf("explore: -given %s=%s: %w", name, word, m.Lacks(fmt.Sprintf("condition %q", name)))
		}
		f, _, _ := m.Told.About.Lookup(name)
		v, err := valueOf(f, word)
		if err != nil {
			return nil, err
		}
		held[name] = v
	}
	return held, nil
}

// valueOf returns the value of a condition that is given as a word: for a class, its name or its
// index.
func valueOf(f example.Field, word string) (float32, error) {
	if f.Column != nil {
		return cellOf(f, word)
	}
	if !f.Indexed() {
		v, err := strconv.ParseFloat(word, 32)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return 0, experiments.Usagef("-given %s=%s, want a number", f.Name, word)
		}
		return float32(v), nil
	}
	if k := slices.Index(f.Words, word); k >= 0 {
		return float32(k), nil
	}
	if k, err := strconv.Atoi(word); err == nil && k >= 0 && k < len(f.Words) {
		return float32(k), nil
	}
	return 0, experiments.Usagef("-given %s=%s, want one of %s", f.Name, word, strings.Join(f.Words, ", "))
}

// cellOf returns the value of a field of a table by the text of a cell.
func cellOf(f example.Field, text string) (float32, error) {
	if !f.Column.Numeric() {
		v, state := columns.NewParser(f).Parse(text, '.')
		if state != columns.Known {
			return 0, experiments.Usagef("-given %s=%s, want one of %s", f.Name, text, strings.Join(f.Words, ", "))
		}
		return v, nil
	}
	x, err := numberOf(f, text)
	if err != nil {
		return 0, err
	}
	return columns.Value(f, x), nil
}

// numberOf returns the number of the text of a cell, one of those that the column can have.
func numberOf(f example.Field, text string) (float64, error) {
	c := f.Column
	want := "a number"
	switch {
	case c.Format.Date != "":
		want = "a date as the file has them"
	case c.Type == string(columns.Integer):
		want = "a whole number"
	}
	x, state := columns.NewParser(f).Number(text, '.')
	if state != columns.Known || c.Type == string(columns.Integer) && x != math.Round(x) {
		return 0, experiments.Usagef("-given %s=%s, want %s", f.Name, text, want)
	}
	if lo, hi := c.Range(); x < lo || x > hi {
		return 0, experiments.Usagef("-given %s=%s, want %s from %s to %s, as the training rows have", f.Name, text, want, columns.Write(lo, c.Format), columns.Write(hi, c.Format))
	}
	return x, nil
}

// exactly is the schema in which the given values of fields stand for the numbers that were said, and
// not for any of their bin.
func (o Options) exactly(s example.Schema, given map[int]float32) (example.Schema, error) {
	s.Fields = slices.Clone(s.Fields)
	for k, v := range given {
		f := &s.Fields[k]
		if f.Column == nil || !f.Column.Numeric() {
			continue
		}
		x, err := numberOf(*f, o.Conditions[f.Name])
		if err != nil {
			return s, err
		}
		only := f.Column.Only(float64(v), x)
		f.Column = &only
	}
	return s, nil
}

// Told is what the model is told of n draws, (n, width), nil for a model without conditions.
func (o Options) Told(m *training.Trained, n int) (*tensor.Tensor, error) {
	held, err := o.held(m)
	if err != nil {
		return nil, err
	}
	return m.Model.Conditions(n, o.Seed, held)
}

// condition returns the conditions of draw i, n times.
func (o Options) condition(m *training.Trained, i, n int) (*tensor.Tensor, error) {
	all, err := o.Told(m, i+1)
	if all == nil || err != nil {
		return nil, err
	}
	return repeated(all, i, n), nil
}

// repeated returns row i of a matrix n times; nil for nil.
func repeated(rows *tensor.Tensor, i, n int) *tensor.Tensor {
	if rows == nil {
		return nil
	}
	d := rows.Shape[1]
	out := tensor.New(n, d)
	for k := range n {
		copy(out.Data[k*d:(k+1)*d], rows.Data[i*d:(i+1)*d])
	}
	return out
}

// rowsOf returns n rows of a matrix, from first on; nil for nil.
func rowsOf(rows *tensor.Tensor, first, n int) *tensor.Tensor {
	if rows == nil {
		return nil
	}
	d := rows.Shape[1]
	return &tensor.Tensor{Shape: []int{n, d}, Data: rows.Data[first*d : (first+n)*d]}
}

// hold sets the held conditions in all rows; nil stays nil.
func (o Options) hold(m *training.Trained, about *tensor.Tensor) (*tensor.Tensor, error) {
	held, err := o.held(m)
	if err != nil || about == nil || len(held) == 0 {
		return about, err
	}
	out := about.Clone()
	d := out.Shape[1]
	for name, v := range held {
		_, at, _ := m.Told.About.Lookup(name)
		for i := range out.Shape[0] {
			out.Data[i*d+at] = v
		}
	}
	return out, nil
}

// fields divides the given conditions into values of the fields of a row, by the index of the
// field, and those that the model is told.
func (o Options) fields(m *training.Trained) (given map[int]float32, told Options, err error) {
	given, told = map[int]float32{}, o
	told.Conditions = map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(o.Conditions)) {
		k := -1
		if m.Schema.IsTable() && !slices.Contains(m.Conditional(), name) {
			k = slices.Index(m.Schema.Names(), name)
			if k < 0 {
				return nil, told, experiments.Usagef("-given %s=…: no column of that name, want one of %s", name, strings.Join(m.Schema.Names(), ", "))
			}
		}
		if k < 0 {
			told.Conditions[name] = o.Conditions[name]
			continue
		}
		if given[k], err = valueOf(m.Schema.Fields[k], o.Conditions[name]); err != nil {
			return nil, told, err
		}
	}
	return given, told, nil
}
