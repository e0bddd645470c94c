package example

import (
	"encoding/json"
	"strings"
	"testing"
)

func tableOf(t *Table) Schema {
	return Schema{Fields: []Field{{Name: "kind", Kind: Category, Words: []string{"a", "b"}, View: Cell}}, Table: t}
}

func TestWrongTablesAreRefused(t *testing.T) {
	kind := TableColumn{Name: "kind", Field: "kind"}
	for name, test := range map[string]struct {
		table Table
		want  string
	}{
		"a separator of two marks": {Table{Separator: ", ", Columns: []TableColumn{kind}}, `separator ", ", want a comma, a semicolon, a tab or a bar`},
		"no separator":             {Table{Columns: []TableColumn{kind}}, `separator "", want a comma`},
		"a field that is not":      {Table{Separator: ",", Columns: []TableColumn{kind, {Name: "size", Field: "size"}}}, `column 2 has the values of field "size", want one of the schema`},
		"a field twice":            {Table{Separator: ",", Columns: []TableColumn{kind, kind}}, `two columns have the values of field "kind", want one`},
		"a field without a column": {Table{Separator: ",", Columns: []TableColumn{{Name: "kind"}}}, "1 fields have no column, want one for each"},
	} {
		if err := tableOf(&test.table).Check(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", name, err, test.want)
		}
	}
}

func TestATableIsPartOfASchema(t *testing.T) {
	constant, from := "EU", 0
	s := tableOf(&Table{Separator: ";", NoHeader: true, Columns: []TableColumn{
		{Name: "", RowsFrom: &from}, {Name: "kind", Field: "kind", Label: true}, {Name: "region", Constant: &constant}, {Name: "id", Identifier: true},
	}})
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back Schema
	if err := json.Unmarshal(b, &back); err != nil || !back.Equal(s) {
		t.Errorf("%s comes back as %+v, %v", b, back, err)
	}
	for k, want := range []bool{true, true, true, false} {
		if got := s.Table.Columns[k].Written(); got != want {
			t.Errorf("column %d is written: %v, want %v", k, got, want)
		}
	}
	other := "US"
	back.Table.Columns[2].Constant = &other
	if back.Equal(s) || back.Equal(tableOf(nil)) {
		t.Error("schemas of other tables are equal")
	}
	if b, err = json.Marshal(tableOf(nil)); err != nil || strings.Contains(string(b), "table") {
		t.Errorf("a schema without a table is written as %s", b)
	}
}
