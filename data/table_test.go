package data

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/data/columns"
	"latentspace/example"
)

// customers is a table of several types, with a label of unequal classes and gaps.
func customers(n int) string {
	var b strings.Builder
	b.WriteString("id,age,size,kind,region,plan,joined,churned\n")
	for i := range n {
		age, kind := fmt.Sprint(20+i*7%50), []string{"red", "green", "blue"}[i*i%3]
		if i%10 == 3 {
			age = ""
		}
		if i%13 == 5 {
			kind = "NA"
		}
		churned := "no"
		if i%4 == 0 {
			churned = "yes"
		}
		fmt.Fprintf(&b, "c%03d,%s,%.2f,%s,EU,%s,2024-01-%02d,%s\n", i, age, math.Mod(float64(i)*1.37, 50), kind, []string{"low", "medium", "high"}[i%3], 1+i%28, churned)
	}
	return b.String()
}

// tableFile writes a table and returns the source of it.
func tableFile(t *testing.T, text string) Table {
	t.Helper()
	source := Sources["table"]().(Table)
	source.File = filepath.Join(t.TempDir(), "t.csv")
	if err := os.WriteFile(source.File, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return source
}

func opened(t *testing.T, source Table) *Splits {
	t.Helper()
	s, err := source.Open(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestATableHasRowsAndWhatIsKnownOfThem(t *testing.T) {
	source := tableFile(t, customers(240))
	s := opened(t, source)
	schema := s.Train.Schema()
	if got, want := schema.Names(), []string{"age", "size", "kind", "plan", "joined", "churned"}; !slices.Equal(got, want) {
		t.Fatalf("fields %q, want %q", got, want)
	}
	for _, f := range schema.Fields {
		if want := f.Name == "age" || f.Name == "kind"; f.Gaps != want || f.View != example.Cell || f.Column == nil {
			t.Errorf("field %+v, want gaps %v", f, want)
		}
	}
	if err := schema.Check(); err != nil {
		t.Error(err)
	}
	known := s.Train.(Described)
	about := known.About()
	if got, want := about.Names(), []string{"class", "age", "size", "kind", "plan", "joined"}; !slices.Equal(got, want) {
		t.Fatalf("known %q, want %q", got, want)
	}
	if err := about.Check(); err != nil || about.Width() != 6 || !slices.Equal(about.Fields[0].Words, []string{"no", "yes"}) {
		t.Errorf("%v: known %+v", err, about.Fields[0])
	}
	if n := s.Train.Len() + s.Valid.Len() + s.Test.Len(); n != 240 || s.Valid.Len() != 30 || s.Test.Len() != 30 {
		t.Errorf("splits of %d, %d and %d", s.Train.Len(), s.Valid.Len(), s.Test.Len())
	}
	for _, split := range []Dataset{s.Train, s.Valid, s.Test} {
		classes, err := ClassesOf(split, split.Len())
		if err != nil {
			t.Fatal(err)
		}
		yes := 0
		for _, c := range classes.Labels {
			yes += c
		}
		if share := float64(yes) / float64(split.Len()); math.Abs(share-0.25) > 0.02 {
			t.Errorf("a share of %v in a split has the class of a quarter", share)
		}
	}
	row, knownRow := make([]float32, schema.Width()), make([]float32, about.Width())
	gaps := 0
	for i := range s.Train.Len() {
		if err := s.Train.Read(i, row); err != nil {
			t.Fatal(err)
		}
		if err := known.ReadAbout(i, knownRow); err != nil {
			t.Fatal(err)
		}
		if row[1] == 0 {
			if gaps++; row[0] != 0 {
				t.Errorf("row %d: a missing age has the value %v", i, row[0])
			}
		} else if knownRow[1] != row[0] {
			t.Errorf("row %d: the age %v is known as %v", i, row[0], knownRow[1])
		}
		if knownRow[0] != row[len(row)-1] {
			t.Errorf("row %d: the class %v is known as %v", i, row[len(row)-1], knownRow[0])
		}
	}
	if gaps == 0 {
		t.Error("no age is missing")
	}
}

func TestOptionsOfATable(t *testing.T) {
	text := customers(240)
	plain := opened(t, tableFile(t, text))
	for _, c := range []struct {
		name   string
		change func(s *Table)
		fields string
		class  string // what is known first
		train  int
	}{
		{"the class is no part of the row", func(s *Table) { s.LabelInRow = false }, "age size kind plan joined", "class", 180},
		{"no label", func(s *Table) { s.Label = "none" }, "age size kind plan joined churned", "age", 180},
		{"another label", func(s *Table) { s.Label = "plan" }, "age size kind plan joined churned", "class", 180},
		{"columns as the user says", func(s *Table) {
			s.Columns = map[string]string{"age": "number", "kind": "ignore", "id": "category", "plan": "label"}
		}, "id age size plan joined churned", "class", 180},
		{"fewer rows", func(s *Table) { s.Train, s.Valid, s.Test = 50, 10, 0 }, "age size kind plan joined churned", "class", 50},
	} {
		source := tableFile(t, text)
		c.change(&source)
		s := opened(t, source)
		known := s.Train.(Described).About()
		if got := strings.Join(s.Train.Schema().Names(), " "); got != c.fields || known.Fields[0].Name != c.class || s.Train.Len() != c.train {
			t.Errorf("%s: %s, known %s, %d rows, want %s, %s, %d", c.name, got, known.Fields[0].Name, s.Train.Len(), c.fields, c.class, c.train)
		}
		if s.SHA256 == plain.SHA256 {
			t.Errorf("%s: the same SHA-256", c.name)
		}
	}
	if again := opened(t, tableFile(t, text)); again.SHA256 != plain.SHA256 {
		t.Errorf("one table has the SHA-256 %s and %s", plain.SHA256, again.SHA256)
	}
	other := tableFile(t, text)
	other.Seed = 2
	if opened(t, other).SHA256 == plain.SHA256 {
		t.Error("another seed draws the same splits")
	}
}

func TestRowsWithoutAClassAreLeftOut(t *testing.T) {
	text := customers(240)
	text = strings.Replace(text, ",2024-01-05,yes\n", ",2024-01-05,NA\n", 2)
	s := opened(t, tableFile(t, text))
	if n := s.Train.Len() + s.Valid.Len() + s.Test.Len(); n != 238 {
		t.Errorf("%d rows, want 238", n)
	}
	if all := strings.Join(s.Notes, "\n"); !strings.Contains(all, "2 rows without a label are left out: label: none keeps them") {
		t.Errorf("the notes say %s", all)
	}
}

func TestTablesThatCannotBeLearned(t *testing.T) {
	long := customers(40)
	for _, c := range []struct {
		name, text string
		change     func(s *Table)
		want       string
	}{
		{"one row", "a,b\n1,2\n", nil, "data: table: FILE: 1 row, want at least 10 to learn from"},
		{"no row", "a,b\n", nil, "data: table: FILE: 0 rows, want at least 10 to learn from"},
		{"nothing", "", nil, "data: table: FILE: empty, want a header and rows"},
		{"a ragged row", long + "c999,1\n", nil, "data: table: FILE: line 42: 2 cells, want 8 as in the header"},
		{"two columns of one name", "a,b,a\n" + strings.Repeat("1,2,3\n4,5,6\n", 10), nil, `data: table: FILE: line 1: columns 1 and 3 are both called "a"`},
		{"missing cells alone", "a,b\n" + strings.Repeat(",NA\n", 20), nil, "data: table: FILE: no column can be learned: a (constant: every cell is missing), b (constant: every cell is missing)"},
		{"columns that do not vary", "a,b\n" + strings.Repeat("1,x\n", 20), nil, `data: table: FILE: no column can be learned: a (constant: every cell is 1), b (constant: every cell is "x")`},
		{"two separators", "a,b;c\n" + strings.Repeat("1,2;3\n4,5;6\n", 10), nil, "both could be meant; data.dialect names the separator, as in data.dialect: semicolon"},
		{"a picture", "\x89PNG\r\n\x1a\n", nil, "data: table: FILE: a PNG picture, want a table as text"},
		{"a name that no column has", long, func(s *Table) { s.Columns = map[string]string{"agee": "number"} }, `data: table: FILE: no column is called "agee", want one of id, age, size, kind, region, plan, joined, churned`},
		{"a type that there is not", long, func(s *Table) { s.Columns = map[string]string{"age": "float"} }, `data: table: columns.age: "float", want one of number, integer, boolean, category, ordinal, date, identifier, ignore, label, bins`},
		{"a dialect that there is not", long, func(s *Table) { s.Dialect = "csv" }, `data: table: dialect: "csv", want comma, semicolon`},
		{"more rows than there are", long, func(s *Table) { s.Train = 100 }, "data: table: train: 100, with 5 to choose by and 5 to test on, want at most the 40 examples of the set in all"},
		{"no file", long, func(s *Table) { s.File = "" }, "data: table: file: empty, want the path of a table of text, such as customers.csv"},
		{"a folder", long, func(s *Table) { s.File = filepath.Dir(s.File) }, "a folder, want a regular file"},
	} {
		source := tableFile(t, c.text)
		file := source.File
		if c.change != nil {
			c.change(&source)
		}
		_, err := source.Open(context.Background())
		want := strings.ReplaceAll(c.want, "FILE", file)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", c.name, err, want)
		}
	}
}

func TestATableThatIsNotThere(t *testing.T) {
	source := Sources["table"]().(Table)
	source.File = filepath.Join(t.TempDir(), "none.csv")
	_, err := source.Open(t.Context())
	if want := "data: table: file: " + source.File + ": there is no such file, want a table of text: -set data.file=PATH"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestATableOfConstantColumnsBesideOthers(t *testing.T) {
	s := opened(t, tableFile(t, "a,b,c\n"+strings.Repeat("1,x,5\n2,x,6\n3,x,7\n", 10)))
	if got := s.Train.Schema().Names(); !slices.Equal(got, []string{"a", "c"}) {
		t.Errorf("fields %q", got)
	}
}

// written returns a data set as a table, each number of a bin by its middle.
func written(t *testing.T, ds Dataset) (*columns.Writer, [][]string) {
	t.Helper()
	w := columns.NewWriter(ds.Schema(), false, 0)
	row := make([]float32, ds.Schema().Width())
	var rows [][]string
	for i := range ds.Len() {
		if err := ds.Read(i, row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, w.Cells(i, row))
	}
	return w, rows
}

func TestARowIsWrittenAsItWasRead(t *testing.T) {
	text := customers(240)
	lines := map[string]bool{}
	for line := range strings.Lines(text) {
		_, cells, _ := strings.Cut(strings.TrimSpace(line), ",") // without the identifier
		lines[cells] = true
	}
	source := tableFile(t, text)
	source.Columns = map[string]string{"age": "number"}
	w, rows := written(t, opened(t, source).Train)
	if got := strings.Join(w.Header(), ","); got != "age,size,kind,region,plan,joined,churned" {
		t.Errorf("header %s", got)
	}
	for i, cells := range rows {
		if line := strings.Join(cells, ","); !lines[line] {
			t.Fatalf("row %d is written as %s, which is no line of the file", i, line)
		}
	}
}

func TestRealTablesAreWrittenAsTheyWereRead(t *testing.T) {
	folder := os.Getenv("LATENTSPACE_DATA")
	if folder == "" {
		t.Skip("LATENTSPACE_DATA names no folder of real data")
	}
	for _, name := range []string{"adult.csv", "penguins.csv", "wdbc.data", "wine.csv", "optdigits.tra"} {
		source := Sources["table"]().(Table)
		source.File = filepath.Join(folder, "tables", name)
		source.Valid, source.Test = 0, 0
		s := opened(t, source)
		r, notes, err := ImportTable(context.Background(), source.File, s.Train.Schema(), s.Train.(Described).About())
		if err != nil {
			t.Fatal(err)
		}
		if r.Len() != s.Train.Len() || len(notes) != 1 {
			t.Errorf("%s: %d new rows of %d, notes %q", name, r.Len(), s.Train.Len(), notes)
		}
		w, rows := written(t, s.Train)
		place := map[string]int{}
		if w.Header() != nil {
			for k, c := range r.Header() {
				place[c] = k
			}
		}
		row, again := make([]float32, s.Train.Schema().Width()), make([]float32, s.Train.Schema().Width())
		differ, cells, binned := 0, 0, map[string]bool{}
		for _, f := range s.Train.Schema().Fields {
			binned[f.Name] = len(f.Column.Bins) > 0
		}
		for i := range s.Train.Len() {
			if err := s.Train.Read(i, row); err != nil {
				t.Fatal(err)
			}
			if err := r.Read(i, again); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(row, again) {
				t.Fatalf("%s: row %d is %v to train on and %v by itself", name, i, row, again)
			}
			at := 0
			for _, c := range s.Train.Schema().Table.Columns {
				if !c.Written() {
					continue
				}
				if k := slices.IndexFunc(s.Train.Schema().Table.Columns, func(d example.TableColumn) bool { return d.Name == c.Name }); !binned[c.Field] {
					cells++
					if rows[i][at] != r.Cells(i)[k] {
						if differ++; differ < 3 {
							t.Logf("%s: row %d: column %q: %q is written as %q", name, i, c.Name, r.Cells(i)[k], rows[i][at])
						}
					}
				}
				at++
			}
		}
		if 500*differ > cells { // wine.csv has 8.9 and 8.90
			t.Errorf("%s: %d of %d cells are written in another form", name, differ, cells)
		}
	}
}
