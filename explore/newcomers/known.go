package newcomers

import (
	"fmt"
	"slices"
	"strings"

	"latentspace/data"
	"latentspace/example"
)

// Known returns the examples with what about says of each, out of what their files know: fields are
// found by their names, and classes by their words.
func (c *Set) Known(about example.Schema) (data.Described, error) {
	out := known{Set: c, about: about}
	for k, ds := range c.sets {
		d, ok := example.Knows(ds)
		if rows, isTable := ds.(interface{ Described() (data.Described, bool) }); isTable {
			d, ok = rows.Described()
		}
		if !ok {
			return nil, fmt.Errorf("newcomers: %s has no %s of its examples", c.files[k], strings.Join(about.Names(), ", "))
		}
		t, err := translationOf(d, about)
		if err != nil {
			return nil, fmt.Errorf("newcomers: %s %w", c.files[k], err)
		}
		out.of = append(out.of, t)
	}
	return out, nil
}

// known are newcomers with what their files know, as a model is told it.
type known struct {
	*Set
	about example.Schema
	of    []translation // of each file
}

// About implements [data.Described].
func (k known) About() example.Schema { return k.about }

// ReadAbout implements [data.Described].
func (k known) ReadAbout(i int, dst []float32) error {
	set, place := k.at(i)
	if err := k.of[set].read(place, dst); err != nil {
		return fmt.Errorf("newcomers: %s %w", k.Name(i), err)
	}
	return nil
}

// translation is how what a file knows becomes what a model is told.
type translation struct {
	from   data.Described
	fields []translated
}

// translated is a value of a row, at a place of the file's.
type translated struct {
	of, to example.Field
	at     int
}

// translationOf finds the fields of a model among those of a file.
func translationOf(from data.Described, about example.Schema) (translation, error) {
	t := translation{from: from}
	theirs := from.About()
	for _, f := range about.Fields {
		of, at, ok := theirs.Lookup(f.Name)
		if !ok || of.Indexed() != f.Indexed() || of.Width() != 1 || f.Width() != 1 {
			return t, fmt.Errorf("has no %s of its examples as the training data have it", f.Name)
		}
		t.fields = append(t.fields, translated{of, f, at})
	}
	return t, nil
}

// read reads what is known of an example.
func (t translation) read(i int, dst []float32) error {
	row := make([]float32, t.from.About().Width())
	if err := t.from.ReadAbout(i, row); err != nil {
		return err
	}
	for k, f := range t.fields {
		v := row[f.at]
		if f.to.Indexed() {
			word := ""
			if int(v) >= 0 && int(v) < len(f.of.Words) {
				word = f.of.Words[int(v)]
			}
			v = float32(slices.Index(f.to.Words, word))
			if v < 0 {
				return fmt.Errorf("has the %s %q, want one of those of the training data: %s", f.to.Name, word, strings.Join(f.to.Words, ", "))
			}
		}
		dst[k] = v
	}
	return nil
}
