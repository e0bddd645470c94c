package data

import (
	"fmt"

	"latentspace/data/keyed"
	"latentspace/example"
)

// Labels are the options that take their classes from most training examples, for models that learn
// from few labels.
type Labels struct {
	// Labels is the number of training examples that keep their class, equally many of each class
	// if possible; 0 for all. They are repeated until they are a tenth of what training sees, so
	// that a batch has some. Evaluation uses all classes.
	Labels int `yaml:"labels,omitempty" run:"fixed"`
	// LabelSeed is the seed that chooses them.
	LabelSeed uint64 `yaml:"label_seed,omitempty" run:"fixed"`
}

func (l Labels) check(report report, n int) {
	switch {
	case l.Labels < 0 || l.Labels > n:
		report("labels", "%d, want how many of the %d training examples keep their class, or 0 for all", l.Labels, n)
	case l.Labels == 0 && l.LabelSeed != 0:
		report("label_seed", "%d, which says something to labels only, and that is 0", l.LabelSeed)
	}
}

// labelledShare is the least share of examples with a class in what training sees.
const labelledShare = 0.1

// unknownClass is the index of a class that is not known.
const unknownClass = -1

// partlyLabelled is a data set in which only some examples have their class. After the set itself
// these examples are repeated.
type partlyLabelled struct {
	Described
	at       int   // of the class in what is known
	kept     []int // the examples that keep their class, in order
	labelled []bool
}

// PartlyLabelled returns a data set in which n examples, chosen by a seed, keep their class,
// equally many of each class if possible. The others have the class −1. A set without classes is an
// error.
func PartlyLabelled(ds Dataset, n int, seed uint64) (Dataset, error) {
	known, ok := ds.(Described)
	if !ok {
		return nil, fmt.Errorf("data: labels: %d, of examples that have no classes", n)
	}
	f, at, ok := known.About().Lookup(example.ClassField)
	if !ok || f.Kind != example.Category {
		return nil, fmt.Errorf("data: labels: %d, of examples that have no classes", n)
	}
	classes, err := ClassesOf(ds, ds.Len())
	if err != nil {
		return nil, err
	}
	p := &partlyLabelled{Described: known, at: at, labelled: make([]bool, ds.Len())}
	order := make([]int, ds.Len())
	d := keyed.New(seed, "labels")
	d.Permute(order)
	of := make([][]int, len(classes.Names))
	for _, i := range order {
		of[classes.Labels[i]] = append(of[classes.Labels[i]], i)
	}
	for round, left := 0, min(n, ds.Len()); left > 0; round++ {
		for _, members := range of {
			if round < len(members) && left > 0 {
				p.labelled[members[round]] = true
				left--
			}
		}
	}
	for i, yes := range p.labelled {
		if yes {
			p.kept = append(p.kept, i)
		}
	}
	return p, nil
}

// Len implements [Dataset].
func (p *partlyLabelled) Len() int {
	n, kept := p.Described.Len(), len(p.kept)
	// (kept + more)/(n + more) is at least the share.
	more := (float64(labelledShare*float64(n)) - float64(kept)) / (1 - labelledShare)
	return n + max(0, int(more))
}

// place returns the index of example i in the original set.
func (p *partlyLabelled) place(i int) int {
	if n := p.Described.Len(); i >= n {
		return p.kept[(i-n)%len(p.kept)]
	}
	return i
}

// Read implements [Dataset].
func (p *partlyLabelled) Read(i int, dst []float32) error {
	if err := checkIndex(i, p.Len()); err != nil {
		return err
	}
	return p.Described.Read(p.place(i), dst)
}

// ReadAbout implements [Described].
func (p *partlyLabelled) ReadAbout(i int, dst []float32) error {
	if err := checkIndex(i, p.Len()); err != nil {
		return err
	}
	i = p.place(i)
	if err := p.Described.ReadAbout(i, dst); err != nil || p.labelled[i] {
		return err
	}
	dst[p.at] = unknownClass
	return nil
}
