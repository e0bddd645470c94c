package columns

import (
	"fmt"
	"slices"
	"strings"
)

// labelled is what a column of classes is called, in the order of preference.
var labelled = []string{"class", "label", "target", "y", "outcome", "diagnosis", "species", "income", "category", "churn", "default"}

// Classes that a label has where none is named: as many as a person counts.
const (
	leastClasses = 2
	mostClasses  = 20
)

// findLabel chooses the column that has the class.
func (f *File) findLabel(o Options) error {
	for _, c := range f.Columns {
		if c.asked != Label && c.Name != o.Label {
			continue
		}
		if f.Labelled() != nil {
			return fmt.Errorf("columns %q and %q are both the label, want one", f.Labelled().Name, c.Name)
		}
		if c.Type != Category && c.Type != Boolean && c.Type != Ordinal {
			return fmt.Errorf("column %q: it is to be the label, but it is %s (%s)", c.Name, c.Type, c.Why)
		}
		c.Label = true
	}
	if f.Labelled() != nil || o.Label == NoLabel {
		return nil
	}
	var learned []*Column
	for _, c := range f.Columns {
		if c.Learned() && c.asked != Bins && c.asked != string(Number) {
			learned = append(learned, c)
		}
	}
	if len(learned) < 2 {
		return nil // a class alone says nothing
	}
	for _, name := range labelled {
		for _, c := range learned {
			if strings.EqualFold(c.Name, name) && c.classes() {
				c.becomeLabel("as it is called")
				return nil
			}
		}
	}
	for _, c := range []*Column{learned[len(learned)-1], learned[0]} {
		if c.classes() {
			where := "the last column that is learned"
			if c == learned[0] {
				where = "the first column that is learned"
			}
			c.becomeLabel(where)
			return nil
		}
	}
	return nil
}

// Labelled returns the column of the class, nil if there is none.
func (f *File) Labelled() *Column {
	if k := slices.IndexFunc(f.Columns, func(c *Column) bool { return c.Label }); k >= 0 {
		return f.Columns[k]
	}
	return nil
}

// classes reports whether the column may have classes although nobody said so.
func (c *Column) classes() bool {
	n := len(c.cells.texts)
	switch c.Type {
	case Integer:
		n = len(c.cells.different(mostClasses))
		if c.cells.known() < 5*n {
			return false
		}
	case Category, Boolean, Ordinal:
		if c.cells.numeric { // 0 and 1
			n = leastClasses
		}
	default:
		return false
	}
	return n >= leastClasses && n <= mostClasses && 20*c.cells.missing <= c.cells.rows()
}

// becomeLabel makes the column that of the class.
func (c *Column) becomeLabel(why string) {
	c.Label = true
	c.Why += "; the label, " + why
	if c.Type == Integer {
		c.Type = Category // whole numbers as words
	}
	if c.cells.numeric {
		c.cells.spell(c.format())
		c.cells.arrange(byNumber)
	}
}

// Words are the words of a column of words, in the order of [File.Class] for the label.
func (c *Column) Words() []string { return slices.Clone(c.cells.texts) }
