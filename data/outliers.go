package data

import (
	"fmt"
	"slices"
	"strings"
)

// SplitNames are the names of the parts of a data set: see [Splits].
var SplitNames = []string{"train", "valid", "test", "outliers"}

// Outliers are the options that keep classes apart that training must never see, for models that
// are to notice what is unlike the rest.
type Outliers struct {
	// Outliers are the names of classes whose examples are in no split. They are a set of their
	// own, [Splits.Outliers], on which evaluation measures how well scores tell them from the test
	// set.
	Outliers []string `yaml:"outliers,omitempty" run:"fixed"`
}

// check reports a class that is there twice.
func (o Outliers) check(report report) {
	for k, name := range o.Outliers {
		if slices.Contains(o.Outliers[:k], name) {
			report("outliers", "%q twice", name)
		}
	}
}

// setApart moves the examples of classes out of every split.
func (s *Splits) setApart(o Outliers) error {
	if len(o.Outliers) == 0 {
		return nil
	}
	field, ok := ClassField(s.Train)
	if !ok {
		return fmt.Errorf("data: outliers: %s, of examples that have no classes", strings.Join(o.Outliers, ", "))
	}
	out := make([]bool, len(field.Words))
	for _, name := range o.Outliers {
		k := slices.Index(field.Words, name)
		if k < 0 {
			return fmt.Errorf("data: outliers: no class %q, want some of %s", name, strings.Join(field.Words, ", "))
		}
		out[k] = true
	}
	var apart []Dataset
	for _, split := range []*Dataset{&s.Train, &s.Valid, &s.Test} {
		classes, err := ClassesOf(*split, (*split).Len())
		if err != nil {
			return err
		}
		var stay, leave []int
		for i, label := range classes.Labels {
			if out[label] {
				leave = append(leave, i)
			} else {
				stay = append(stay, i)
			}
		}
		apart = append(apart, Subset(*split, leave))
		*split = Subset(*split, stay)
	}
	if s.Train.Len() == 0 {
		return fmt.Errorf("data: outliers: %s, which leaves no examples to train on", strings.Join(o.Outliers, ", "))
	}
	s.Outliers = joined(apart)
	return nil
}

// joined is described sets of one schema, one after another.
func joined(sets []Dataset) Dataset {
	j := chain{Described: sets[0].(Described), sets: sets}
	for _, s := range sets {
		j.n += s.Len()
	}
	return j
}

// chain is sets one after another.
type chain struct {
	Described // the first, for what is the same of all
	sets      []Dataset
	n         int
}

// Len implements [Dataset].
func (c chain) Len() int { return c.n }

// at returns the set that has example i, and its place there.
func (c chain) at(i int) (Described, int, error) {
	if err := checkIndex(i, c.n); err != nil {
		return nil, 0, err
	}
	k := 0
	for i >= c.sets[k].Len() {
		i -= c.sets[k].Len()
		k++
	}
	return c.sets[k].(Described), i, nil
}

// Read implements [Dataset].
func (c chain) Read(i int, dst []float32) error {
	s, at, err := c.at(i)
	if err != nil {
		return err
	}
	return s.Read(at, dst)
}

// ReadAbout implements [Described].
func (c chain) ReadAbout(i int, dst []float32) error {
	s, at, err := c.at(i)
	if err != nil {
		return err
	}
	return s.ReadAbout(at, dst)
}

func (c chain) readExact(i int, dst []float64) error {
	s, at, err := c.at(i)
	if err != nil {
		return err
	}
	return readExact(s, at, dst)
}
