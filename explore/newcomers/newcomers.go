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

// Open reads files as examples for a model that was trained on a source, and returns sentences about
// how they were read.
func Open(ctx context.Context, files []string, m *trained.Model, source data.Source) (*Set, []string, error) {
	var all Set
	var notes []string
	for _, file := range files {
		ds, said, err := data.Import(ctx, file, source, m.Schema, m.Told.About)
		if err != nil {
			return nil, nil, err
		}
		name := called(file)
		for _, note := range said {
			if !strings.HasPrefix(note, name) {
				note = name + ": " + note
			}
			notes = append(notes, note)
		}
		all.add(name, ds)
	}
	if all.Len() == 0 {
		return nil, nil, fmt.Errorf("newcomers: there are no examples in %s", strings.Join(files, ", "))
	}
	return &all, notes, nil
}

// called is the name of a file without its folder, and the beginning of a text that is none.
func called(file string) string {
	const most = 60
	if runes := []rune(file); len(runes) > most && strings.Contains(file, " ") {
		return string(runes[:most-1]) + "…"
	}
	return filepath.Base(file)
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
