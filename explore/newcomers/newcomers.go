// Package newcomers has examples that a trained model has not seen, out of the user's files.
package newcomers

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"latentspace/data"
	"latentspace/example"
	"latentspace/trained"
)

// Open reads files as examples for a model, and returns sentences about how they were read.
func Open(ctx context.Context, files []string, m *trained.Model) (*Set, []string, error) {
	var all Set
	var notes []string
	for _, file := range files {
		ds, said, err := data.Import(ctx, file, m.Schema, m.Told.About)
		if err != nil {
			return nil, nil, err
		}
		name := filepath.Base(file)
		for _, note := range said {
			notes = append(notes, name+": "+note)
		}
		all.add(name, ds)
	}
	if all.Len() == 0 {
		return nil, nil, fmt.Errorf("newcomers: there are no examples in %s", strings.Join(files, ", "))
	}
	return &all, notes, nil
}

// Set is the examples of several files, one after another.
type Set struct {
	files []string
	sets  []data.Dataset
	first []int // of each set
	n     int
}

func (c *Set) add(file string, ds data.Dataset) {
	c.files, c.sets, c.first = append(c.files, file), append(c.sets, ds), append(c.first, c.n)
	c.n += ds.Len()
}

// at is the set of an example, and its place there.
func (c *Set) at(i int) (set, place int) {
	set, found := slices.BinarySearch(c.first, i)
	for found && set+1 < len(c.first) && c.first[set+1] == i {
		set++ // those before it are empty
	}
	if !found {
		set--
	}
	return set, i - c.first[set]
}

// Len implements [data.Dataset].
func (c *Set) Len() int { return c.n }

// Schema implements [data.Dataset].
func (c *Set) Schema() example.Schema { return c.sets[0].Schema() }

// Read implements [data.Dataset].
func (c *Set) Read(i int, dst []float32) error {
	if i < 0 || i >= c.n {
		return fmt.Errorf("newcomers: example %d, want one from 0 to %d", i, c.n-1)
	}
	set, place := c.at(i)
	return c.sets[set].Read(place, dst)
}

// Name is the name of an example: what its file calls it, or else the file and its number.
func (c *Set) Name(i int) string {
	set, place := c.at(i)
	if named, ok := c.sets[set].(interface{ Name(i int) string }); ok {
		return named.Name(place)
	}
	if c.sets[set].Len() == 1 {
		return c.files[set]
	}
	return fmt.Sprintf("%s[%d]", c.files[set], place)
}

// Alike returns the examples with the same values of what is known of each.
func (c *Set) Alike(about example.Schema, row []float32) data.Described { return alike{c, about, row} }

// Known returns the examples with what their files know of each, which must be what about says.
func (c *Set) Known(about example.Schema) (data.Described, error) {
	sets := make([]data.Described, len(c.sets))
	for k, ds := range c.sets {
		d, ok := data.Knows(ds)
		if rows, isTable := ds.(interface{ Described() (data.Described, bool) }); isTable {
			d, ok = rows.Described()
		}
		if !ok || !d.About().Equal(about) {
			return nil, fmt.Errorf("newcomers: %s does not have the %s of each example as the training data do", c.files[k], strings.Join(about.Names(), ", "))
		}
		sets[k] = d
	}
	return apart{c, sets}, nil
}

// alike are newcomers of which the same is known.
type alike struct {
	*Set
	about example.Schema
	row   []float32
}

// About implements [data.Described].
func (t alike) About() example.Schema { return t.about }

// ReadAbout implements [data.Described].
func (t alike) ReadAbout(_ int, dst []float32) error {
	copy(dst, t.row)
	return nil
}

// apart are newcomers of which their files know what is known.
type apart struct {
	*Set
	known []data.Described
}

// About implements [data.Described].
func (t apart) About() example.Schema { return t.known[0].About() }

// ReadAbout implements [data.Described].
func (t apart) ReadAbout(i int, dst []float32) error {
	set, place := t.at(i)
	return t.known[set].ReadAbout(place, dst)
}
