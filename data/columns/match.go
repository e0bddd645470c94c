package columns

import (
	"fmt"
	"slices"
	"strings"

	"latentspace/data/table"
	"latentspace/example"
)

// Place is where the cells of a column of a new file belong.
type Place struct {
	Field int  // of the schema, −1 for none
	At    int  // of the field's values in a row
	Label bool // the column has the class

	parser *Parser
	mark   byte // of decimals
	other  byte // that a number may have instead, where its column does not tell; 0 for none

	strange int // cells
	text    string
	line    int // of the first of them
}

// Parse returns the value of a cell. Strange ones are counted.
func (p *Place) Parse(text string, line int) (float32, State) {
	v, state := p.parser.Parse(text, p.mark)
	if state == Strange && p.other != 0 {
		v, state = p.parser.Parse(text, p.other)
	}
	if state == Strange {
		if p.strange++; p.strange == 1 {
			p.text, p.line = text, line
		}
	}
	return v, state
}

// Strangers says which cells of the columns of a file the model cannot know.
func Strangers(t *table.Table, places []*Place) (notes []string) {
	for k, p := range places {
		if p == nil || p.strange == 0 {
			continue
		}
		cells, are := "cells", "are"
		if p.strange == 1 {
			cells, are = "cell", "is"
		}
		notes = append(notes, fmt.Sprintf("column %s: %d %s that the model has not learned, such as %.40q in line %d, %s taken for missing",
			t.Columns[k].Label(), p.strange, cells, p.text, p.line, are))
	}
	const most = 12
	if n := len(notes); n > most {
		notes = append(notes[:most], fmt.Sprintf("and %d more columns with cells that the model has not learned", n-most))
	}
	return notes
}

// Match finds for each column of a file its place in a schema, nil for none, and the column that
// has the names of rows, −1 for none. A file that has none of the columns is an error.
func Match(t *table.Table, s, about example.Schema) (places []*Place, name int, notes []string, err error) {
	known := s.Table
	if known == nil {
		known = &example.Table{}
		for _, f := range s.Fields {
			known.Columns = append(known.Columns, example.TableColumn{Name: f.Name, Field: f.Name})
		}
	}
	of, err := pair(t, known)
	if err != nil {
		return nil, -1, nil, err
	}
	places, name = make([]*Place, len(t.Columns)), -1
	at, starts := 0, map[string]int{}
	for _, f := range s.Fields {
		starts[f.Name] = at
		at += f.Width()
	}
	found := map[string]bool{}
	var extra []string
	for k, c := range of {
		if c == nil {
			extra = append(extra, t.Columns[k].Label())
			continue
		}
		if c.Identifier && name < 0 {
			name = k
		}
		place := &Place{Field: -1, Label: c.Label, mark: markOf(t.Columns[k])}
		switch {
		case c.Field != "":
			place.Field = slices.IndexFunc(s.Fields, func(f example.Field) bool { return f.Name == c.Field })
			place.At, place.parser = starts[c.Field], NewParser(s.Fields[place.Field])
			if place.mark == 0 {
				place.mark, place.other = fieldMarks(s.Fields[place.Field])
			}
			found[c.Field] = true
		case c.Label && len(about.Fields) > 0:
			place.parser = NewParser(about.Fields[0])
			if place.mark == 0 {
				place.mark, place.other = '.', ','
			}
		default:
			continue
		}
		places[k] = place
	}
	if len(found) == 0 {
		return nil, -1, nil, fmt.Errorf("none of its columns is one that the model has learned, want %.400s", strings.Join(s.Names(), ", "))
	}
	var absent []string
	for _, f := range s.Fields {
		if !found[f.Name] {
			absent = append(absent, f.Name)
		}
	}
	if len(extra) > 0 {
		notes = append(notes, "passed over, since the model has not learned them: "+clipped(extra, 20))
	}
	if len(absent) > 0 {
		notes = append(notes, "missing in every row, since the file has no such columns: "+clipped(absent, 20))
	}
	return places, name, notes, nil
}

// pair returns for each column of a file what is known of it, nil for nothing.
func pair(t *table.Table, known *example.Table) ([]*example.TableColumn, error) {
	of := make([]*example.TableColumn, len(t.Columns))
	if t.HasHeader() && !known.NoHeader {
		names, folded := map[string]*example.TableColumn{}, map[string]*example.TableColumn{}
		for k := range known.Columns {
			c := &known.Columns[k]
			names[c.Name], folded[strings.ToLower(c.Name)] = c, c
		}
		taken := map[*example.TableColumn]bool{}
		for k, c := range t.Columns {
			of[k] = names[c.Name]
			taken[of[k]] = true
		}
		for k, c := range t.Columns {
			if other := folded[strings.ToLower(c.Name)]; of[k] == nil && !taken[other] {
				of[k] = other
			}
		}
		return of, nil
	}
	// By place: all columns, or those that are written again, or those without the label.
	var wanted []string
	for _, keep := range []func(c example.TableColumn) bool{
		func(example.TableColumn) bool { return true },
		example.TableColumn.Written,
		func(c example.TableColumn) bool { return !c.Label },
		func(c example.TableColumn) bool { return c.Written() && !c.Label },
	} {
		var part []*example.TableColumn
		for k := range known.Columns {
			if keep(known.Columns[k]) {
				part = append(part, &known.Columns[k])
			}
		}
		if len(part) == len(of) {
			return part, nil
		}
		if n := fmt.Sprint(len(part)); !slices.Contains(wanted, n) {
			wanted = append(wanted, n)
		}
	}
	return nil, fmt.Errorf("%d columns without names that the model knows, want %s as in the file that it has learned from", len(of), strings.Join(wanted, " or "))
}

// markOf is the mark of decimals of a column of numbers, 0 of others.
func markOf(c *table.Column) byte {
	if mark, _, _ := c.Marks(); c.Kind == table.Numbers {
		return mark
	}
	return 0
}

// fieldMarks are the mark of decimals that a field was read with, and the other one.
func fieldMarks(f example.Field) (mark, other byte) {
	if f.Column != nil && f.Column.Format.Mark == "," {
		return ',', '.'
	}
	return '.', ','
}
