package attributefile

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/data/table"
	"latentspace/internal/untrusted"
)

func TestAttributesAreNumbersAndClasses(t *testing.T) {
	for name, file := range map[string]string{
		"plain":             "slant,hand\n0.5,left\n-1e3,right\n2,left\n",
		"of a spreadsheet":  "\xef\xbb\xbfslant,hand\r\n0.5,left\r\n-1e3,right\r\n2,left",
		"with its examples": "slant,index,hand\n0.5,0,left\n-1e3,1,right\n2,2,left\n",
		"in quotes":         "\"slant\",hand\n\"0.5\",left\n-1e3,\"right\"\n2,left\n",
		"with Index":        "slant, hand, Index\n0.5, left, 0\n-1e3, right, 1\n2, left, 2\n",
		"with semicolons":   "slant;hand\n0,5;left\n-1e3;right\n2;left\n",
		"of pandas":         ",slant,hand\n0,0.5,left\n1,-1e3,right\n2,2,left\n",
		"of R":              "\"\",\"slant\",\"hand\"\n\"1\",0.5,\"left\"\n\"2\",-1e3,\"right\"\n\"3\",2,\"left\"\n",
		"with identifiers":  "file,slant,hand\na.jpg,0.5,left\nb.jpg,-1e3,right\nc.jpg,2,left\n",
	} {
		a, err := Read(strings.NewReader(file), "a.csv", table.Dialect{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		slant, none, err := a.Column("slant")
		if err != nil || none != nil || !slices.Equal(slant, []float64{0.5, -1000, 2}) {
			t.Errorf("%s: slant %v %v, %v", name, slant, none, err)
		}
		hand, classes, err := a.Column("hand")
		if err != nil || !slices.Equal(classes, []string{"left", "right"}) || !slices.Equal(hand, []float64{0, 1, 0}) {
			t.Errorf("%s: hand %v of %v, %v", name, hand, classes, err)
		}
		if !slices.Equal(a.Names, []string{"slant", "hand"}) || !slices.Equal(a.Index, []int{0, 1, 2}) {
			t.Errorf("%s: names %v, rows about %v", name, a.Names, a.Index)
		}
		if err := a.Check(3); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheOrderOfRowsDoesNotMoveClasses(t *testing.T) {
	a, err := Read(strings.NewReader("index,hand\n7,right\n2,both\n5,left\n3,left\n"), "a.csv", table.Dialect{})
	if err != nil {
		t.Fatal(err)
	}
	hand, classes, _ := a.Column("hand")
	if !slices.Equal(classes, []string{"both", "left", "right"}) || !slices.Equal(hand, []float64{2, 0, 1, 1}) || !slices.Equal(a.Index, []int{7, 2, 5, 3}) {
		t.Errorf("hand %v of %v about %v", hand, classes, a.Index)
	}
	if err := a.Check(8); err != nil {
		t.Error(err)
	}
}

func TestAttributesErrors(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"an empty file", "", "table: a.csv: empty, want a header and rows"},
		{"a header alone", "a,b\n", "attributefile: a.csv: has no rows, want one for each example"},
		{"a row too short", "a,b\n1,2\n3\n", "table: a.csv: line 3: 1 cells, want 2 as in the header"},
		{"a row too long", "a,b\n1,2\n\n3,4,5\n", "table: a.csv: line 4: 3 cells, want 2 as in the header"},
		{"no attribute", "index\n1\n", "attributefile: a.csv: no column besides index, want one for each attribute"},
		{"nothing but identifiers", "file\na\nb\n", "attributefile: a.csv: no column is an attribute: column file is left out: 2 different words in 2 rows, taken for identifiers"},
		{"an index that is none", "index,a\n1.5,2\n", `attributefile: a.csv: line 2: column index: "1.5", want the number of an example, from 0`},
		{"a negative index", "index,a\n-1,2\n", `attributefile: a.csv: line 2: column index: "-1", want the number of an example, from 0`},
		{"an index that is missing", "index,a\n0,2\nNA,2\n", `attributefile: a.csv: line 3: column index: "NA", want the number of an example, from 0`},
		{"an example twice", "index,a\n4,2\n5,1\n4,2\n", "attributefile: a.csv: line 4: example 4, which line 2 is about already"},
		{"index twice", "index,a,Index\n4,2,4\n", "attributefile: a.csv: columns 1 and 3 are both called index, in any case, want one"},
		{"pandas' index out of order", ",a\n1,2\n0,3\n2,5\n", "attributefile: a.csv: column 1 (without a name): it may have the numbers of the examples or not: call it index if it has, and else give it another name"},
		{"too many attributes", manyColumns(10_001), "attributefile: a.csv: 10001 numbers and classes, want at most 10000; LATENTSPACE_LIMITS=attributes=N allows N, for a file that you trust"},
		{"too many classes", manyClasses(11), "attributefile: a.csv: 10989 numbers and classes, want at most 10000; LATENTSPACE_LIMITS=attributes=N allows N, for a file that you trust"},
		{"too many columns", strings.Repeat("a,", 100_000) + "b\n", "table: a.csv: line 1: 100001 columns, want at most 100000; LATENTSPACE_LIMITS=columns=N allows N, for a file that you trust"},
	} {
		_, err := Read(strings.NewReader(c.file), "a.csv", table.Dialect{})
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got error\n%v, want\n%s", c.name, err, c.want)
		}
	}
}

// manyColumns is a table of n numbers for each of two examples.
func manyColumns(n int) string {
	var b strings.Builder
	for k := range n {
		fmt.Fprintf(&b, "c%d,", k)
	}
	row := strings.Repeat("7,", n)
	return b.String() + "index\n" + row + "0\n" + row + "1\n"
}

// manyClasses is a table of n columns of 999 words, each of which comes twice.
func manyClasses(n int) string {
	var b strings.Builder
	for k := range n {
		fmt.Fprintf(&b, "c%d,", k)
	}
	b.WriteString("index\n")
	for i := range 1998 {
		b.WriteString(strings.Repeat(fmt.Sprintf("w%d,", i/2), n))
		fmt.Fprintf(&b, "%d\n", i)
	}
	return b.String()
}

// What is missing is NaN in numbers and in classes, is counted, and does not say what a column
// has, whichever row it is in.
func TestMissingAttributes(t *testing.T) {
	for _, gap := range []string{"", "NA", "NaN", "nan", "null", "NULL", "None", "n/a", "?", "  "} {
		a, err := Read(strings.NewReader("age,hand\n"+gap+",left\n1.5,"+gap+"\n2,right\n3,left\n"), "a.csv", table.Dialect{})
		if err != nil {
			t.Errorf("%q: %v", gap, err)
			continue
		}
		age, _, _ := a.Column("age")
		hand, classes, _ := a.Column("hand")
		if !math.IsNaN(age[0]) || !slices.Equal(age[1:], []float64{1.5, 2, 3}) || !math.IsNaN(hand[1]) || hand[2] != 1 || !slices.Equal(classes, []string{"left", "right"}) {
			t.Errorf("%q: got %v and %v of %v", gap, age, hand, classes)
		}
		if want := "column age: 1 missing"; !strings.Contains(a.Description, want) {
			t.Errorf("%q: %s, want %s", gap, a.Description, want)
		}
	}
}

// The rows of a table go to the examples that its index names, however that is spelled.
func TestAnIndexInAnySpelling(t *testing.T) {
	for _, header := range []string{"age,index", "age,Index", "age, index", "age,INDEX ", "age,\" index\""} {
		a, err := Read(strings.NewReader(header+"\n5,2\n6, 1\n7,0\n"), "a.csv", table.Dialect{})
		if err != nil || !slices.Equal(a.Index, []int{2, 1, 0}) || !slices.Equal(a.Names, []string{"age"}) {
			t.Errorf("%q: got %+v, %v", header, a, err)
		}
	}
}

func TestColumnsThatAreLeftOutAreNamed(t *testing.T) {
	var b strings.Builder
	b.WriteString("id,when,age,odd\n")
	for i := range 60 {
		fmt.Fprintf(&b, "%03d.jpg,2025-%02d-%02d,%d,%d\n", i, 1+i%12, 1+i%28, i%7, i)
	}
	file := strings.Replace(b.String(), ",59\n", ",many\n", 1)
	a, err := Read(strings.NewReader(file), "a.csv", table.Dialect{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(a.Names, []string{"age"}) || len(a.LeftOut) != 3 {
		t.Errorf("got %v, %d left out", a.Names, len(a.LeftOut))
	}
	for name, want := range map[string]string{
		"ID":   "60 different words in 60 rows, taken for identifiers",
		"when": "more than 20 different dates or times; a number, such as days since the first, or a class, such as the year, can be an attribute",
		"odd":  `line 61 has "many" among numbers, want numbers alone or words alone`,
		"age":  "",
		"none": "",
	} {
		if got := a.Why(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestAttributesOfOtherExamples(t *testing.T) {
	for _, c := range []struct {
		file, want string
		n          int
	}{
		{"a\n1\n2\n", "attributefile: a.csv: 2 rows, want one for each of the 3 examples, or a column index that says which they are about", 3},
		{"a\n1\n2\n", "attributefile: a.csv: 2 rows, want one for each of the 1 examples, or a column index that says which they are about", 1},
		{"index,a\n0,1\n9,2\n", "attributefile: a.csv: line 3: column index: 9, want an example from 0 to 8", 9},
		{"index,a\n1,1\n2,2\n", "attributefile: a.csv: line 3: column index: 2, want an example from 0 to 1; the examples are counted from 0, and the rows seem to count them from 1", 2},
	} {
		a, err := Read(strings.NewReader(c.file), "a.csv", table.Dialect{})
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Check(c.n); err == nil || err.Error() != c.want {
			t.Errorf("%q for %d: got error %v, want %s", c.file, c.n, err, c.want)
		}
		if _, _, err := a.Column("b"); err == nil || err.Error() != `attributefile: a.csv: no column "b", want one of ["a"]` {
			t.Errorf("a column that is not there: got error %v", err)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, file := range []string{
		"", "a,b\n1,x\n2,y\n", "index,a\n3,1\n1,2\n", "\xef\xbb\xbfa\r\n1\r\n", "a\n\"1\n", "a,b\n1\n", "a\nnan\n", "a,a\n1,2\n", "a\n\xff\n",
	} {
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file string) {
		a, err := Read(strings.NewReader(file), "a.csv", table.Dialect{})
		if err != nil {
			return
		}
		// Written again, it is the same.
		var b strings.Builder
		fmt.Fprint(&b, "index")
		for k := range a.Names {
			fmt.Fprintf(&b, ",c%d", k)
		}
		for row, i := range a.Index {
			fmt.Fprintf(&b, "\n%d", i)
			for _, name := range a.Names {
				values, classes, err := a.Column(name)
				if err != nil || len(values) != len(a.Index) {
					t.Fatalf("%d values of %q for %d rows, %v", len(values), name, len(a.Index), err)
				}
				switch v := values[row]; {
				case math.IsInf(v, 0):
					t.Fatalf("%v in %q", v, name)
				case math.IsNaN(v):
					fmt.Fprint(&b, ",")
				case classes != nil:
					fmt.Fprintf(&b, ",w%09d", int(v))
				default:
					fmt.Fprintf(&b, ",%g", v)
				}
			}
		}
		again, err := Read(strings.NewReader(b.String()), "b.csv", table.Dialect{})
		if err != nil || !slices.Equal(again.Index, a.Index) {
			t.Fatalf("written again as\n%s\n: %v", b.String(), err)
		}
		for k, name := range a.Names {
			want, _, _ := a.Column(name)
			got, _, _ := again.Column(fmt.Sprintf("c%d", k))
			if !slices.EqualFunc(got, want, func(x, y float64) bool { return x == y || math.IsNaN(x) && math.IsNaN(y) }) {
				t.Fatalf("%q: %v, written again %v", name, want, got)
			}
		}
	})
}

func TestRowsOfAttributesAreBounded(t *testing.T) {
	_, err := Read(strings.NewReader("a\n"+strings.Repeat("0\n", int(untrusted.Rows.Most)+1)), "a.csv", table.Dialect{})
	if want := "attributefile: a.csv: 10000001 rows, want at most 10000000; "; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}
