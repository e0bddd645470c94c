package columns

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/data/table"
	"latentspace/example"
)

// read reads a table to learn from.
func read(text string, o Options) (*File, error) {
	t, err := table.Open(strings.NewReader(text), "t.csv", table.Dialect{Header: table.HeaderUnknown})
	if err != nil {
		return nil, err
	}
	return Read(context.Background(), t, o)
}

// all are the rows of a file.
func all(f *File) []int {
	index := make([]int, f.Rows)
	for i := range index {
		index[i] = i
	}
	return index
}

// column is a table of one column beside another of numbers, from cells that are repeated.
func column(name string, n int, cell func(i int) string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "other;%s;more\n", name)
	for i := range n {
		fmt.Fprintf(&b, "%d.5;%s;%d.25\n", i*i%97, cell(i), i*7%91)
	}
	return b.String()
}

// cycle repeats cells.
func cycle(cells ...string) func(i int) string {
	return func(i int) string { return cells[i%len(cells)] }
}

func TestTheTypeOfAColumnHasAReason(t *testing.T) {
	for _, c := range []struct {
		name, heading string
		cell          func(i int) string
		asked         string
		want          Type
		why           string
	}{
		{"numbers", "x", func(i int) string { return fmt.Sprint(float64(i) / 7) }, "", Number, "60 different"},
		{"whole numbers", "x", func(i int) string { return fmt.Sprint(i * 3) }, "", Integer, "60 different"},
		{"whole numbers with gaps", "x", cycle("3", "", "17", "8"), "", Integer, "3 different"},
		{"digits that begin with a zero", "x", cycle("0311", "4502", "0311"), "", Category, "2 words"},
		{"words", "x", cycle("red", "green", "blue"), "", Category, "3 words"},
		{"words with an order", "x", cycle("high", "low", "medium"), "", Ordinal, "3 words that have an order, from low to high"},
		{"sizes", "x", cycle("XL", "S", "M", "L"), "", Ordinal, "4 words that have an order, from S to XL"},
		{"yes and no", "x", cycle("yes", "no", "no"), "", Boolean, "no and yes"},
		{"true in several spellings", "x", cycle("TRUE", "false", "FALSE", "False", "false"), "", Boolean, "false and TRUE in several spellings"},
		{"zeros and ones", "x", cycle("0", "1", "1"), "", Boolean, "0 and 1"},
		{"days", "x", func(i int) string { return fmt.Sprintf("2024-03-%02d", 1+i%28) }, "", Date, "28 different, written YYYY-MM-DD"},
		{"days of Germany", "x", cycle("31.01.2024", "01.02.2024"), "", Date, "2 different, written DD.MM.YYYY"},
		{"days by slashes", "x", cycle("31/01/2024", "01/02/2024"), "", Date, "2 different, written DD/MM/YYYY"},
		{"days that may be months", "x", cycle("03/01/2024", "01/02/2024"), "", Date, "2 different, written MM/DD/YYYY, though they could be DD/MM/YYYY"},
		{"times", "x", cycle("2024-01-31T08:30:00Z", "2024-01-31T18:30:00Z"), "", Date, "2 different, written YYYY-MM-DDThh:mm:sszone"},
		{"words that all differ", "x", func(i int) string { return fmt.Sprintf("w%d", i) }, "", Identifier, "60 different words in 60 rows"},
		{"whole numbers that all differ, called so", "customer_id", func(i int) string { return fmt.Sprint(1000 + i*37%1009) }, "", Identifier, "every row has another whole number"},
		{"numbers of rows, called so", "row", func(i int) string { return fmt.Sprint(i + 1) }, "", RowNumber, "it counts the rows from 1"},
		{"one word", "x", cycle("EU"), "", Constant, `every cell is "EU"`},
		{"one number", "x", cycle("2.50"), "", Constant, "every cell is 2.5"},
		{"nothing", "x", cycle("", "NA"), "", Constant, "every cell is missing"},
		{"numbers among which is a word", "x", func(i int) string {
			if i == 50 {
				return "unknown"
			}
			return fmt.Sprint(i * 3)
		}, "", Unclear, `line 52 has "unknown" among numbers, want numbers alone or words alone`},

		{"a number as words", "x", cycle("3", "17", "8"), "category", Category, "as asked"},
		{"words as numbers", "x", cycle("0311", "4502", "0000"), "number", Integer, "as asked"},
		{"a word among numbers as a number", "x", func(i int) string {
			if i == 50 {
				return "unknown"
			}
			return fmt.Sprint(i * 3)
		}, "number", Integer, "as asked; 1 cells that are no numbers are taken for missing"},
		{"eight digits as days", "x", cycle("20240131", "20240201"), "date", Date, "as asked, 2 different, written YYYYMMDD"},
		{"words as an order", "x", cycle("10-19", "0-9", "100+"), "ordinal", Ordinal, "as asked"},
		{"left out", "x", cycle("a", "b"), "ignore", Ignored, "as asked"},
		{"identifiers", "x", cycle("a", "b"), "identifier", Identifier, "as asked"},
	} {
		o := Options{Label: NoLabel}
		if c.asked != "" {
			o.As = map[string]string{c.heading: c.asked}
		}
		f, err := read(column(c.heading, 60, c.cell), o)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := f.Columns[1]; got.Type != c.want || got.Why != c.why {
			t.Errorf("%s: got %s (%s), want %s (%s)", c.name, got.Type, got.Why, c.want, c.why)
		}
	}
}

