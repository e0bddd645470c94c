package export

import (
	"os"
	"path/filepath"
	"testing"

	"latentspace/example"
	"latentspace/tensor"
)

func TestRowsOfATableAreWrittenInItsForm(t *testing.T) {
	constant, from := "EU", 1
	s := example.Schema{
		Fields: []example.Field{
			{Name: "size", Kind: example.Real, View: example.Cell, Gaps: true, Column: &example.Column{
				Type: "number", Scale: &example.Scale{Numbers: []float64{1000, 3000}, Values: []float64{-1, 1}},
				Format: example.Format{Decimals: 1, Mark: ",", Group: ".", Gap: "NA"},
			}},
			{Name: "kind", Kind: example.Category, Words: []string{"red", "a;b"}, View: example.Cell},
		},
		Table: &example.Table{Separator: ";", Columns: []example.TableColumn{
			{Name: "", RowsFrom: &from}, {Name: "kind", Field: "kind"}, {Name: "id", Identifier: true},
			{Name: "region", Constant: &constant}, {Name: "size", Field: "size"},
		}},
	}
	x, err := tensor.From([]float32{0.25, 1, 0, 0, 0, 1, 9, 1, 1}, 3, 3)
	if err != nil {
		t.Fatal(err)
	}
	bare := s
	table := *s.Table
	table.NoHeader = true
	bare.Table = &table
	rows := "1;red;EU;2.250\n2;\"a;b\";EU;NA\n3;\"a;b\";EU;3.000\n"
	for _, c := range []struct {
		name, file, want string
		s                example.Schema
	}{
		{"as it was read", "t.csv", ";kind;region;size\n" + rows, s},
		{"without a header", "t.csv", rows, bare},
		{"with tabs", "t.tsv", "\tkind\tregion\tsize\n1\tred\tEU\t2.250\n2\ta;b\tEU\tNA\n3\ta;b\tEU\t3.000\n", s},
		{"without the form of a file", "t.csv", "size,kind\n2.250,red\nNA,a;b\n3.000,a;b\n", example.Schema{Fields: s.Fields}},
	} {
		file := filepath.Join(t.TempDir(), c.file)
		if err := Examples(file, c.s, x); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got, err := os.ReadFile(file); err != nil || string(got) != c.want {
			t.Errorf("%s: got %v\n%swant\n%s", c.name, err, got, c.want)
		}
	}
	if err := Examples(filepath.Join(t.TempDir(), "t.png"), s, x); err == nil {
		t.Error("a table is a picture")
	}
	for separator, want := range map[string]string{";": ".csv", "\t": ".tsv"} {
		table.Separator = separator
		if got := Extension(bare); got != want {
			t.Errorf("a table with %q has the ending %s, want %s", separator, got, want)
		}
	}
}
