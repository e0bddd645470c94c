package data

import (
	"fmt"
	"slices"
	"strings"

	"latentspace/data/columns"
	"latentspace/data/table"
	"latentspace/example"
)

// match finds the columns of a file that a schema has, and that of the names of rows, −1 for none.
func match(t *table.Table, s, about example.Schema) (places []*newColumn, name int, notes []string, err error) {
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
	places, name = make([]*newColumn, len(t.Columns)), -1
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
		place := &newColumn{field: -1, label: c.Label, mark: markOfColumn(t.Columns[k])}
		switch {
		case c.Field != "":
			place.field = slices.IndexFunc(s.Fields, func(f example.Field) bool { return f.Name == c.Field })
			place.at, place.parser = starts[c.Field], columns.NewParser(s.Fields[place.field])
			if place.mark == 0 {
				place.mark, place.other = fieldMarks(s.Fields[place.field])
			}
			found[c.Field] = true
		case c.Label && len(about.Fields) > 0:
			place.mark, place.parser = max(place.mark, '.'), columns.NewParser(about.Fields[0])
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
		notes = append(notes, "passed over, since the model has not learned them: "+some(extra))
	}
	if len(absent) > 0 {
		notes = append(notes, "missing in every row, since the file has no such columns: "+some(absent))
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

// markOfColumn is the mark of decimals of a column of numbers, 0 of others.
func markOfColumn(c *table.Column) byte {
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

// some lists the first of some names.
func some(names []string) string {
	const most = 20
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}
