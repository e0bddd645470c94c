package data

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/example"
)

// imported reads a table as new rows of a data set.
func imported(t *testing.T, ds Dataset, text string) (*NewRows, []string, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "new.csv")
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	var about example.Schema
	if known, ok := example.Knows(ds); ok {
		about = known.About()
	}
	r, notes, err := ImportTable(context.Background(), file, ds.Schema(), about)
	if err != nil {
		err = errorOf(strings.ReplaceAll(err.Error(), file, "new.csv"))
	}
	return r, notes, err
}

type errorOf string

func (e errorOf) Error() string { return string(e) }

// values returns the values of a row's field, and whether it is missing.
func valueOf(t *testing.T, r *NewRows, i int, field string) (float32, bool) {
	t.Helper()
	row := make([]float32, r.Schema().Width())
	if err := r.Read(i, row); err != nil {
		t.Fatal(err)
	}
	_, at, ok := r.Schema().Lookup(field)
	if !ok {
		t.Fatalf("no field %s", field)
	}
	k := slices.Index(r.Schema().Names(), field)
	return row[at], r.Missing(i)[k]
}

func TestNewRowsAreFoundByTheirNames(t *testing.T) {
	text := customers(240)
	train := opened(t, tableFile(t, text)).Train
	same, notes, err := imported(t, train, text)
	if err != nil || len(notes) != 1 || same.Len() != 240 || same.Name(7) != "c007" || same.Cells(7)[7] != "no" || same.Header()[1] != "age" {
		t.Fatalf("the file itself: %v, %q", err, notes)
	}
	if known, ok := same.Described(); !ok || known.Len() != 240 {
		t.Error("the classes of the file itself are not known")
	}
	r, notes, err := imported(t, train, "Plan;kind;comment;age;size\nhigh;purple;good;25;1,5\nlow;red;bad;;big\n")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"new.csv: semicolons, header, 2 rows; column age: 1 missing (empty); column size: numbers among words, taken for words",
		"passed over, since the model has not learned them: comment",
		"missing in every row, since the file has no such columns: joined, churned",
		`column kind: 1 cell that the model has not learned, such as "purple" in line 2, is taken for missing`,
		`column size: 1 cell that the model has not learned, such as "big" in line 3, is taken for missing`,
	}
	if len(notes) != len(want) || !slices.Equal(notes, want) {
		t.Errorf("the notes say\n%s\nwant\n%s", strings.Join(notes, "\n"), strings.Join(want, "\n"))
	}
	for _, c := range []struct {
		row     int
		field   string
		missing bool
	}{
		{0, "plan", false}, {0, "kind", true}, {0, "age", false}, {0, "size", false}, {0, "churned", true}, {0, "joined", true},
		{1, "plan", false}, {1, "kind", false}, {1, "age", true}, {1, "size", true},
	} {
		v, missing := valueOf(t, r, c.row, c.field)
		if missing != c.missing || missing && v != 0 {
			t.Errorf("row %d, %s: value %v, missing %v, want %v", c.row, c.field, v, missing, c.missing)
		}
	}
	if _, ok := r.Described(); ok {
		t.Error("classes are known of a file without them")
	}
	if r.Name(1) != "line 3" {
		t.Errorf("row 1 is called %s", r.Name(1))
	}
}

func TestNewRowsWithoutAHeaderAreFoundByTheirPlaces(t *testing.T) {
	var b strings.Builder
	for i := range 60 {
		b.WriteString(strings.Join([]string{string(rune('A' + i%2)), "1", []string{"1.5", "2.5", "4.25"}[i%3], []string{"7", "9"}[i/2%2]}, ",") + "\n")
	}
	source := tableFile(t, b.String())
	source.Label = "column 1"
	train := opened(t, source).Train
	for _, c := range []struct {
		name, text, err string
	}{
		{"all columns", "B,1,2.5,9\n", ""},
		{"without the label", "1,2.5,9\n", ""},
		{"with a header", "kind,one,size,n\nB,1,2.5,9\n", ""},
		{"too many", "B,1,2.5,9,3\n", "data: new.csv: 5 columns without names that the model knows, want 4 or 3 as in the file that it has learned from"},
	} {
		r, _, err := imported(t, train, c.text)
		if c.err != "" {
			if err == nil || err.Error() != c.err {
				t.Errorf("%s: got %v, want %s", c.name, err, c.err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		size, missing := valueOf(t, r, 0, "column 3")
		n, missing2 := valueOf(t, r, 0, "column 4")
		if missing || missing2 || size != 1 || n != 1 {
			t.Errorf("%s: size %v, n %v, want the second of each", c.name, size, n)
		}
	}
}

func TestTablesOfOtherModels(t *testing.T) {
	train := opened(t, tableFile(t, customers(40))).Train
	for _, c := range []struct{ name, text, want string }{
		{"other columns", "x,y\n1,2\n", "data: new.csv: none of its columns is one that the model has learned, want age, size, kind, plan, joined, churned"},
		{"no rows", "age,size\n", "data: new.csv: has no rows, want some"},
		{"a ragged row", "age,size\n1,2\n1\n", "data: table: new.csv: line 3: 1 cells, want 2 as in the header"},
	} {
		if _, _, err := imported(t, train, c.text); err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
	if _, _, err := ImportTable(context.Background(), "new.csv", example.Points(2), example.Schema{}); err == nil || err.Error() != "data: new.csv: the model has not learned from a table" {
		t.Errorf("rows for a model of points: %v", err)
	}
}

func FuzzImportTable(f *testing.F) {
	for _, text := range []string{"age,kind\n5,red\n", "5,red\n", "kind;age\nx;1,5\n", "AGE\tid\n1\tc\n", customers(3)} {
		f.Add(text)
	}
	source := Sources["table"]().(Table)
	folder := f.TempDir()
	source.File = filepath.Join(folder, "t.csv")
	if err := os.WriteFile(source.File, []byte(customers(60)), 0o666); err != nil {
		f.Fatal(err)
	}
	s, err := source.Open(context.Background())
	if err != nil {
		f.Fatal(err)
	}
	schema, about := s.Train.Schema(), s.Train.(Described).About()
	file := filepath.Join(folder, "new.csv")
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		r, _, err := ImportTable(context.Background(), file, schema, about)
		if err != nil {
			return
		}
		row := make([]float32, schema.Width())
		for i := range r.Len() {
			if err := r.Read(i, row); err != nil {
				t.Fatal(err)
			}
			at := 0
			for k, field := range schema.Fields {
				if v := row[at]; r.Missing(i)[k] && v != 0 || field.Indexed() && (v < 0 || int(v) >= len(field.Words)) || !(v >= -8 && v <= 1000) {
					t.Fatalf("row %d: field %s is %v", i, field.Name, v)
				}
				at += field.Width()
			}
		}
	})
}