func TestTypesThatAColumnCannotHave(t *testing.T) {
	words := column("x", 30, cycle("a", "b", "c"))
	for _, c := range []struct {
		name, text, asked, want string
	}{
		{"words as numbers", words, "number", `column "x": number, as columns says, but no cell is a number`},
		{"words as days", words, "date", `column "x": date, as columns says, but no one layout fits all its cells, such as "a"`},
		{"three words as truth values", words, "boolean", `column "x": boolean, as columns says, but it has 3 different words, want at most two`},
		{"halves as whole numbers", column("x", 30, cycle("1.5", "2")), "integer", `column "x": integer, as columns says, but not every number is a whole one; number allows that`},
		{"an empty column as the label", column("x", 30, cycle("")), "label", `column "x": it is to be the label, but it is constant (every cell is missing)`},
	} {
		_, err := read(c.text, Options{As: map[string]string{"x": c.asked}})
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
	if _, err := read(words, Options{As: map[string]string{"y": "ignore"}}); err == nil || err.Error() != `no column is called "y", want one of other, x, more` {
		t.Errorf("a name that no column has: %v", err)
	}
	if _, err := read(words, Options{Label: "y"}); err == nil || err.Error() != `no column is called "y", want one of other, x, more` {
		t.Errorf("a label that no column is: %v", err)
	}
	if _, err := read(words, Options{Label: "x", As: map[string]string{"more": "label"}}); err == nil || !strings.Contains(err.Error(), "are both the label, want one") {
		t.Errorf("two labels: %v", err)
	}
}

func TestTheLabelIsFound(t *testing.T) {
	body := strings.Repeat("1.5,2,red,no,7\n2.5,4,blue,yes,8\n3.5,4,red,yes,7\n", 10)
	for _, c := range []struct{ name, header, label, want string }{
		{"by its name", "a,Class,c,d,e", "", "Class"},
		{"by the name that comes first in the list", "a,species,c,class,e", "auto", "class"},
		{"the last column, of few whole numbers", "a,b,c,d,e", "", "e"},
		{"as asked", "a,b,c,d,e", "c", "c"},
		{"none, as asked", "a,class,c,d,e", "none", ""},
	} {
		f, err := read(c.header+"\n"+body, Options{Label: c.label})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if l := f.Labelled(); l != nil {
			got = l.Name
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	f, err := read("a,b,c,d,e\n"+body, Options{Label: "d", As: map[string]string{"d": "boolean"}})
	if err != nil || f.Labelled() == nil || f.Labelled().Name != "d" || f.Labelled().Type != Boolean {
		t.Errorf("a label that is one of truth values: %v, %v", f.Labelled(), err)
	}
	if _, err = read("a,b,c,d,e\n"+body, Options{Label: "a", As: map[string]string{"a": "number"}}); err == nil || err.Error() != `column "a": it is to be the label, but it is number (as asked)` {
		t.Errorf("a label of numbers: %v", err)
	}
	f, err = read("diagnosed,size\n"+strings.Repeat("yes,1.5\nno,2.5\nno,3.25\n", 10), Options{})
	if err != nil || f.Labelled() == nil || f.Labelled().Name != "diagnosed" {
		t.Errorf("the first column where the last is one of numbers: %v, %v", f.Labelled(), err)
	}
}

func TestCellsAreWrittenInTheFormThatWasRead(t *testing.T) {
	for _, c := range []struct {
		name  string
		cells []string
	}{
		{"decimals", []string{"1.5", "2.25", "3", "-0.5"}},
		{"always two decimals", []string{"1.50", "2.25", "3.00"}},
		{"four significant digits", []string{"17.99", "122.8", "1001", "0.1184"}},
		{"no zero before the point", []string{".5", "1.25", "-.75"}},
		{"decimal commas", []string{"1,5", "2,25", "0,125"}},
		{"thousands", []string{"1,234.5", "12,345,678", "12"}},
		{"thousands with points", []string{"1.234,5", "12.345.678", "12"}},
		{"percent", []string{"12.5%", "3%", "4.75%"}},
		{"whole numbers that pandas made of numbers with gaps", []string{"1.0", "NaN", "12.0"}},
		{"days", []string{"31.01.2024", "01.02.2024", "29.02.2024"}},
		{"minutes", []string{"2024-01-31 08:30", "2024-01-31 18:45", "1969-12-31 23:59"}},
		{"milliseconds", []string{"2024-01-31 08:30:00.125", "2024-01-31 18:45:00.500"}},
		{"hours", []string{"08:30", "18:45", "00:00"}},
		{"truth values", []string{"TRUE", "FALSE", "n/a"}},
		{"codes", []string{"0311", "4502"}},
		{"words with quotes", []string{`a "b"`, "c d", "?"}},
	} {
		text := column("x", 60, func(i int) string { return `"` + strings.ReplaceAll(c.cells[i%len(c.cells)], `"`, `""`) + `"` })
		f, err := read(text, Options{Label: NoLabel})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		x, err := f.Fit(all(f), true)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		w := NewWriter(x.Schema, true, 1)
		if got := w.Header(); !slices.Equal(got, []string{"other", "x", "more"}) || w.Separator() != ';' {
			t.Errorf("%s: header %q with %q between", c.name, got, w.Separator())
		}
		row := make([]float32, x.Schema.Width())
		for i := range f.Rows {
			x.Row(i, row)
			if got, want := w.Cells(i, row)[1], c.cells[i%len(c.cells)]; got != want {
				t.Errorf("%s: row %d: got %q, want %q (%s)", c.name, i, got, want, f.Columns[1].Type)
				break
			}
		}
	}
}

func TestNumbersHaveAsManyDigitsAsTheCells(t *testing.T) {
	for _, c := range []struct {
		name  string
		cells []string // repeated, but for the last, which is there once
		x     float64
		want  string
	}{
		{"four significant digits", []string{"17.99", "122.8", "0.1184", "1001"}, 12.58531, "12.59"},
		{"four significant digits below 1", []string{"17.99", "122.8", "0.1184", "1001"}, 0.0123456, "0.0123"},
		{"a sum of floating-point numbers among others", []string{"1.25", "2.5", "3", "9.899999"}, 5.123456, "5.12"},
		{"halves, of which there are few", []string{"1", "2", "3", "2.5"}, 2.5, "2.5"},
	} {
		last := len(c.cells) - 1
		f, err := read(column("x", 300, func(i int) string {
			if i == 7 {
				return c.cells[last]
			}
			return c.cells[i%last]
		}), Options{Label: NoLabel})
		if err != nil {
			t.Fatal(err)
		}
		if got := Write(c.x, f.Columns[1].format()); got != c.want {
			t.Errorf("%s: %v is written as %q, want %q (%+v)", c.name, c.x, got, c.want, f.Columns[1].format())
		}
	}
}

func TestColumnsThatSayNothingAreWrittenBack(t *testing.T) {
	var b strings.Builder
	b.WriteString(",region,note,name,size\n")
	for i := range 40 {
		fmt.Fprintf(&b, "%d,EU,NA,n%d,%d.5\n", i, i, i%7)
	}
	f, err := read(b.String(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	x, err := f.Fit(all(f), true)
	if err != nil {
		t.Fatal(err)
	}
	w := NewWriter(x.Schema, true, 1)
	row := make([]float32, x.Schema.Width())
	x.Row(3, row)
	if got, want := w.Header(), []string{"", "region", "note", "size"}; !slices.Equal(got, want) {
		t.Errorf("header %q, want %q", got, want)
	}
	if got, want := w.Cells(7, row), []string{"7", "EU", "NA", "3.5"}; !slices.Equal(got, want) {
		t.Errorf("cells %q, want %q", got, want)
	}
	left := x.Notes[1]
	for _, want := range []string{"column 1 (row number: it counts the rows from 0)", `region (constant: every cell is "EU")`, "note (constant: every cell is missing)", "name (identifier: 40 different words in 40 rows)"} {
		if !strings.Contains(left, want) {
			t.Errorf("the notes say %q, want %s", left, want)
		}
	}
}

func TestRowsAreCountedFromTheNumberOfTheFirst(t *testing.T) {
	for _, from := range []int{0, 1} {
		var b strings.Builder
		b.WriteString(`"","size","sold"` + "\n")
		for i := range 30 {
			fmt.Fprintf(&b, "\"%d\",%d.5,%d\n", from+i, i*i%17, i%2)
		}
		f, err := read(b.String(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		x, err := f.Fit(all(f), true)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := NewWriter(x.Schema, true, 1).Cells(5, make([]float32, x.Schema.Width()))[0], fmt.Sprint(from+5); got != want {
			t.Errorf("row 5 of those from %d is %s, want %s", from, got, want)
		}
	}
}

// A bin of one number has that number; draws of the others stay within their bin and differ from
// row to row.
func TestDrawsOfABinStayInIt(t *testing.T) {
	f, err := read(column("x", 3000, func(i int) string {
		if i%3 > 0 {
			return "0"
		}
		return fmt.Sprint(i * i % 100_003)
	}), Options{Label: NoLabel})
	if err != nil {
		t.Fatal(err)
	}
	x, err := f.Fit(all(f), true)
	if err != nil {
		t.Fatal(err)
	}
	field, at, _ := x.Schema.Lookup("x")
	if len(field.Column.Bins) < 10 || field.Column.Bins[0].Hi != 0 {
		t.Fatalf("bins %v, want one of zeros alone and others", field.Column.Bins[:1])
	}
	drawn, middle := NewWriter(x.Schema, true, 1), NewWriter(x.Schema, false, 1)
	row := make([]float32, x.Schema.Width())
	seen := map[string]bool{}
	for i := range 200 {
		row[at] = 5
		b := field.Column.Bins[5]
		var n int
		if _, err := fmt.Sscan(drawn.Cells(i, row)[1], &n); err != nil || float64(n) < b.Lo || float64(n) > b.Hi {
			t.Fatalf("draw %d of the bin from %v to %v: %d, %v", i, b.Lo, b.Hi, n, err)
		}
		seen[fmt.Sprint(n)] = true
		row[at] = 0
		if got := drawn.Cells(i, row)[1]; got != "0" {
			t.Fatalf("a bin of zeros: %q", got)
		}
	}
	if len(seen) < 50 {
		t.Errorf("%d different draws of 200", len(seen))
	}
	row[at] = 5
	if a, b := middle.Cells(1, row)[1], middle.Cells(2, row)[1]; a != b {
		t.Errorf("the middle of a bin is %s and %s", a, b)
	}
}

func TestAScaleMakesNumbersNormal(t *testing.T) {
	var numbers []float64
	for i := range 10_000 {
		numbers = append(numbers, math.Pow(float64(i)/1000, 3))
	}
	s := fitScale(numbers, mostKnots)
	if len(s.Numbers) > mostKnots || len(s.Numbers) < mostKnots/2 || s.Numbers[0] != 0 || s.Numbers[len(s.Numbers)-1] != numbers[9999] {
		t.Fatalf("%d knots from %v to %v", len(s.Numbers), s.Numbers[0], s.Numbers[len(s.Numbers)-1])
	}
	var sum, squares float64
	for _, x := range numbers {
		v := s.Value(x)
		sum, squares = sum+v, squares+float64(v*v)
		if back := s.Number(v); math.Abs(back-x) > 1e-6*(1+x) {
			t.Fatalf("%v comes back as %v", x, back)
		}
	}
	if mean, variance := sum/1e4, squares/1e4; math.Abs(mean) > 0.01 || math.Abs(variance-1) > 0.02 {
		t.Errorf("mean %v and variance %v, want 0 and 1", mean, variance)
	}
	f := example.Field{Name: "x", Kind: example.Real, Column: &example.Column{Scale: s}}
	if got := Value(f, 1e30); got != farthest {
		t.Errorf("a number far away has the value %v, want %v", got, farthest)
	}
	if fitScale([]float64{2, 2, 2}, mostKnots) != nil {
		t.Error("equal numbers have a scale")
	}
}

func TestNumbersThatComeAgainHaveBins(t *testing.T) {
	many := func(n int, x func(i int) float64) []float64 {
		out := make([]float64, n)
		for i := range out {
			out[i] = x(i)
		}
		slices.Sort(out)
		return out
	}
	for _, c := range []struct {
		name    string
		numbers []float64
		want    bool
		bins    int // at most
	}{
		{"few whole numbers", many(400, func(i int) float64 { return float64(i % 17) }), true, 17},
		{"few numbers of few rows", many(100, func(i int) float64 { return float64(i % 40) }), false, 0},
		{"ages", many(20_000, func(i int) float64 { return float64(17 + i*i%73) }), true, 73},
		{"mostly zeros", many(5000, func(i int) float64 { return float64(i % 10 / 9 * i) }), true, 60},
		{"many numbers of a great many rows", many(60_000, func(i int) float64 { return float64(i % 2000) }), false, 0},
		{"numbers that all differ", many(5000, func(i int) float64 { return float64(i) * 1.7 }), false, 0},
		{"a small table", many(178, func(i int) float64 { return float64(i % 60) }), false, 0},
	} {
		if got := tied(c.numbers); got != c.want {
			t.Errorf("%s: tied %v, want %v", c.name, got, c.want)
		} else if !got {
			continue
		}
		bins := fitBins(c.numbers)
		if len(bins) > c.bins || len(bins) < 2 {
			t.Errorf("%s: %d bins, want at most %d", c.name, len(bins), c.bins)
		}
		column := example.Column{Bins: bins}
		for _, x := range c.numbers {
			if b := bins[column.BinOf(x)]; x < b.Lo || x > b.Hi {
				t.Errorf("%s: %v is in the bin from %v to %v", c.name, x, b.Lo, b.Hi)
			}
		}
	}
}

func TestCellsOfNewRows(t *testing.T) {
	f, err := read("when,size,kind,sold,n\n"+strings.Repeat("2024-01-31,1.5,red,TRUE,1\n2024-02-01,2.5,blue,FALSE,2\n2024-03-01,4.5,red,FALSE,2\n", 10), Options{Label: "n"})
	if err != nil {
		t.Fatal(err)
	}
	x, err := f.Fit(all(f), true)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		field, text string
		mark        byte
		want        State
		value       string // the cell that it is written as
	}{
		{"size", "2.5", '.', Known, "2.5"},
		{"size", "2,5", ',', Known, "2.5"},
		{"size", "99", '.', Known, "4.5"},
		{"size", "big", '.', Strange, ""},
		{"size", "NA", '.', Missing, ""},
		{"kind", "red", '.', Known, "red"},
		{"kind", "green", '.', Strange, ""},
		{"sold", "true", '.', Known, "TRUE"},
		{"n", "2.0", '.', Known, "2"},
		{"when", "2024-02-01", '.', Known, "2024-02-01"},
		{"when", "1999-02-01", '.', Known, "2024-01-31"},
		{"when", "yesterday", '.', Strange, ""},
	} {
		field, _, ok := x.Schema.Lookup(c.field)
		if !ok {
			t.Fatalf("no field %s", c.field)
		}
		v, state := NewParser(field).Parse(c.text, c.mark)
		if state != c.want {
			t.Errorf("%s %q: state %v, want %v", c.field, c.text, state, c.want)
		} else if state == Known {
			if got := Text(field, []float32{v}, middle); got != c.value {
				t.Errorf("%s %q is written as %q, want %q", c.field, c.text, got, c.value)
			}
		}
	}
}

func TestRealTables(t *testing.T) {
	folder := os.Getenv("LATENTSPACE_DATA")
	if folder == "" {
		t.Skip("LATENTSPACE_DATA names no folder of real data")
	}
	for _, c := range []struct {
		file, label           string
		learned, left, scaled int
	}{
		{"adult.csv", "income", 15, 1, 1},
		{"penguins.csv", "species", 7, 0, 4},
		{"wdbc.data", "column 2", 31, 1, 30},
		{"wine.csv", "column 14", 14, 0, 13},
		{"optdigits.tra", "column 65", 63, 2, 0},
	} {
		file, err := os.Open(filepath.Join(folder, "tables", c.file))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		tab, err := table.Open(file, c.file, table.Dialect{Header: table.HeaderUnknown})
		if err != nil {
			t.Fatal(err)
		}
		f, err := Read(context.Background(), tab, Options{})
		if err != nil {
			t.Fatal(err)
		}
		x, err := f.Fit(all(f), true)
		if err != nil {
			t.Fatal(err)
		}
		scaled := 0
		for _, field := range x.Schema.Fields {
			if field.Kind == example.Real {
				scaled++
			}
		}
		if n := len(x.Schema.Fields); f.Labelled() == nil || f.Labelled().Name != c.label || n != c.learned || len(f.Columns)-n != c.left || scaled != c.scaled {
			t.Errorf("%s: label %v, %d columns learned, %d by quantiles, %d left out, want %+v", c.file, f.Labelled(), n, scaled, len(f.Columns)-n, c)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, text := range []string{
		"age,wears\n0.5,no\nNA,yes\n7,no\n", "1,2\n3,4\n1.5,2\n", "a;b\n1.234,5;31.01.2024\n2,5;01.02.2024\n", "a,b\n12%,.5\n3%,1.5\n", "x\nlow\nhigh\nmedium\n",
		",a\n0,0311\n1,12\n2,0311\n", "a,b\n1,TRUE\n1,false\n", "a,b\n2024-01-31T08:30:15+01:00,1e300\n2024-01-31T08:30:15Z,-1e300\n",
	} {
		f.Add(text, uint8(0))
		f.Add(text, uint8(9))
	}
	f.Fuzz(func(t *testing.T, text string, how uint8) {
		tab, err := table.Open(strings.NewReader(text), "t.csv", table.Dialect{Header: table.HeaderUnknown})
		if err != nil || tab.Rows == 0 || len(tab.Columns) > 50 {
			return
		}
		o := Options{Label: []string{AutoLabel, NoLabel}[how%2]}
		if how > 1 {
			o.As = map[string]string{tab.Columns[0].Name: Words[int(how/2)%len(Words)]}
		}
		file, err := Read(context.Background(), tab, o)
		if err != nil {
			return
		}
		x, err := file.Fit(all(file), how%3 > 0)
		if err != nil {
			return
		}
		if err := x.Schema.Check(); err != nil {
			t.Fatalf("a schema of its own: %v", err)
		}
		w := NewWriter(x.Schema, true, 1)
		row := make([]float32, x.Schema.Width())
		for i := range file.Rows {
			x.Row(i, row)
			for k, v := range row {
				if !(math.Abs(float64(v)) <= 1000) {
					t.Fatalf("row %d: value %d is %v", i, k, v)
				}
			}
			w.Cells(i, row)
		}
	})
}
