package about

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestFoldersAreClasses(t *testing.T) {
	many := make([]string, 1001)
	for i := range many {
		many[i] = fmt.Sprintf("%04d/a.png", i)
	}
	for _, c := range []struct {
		name  string
		files []string
		want  string // classes and the labels
	}{
		{"two folders", []string{"a/1.png", "a/2.png", "b/deep/3.png"}, "[a b] [0 0 1]"},
		{"one folder around all", []string{"all/a/1.png", "all/b/2.png"}, "[a b] [0 1]"},
		{"one folder", []string{"all/1.png", "all/2.png"}, "[] []"},
		{"no folders", []string{"1.png", "2.png"}, "[] []"},
		{"some in none", []string{"1.png", "a/2.png"}, "[. a] [0 1]"},
		{"folders within one class", []string{"a/x/1.png", "a/y/2.png", "b/z/3.png"}, "[a b] [0 0 1]"},
		{"more folders than classes may be", many, "[] []"},
	} {
		known, notes := Folders("pictures", c.files)
		var words []string
		for _, f := range known.Schema.Fields {
			words = f.Words
		}
		if got := fmt.Sprint(words, " ", known.Values); got != c.want {
			t.Errorf("%s: %s, want %s; notes %q", c.name, got, c.want, notes)
		}
	}
}

func TestNamesInTablesAreFound(t *testing.T) {
	l := lookupOf([]string{"a/1.png", "b/1.png", "b/2.jpg", "3.png"})
	for name, want := range map[string]int{"a/1.png": 0, "b/1": 1, "1.png": ambiguous, "1": ambiguous, "2.jpg": 2, "2": 2, "3": 3} {
		if got, ok := l[name]; !ok || got != want {
			t.Errorf("%s: %d, %v, want %d", name, got, ok, want)
		}
	}
	if _, ok := l["4"]; ok {
		t.Error("a name of no picture is found")
	}
}

func TestTablesThatDoNotFitAreRefused(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"a value of 2", "1\nOld\na.png 2\n", `line 3: Old is "2", want −1 or 1`},
		{"a row too short", "1\nOld Young\na.png 1\n", "line 3: 2 cells, want a name and 2 attributes"},
		{"a row twice", "2\nOld\na.png 1\na.png 1\n", `line 4: a second row about "a.png"`},
		{"fewer rows than it says", "2\nOld\na.png 1\n", "1 rows, want 2 as the first line says"},
	} {
		if _, _, _, err := readCelebA(strings.NewReader(c.file), lookupOf([]string{"a.png"}), make([]bool, 1)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got error %v, want %q", c.name, err, c.want)
		}
	}
	for _, file := range []string{"", "file,old\na.png,1\n", "12,13\n"} {
		if _, _, _, err := readCelebA(strings.NewReader(file), nil, nil); !errors.Is(err, errOther) {
			t.Errorf("%q: got error %v, want another layout", file, err)
		}
	}
	for _, c := range []struct{ name, file, want string }{
		{"no names", "x,old\nb.png,1\nc.png,2\n", "no column has the names of pictures"},
		{"a row twice", "x,old\na.png,1\na.png,2\n", `line 3: a second row about "a.png"`},
	} {
		if _, _, _, err := readTable(strings.NewReader(c.file), "t", "pictures", lookupOf([]string{"a.png"}), make([]bool, 1)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got error %v, want %q", c.name, err, c.want)
		}
	}
}

func TestColumnsWithGapsAreLeftOut(t *testing.T) {
	file := "file,old,size,weight\na.png,1,7,\nb.png,0,8,2.5\nother.png,1,9,3\n"
	columns, notes, others, err := readTable(strings.NewReader(file), "t", "pictures", lookupOf([]string{"a.png", "b.png"}), make([]bool, 2))
	var names []string
	for _, c := range columns {
		names = append(names, c.field.Name)
	}
	if err != nil || others != 1 || !slices.Equal(names, []string{"old", "size"}) || len(notes) != 1 || !strings.Contains(notes[0], "weight is left out: cells are missing") {
		t.Errorf("%v, notes %q, %d other rows, %v", names, notes, others, err)
	}
}

func FuzzReadCelebA(f *testing.F) {
	f.Add("1\nOld Young\na.png -1  1\n")
	f.Add("2\nOld\na.png 1\nb.png -1\n")
	f.Fuzz(func(t *testing.T, file string) {
		columns, _, _, err := readCelebA(strings.NewReader(file), lookupOf([]string{"a.png", "b.png"}), make([]bool, 2))
		if err == nil && len(columns) == 0 {
			t.Error("no attributes and no error")
		}
	})
}
