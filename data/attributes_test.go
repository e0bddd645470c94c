package data

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/internal/untrusted"
)

func TestAttributesAreNumbersAndClasses(t *testing.T) {
	for name, file := range map[string]string{
		"plain":             "slant,hand\n0.5,left\n-1e3,right\n2,left\n",
		"of a spreadsheet":  "\xef\xbb\xbfslant,hand\r\n0.5,left\r\n-1e3,right\r\n2,left",
		"with its examples": "slant,index,hand\n0.5,0,left\n-1e3,1,right\n2,2,left\n",
		"in quotes":         "\"slant\",hand\n\"0.5\",left\n-1e3,\"right\"\n2,left\n",
	} {
		a, err := ReadAttributes(strings.NewReader(file), "a.csv")
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
	a, err := ReadAttributes(strings.NewReader("index,hand\n7,right\n2,both\n5,left\n"), "a.csv")
	if err != nil {
		t.Fatal(err)
	}
	hand, classes, _ := a.Column("hand")
	if !slices.Equal(classes, []string{"both", "left", "right"}) || !slices.Equal(hand, []float64{2, 0, 1}) || !slices.Equal(a.Index, []int{7, 2, 5}) {
		t.Errorf("hand %v of %v about %v", hand, classes, a.Index)
	}
	if err := a.Check(8); err != nil {
		t.Error(err)
	}
}

func TestAttributesErrors(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"an empty file", "", "is empty, want a header with the names of the attributes"},
		{"a header alone", "a,b\n", "has no rows, want one for each example"},
		{"a missing cell", "a,b\n1,2\n3,\n", "line 3: column b: an empty cell, want a value"},
		{"a row too short", "a,b\n1,2\n3\n", "line 3: 1 cells, want 2 as in the header"},
		{"a row too long", "a,b\n1,2\n\n3,4,5\n", "line 4: 3 cells, want 2 as in the header"},
		{"NaN", "a\n1\nnan\n", `line 3: column a: "nan", want a finite number`},
		{"infinity", "a\n1e999\n", `line 2: column a: "1e999", want a finite number`},
		{"a word among numbers", "a,b\n1,2\n1,x\n", `line 3: column b: "x", want a number as in the rows above`},
		{"a number among words", "a,b\n1,x\n1,2\n", `line 3: column b: "2", want a word as in the rows above`},
		{"a name twice", "a,b,a\n1,2,3\n", `line 1: columns 1 and 3 are both called "a"`},
		{"two columns index", "index,b,index\n1,2,3\n", `line 1: columns 1 and 3 are both called "index"`},
		{"no name", "a,,c\n1,2,3\n", "line 1: column 2 has no name"},
		{"no attribute", "index\n1\n", "line 1: no column besides index, want one for each attribute"},
		{"an index that is none", "index,a\n1.5,2\n", `line 2: column index: "1.5", want the number of an example, from 0`},
		{"a negative index", "index,a\n-1,2\n", `line 2: column index: "-1", want the number of an example, from 0`},
		{"an example twice", "index,a\n4,2\n5,1\n4,2\n", "line 4: example 4, which line 2 is about already"},
		{"a quote that is not closed", "a\n\"1\n", `parse error on line 2, column 4: extraneous or missing " in quoted-field`},
		{"too many columns", strings.Repeat("a,", 100_000) + "b\n", "line 1: 100001 columns, want at most 100000; LATENTSPACE_LIMITS=columns=N allows N, for a file that you trust"},
	} {
		_, err := ReadAttributes(strings.NewReader(c.file), "a.csv")
		if want := "data: a.csv: " + c.want; err == nil || err.Error() != want {
			t.Errorf("%s: got error\n%v, want\n%s", c.name, err, want)
		}
	}
}

func TestAttributesOfOtherExamples(t *testing.T) {
	for _, c := range []struct {
		file, want string
		n          int
	}{
		{"a\n1\n2\n", "data: a.csv: 2 rows, want one for each of the 3 examples, or a column index that says which they are about", 3},
		{"a\n1\n2\n", "data: a.csv: 2 rows, want one for each of the 1 examples, or a column index that says which they are about", 1},
		{"index,a\n1,1\n9,2\n", "data: a.csv: line 3: column index: 9, want an example from 0 to 8", 9},
	} {
		a, err := ReadAttributes(strings.NewReader(c.file), "a.csv")
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Check(c.n); err == nil || err.Error() != c.want {
			t.Errorf("%q for %d: got error %v, want %s", c.file, c.n, err, c.want)
		}
		if _, _, err := a.Column("b"); err == nil || err.Error() != `data: a.csv: no column "b", want one of ["a"]` {
			t.Errorf("a column that is not there: got error %v", err)
		}
	}
}

func FuzzReadAttributes(f *testing.F) {
	for _, file := range []string{
		"", "a,b\n1,x\n2,y\n", "index,a\n3,1\n1,2\n", "\xef\xbb\xbfa\r\n1\r\n", "a\n\"1\n", "a,b\n1\n", "a\nnan\n", "a,a\n1,2\n", "a\n\xff\n",
	} {
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file string) {
		a, err := ReadAttributes(strings.NewReader(file), "a.csv")
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
				v := values[row]
				if math.IsNaN(v) || math.IsInf(v, 0) {
					t.Fatalf("%v in %q", v, name)
				}
				if classes != nil {
					fmt.Fprintf(&b, ",w%09d", int(v))
				} else {
					fmt.Fprintf(&b, ",%g", v)
				}
			}
		}
		again, err := ReadAttributes(strings.NewReader(b.String()), "b.csv")
		if err != nil || !slices.Equal(again.Index, a.Index) {
			t.Fatalf("written again as\n%s\n: %v", b.String(), err)
		}
		for k, name := range a.Names {
			want, _, _ := a.Column(name)
			if got, _, _ := again.Column(fmt.Sprintf("c%d", k)); !slices.Equal(got, want) {
				t.Fatalf("%q: %v, written again %v", name, want, got)
			}
		}
	})
}

func TestRowsOfAttributesAreBounded(t *testing.T) {
	_, err := ReadAttributes(strings.NewReader("a\n"+strings.Repeat("0\n", int(untrusted.Rows.Most)+1)), "a.csv")
	if want := "data: a.csv: line 10000002: 10000001 rows, want at most 10000000; "; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}
