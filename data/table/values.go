package table

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"latentspace/internal/untrusted"
)

// Values are the cells of a column of [Numbers] or [Words] as numbers, row by row: the
// number itself, or the index of the word among the classes, which are in alphabetical
// order, so that the order of the rows does not matter. A missing cell is NaN.
type Values struct {
	Numbers []float64
	Classes []string // nil for numbers

	column *Column
	seen   map[string]int // words by the order in which they came, where there are many
	known  int
	over   bool // there are more classes than the limit allows
}

// Values returns the values of a column, of which n rows will be added.
func (c *Column) Values(n int) *Values {
	v := &Values{column: c}
	if c.Why == "" {
		v.Numbers = make([]float64, 0, n)
	}
	return v
}

// Add adds a cell, without the blanks around it. Of a column that is left out nothing is kept.
func (v *Values) Add(cell string) error {
	switch {
	case v.column.Why != "" || v.over:
		return nil
	case Missing(cell):
		v.Numbers = append(v.Numbers, math.NaN())
		return nil
	case v.column.Kind == Numbers:
		x, err := v.column.Number(cell, 64)
		v.Numbers = append(v.Numbers, x)
		return err
	}
	v.known++
	k := v.find(cell)
	if k == len(v.Classes) {
		if int64(k) >= untrusted.Classes.Value() {
			v.over, v.Numbers, v.Classes, v.seen = true, nil, nil, nil
			return nil
		}
		v.Classes = append(v.Classes, strings.Clone(cell)) // a row shares one string
	}
	v.Numbers = append(v.Numbers, float64(k))
	return nil
}

// find returns the number of a word among those before, or how many they are. A map takes much
// more than a few words, of which a table of many columns has many times a few.
func (v *Values) find(word string) int {
	if len(v.Classes) <= few {
		if k := slices.Index(v.Classes, word); k >= 0 {
			return k
		}
		return len(v.Classes)
	}
	if v.seen == nil {
		v.seen = map[string]int{}
	}
	for k := len(v.seen); k < len(v.Classes); k++ {
		v.seen[v.Classes[k]] = k
	}
	if k, ok := v.seen[word]; ok {
		return k
	}
	return len(v.Classes)
}

// Finish puts the classes in order when all rows are added, and leaves the column out if its
// words are identifiers: each row has another, or, from 20 rows on, there are more than half
// as many words as rows, or there are more than the limit on classes allows.
func (v *Values) Finish() {
	c := v.column
	if c.Why != "" || c.Kind != Words {
		return
	}
	v.join()
	switch n := len(v.Classes); {
	case v.over:
		c.leave(Identifiers, fmt.Sprintf("more than %s different words, taken for identifiers; LATENTSPACE_LIMITS=%s=N allows N", grouped(int(untrusted.Classes.Value())), untrusted.Classes.Name))
	case n == v.known && n > 1, n > v.known/2 && v.known >= few:
		c.leave(Identifiers, fmt.Sprintf("%s different words in %s rows, taken for identifiers", grouped(n), grouped(v.known)))
	}
	if c.Why != "" {
		v.Numbers, v.Classes, v.seen = nil, nil, nil
		return
	}
	sorted := slices.Clone(v.Classes)
	slices.Sort(sorted)
	place := make([]float64, len(sorted)) // from the number of a word to its place
	for k, word := range v.Classes {
		at, _ := slices.BinarySearch(sorted, word)
		place[k] = float64(at)
	}
	for i, x := range v.Numbers {
		if !math.IsNaN(x) {
			v.Numbers[i] = place[int(x)]
		}
	}
	v.Classes, v.seen = sorted, nil
}

// pairs are words that stand for no and yes.
var pairs = [][2]string{{"false", "true"}, {"no", "yes"}, {"f", "t"}, {"n", "y"}, {"off", "on"}}

// join makes one class of the spellings of no, and one of those of yes, if a column has nothing
// else and one of them is spelled in several ways, as TRUE and true are.
func (v *Values) join() {
	for _, p := range pairs {
		in := func(word string) bool { return strings.EqualFold(word, p[0]) || strings.EqualFold(word, p[1]) }
		if len(v.Classes) < 2 || slices.ContainsFunc(v.Classes, func(w string) bool { return !in(w) }) {
			continue
		}
		if len(v.Classes) == 2 && !strings.EqualFold(v.Classes[0], v.Classes[1]) {
			return // spelled in one way
		}
		for i, x := range v.Numbers {
			switch {
			case math.IsNaN(x):
			case strings.EqualFold(v.Classes[int(x)], p[0]):
				v.Numbers[i] = 0
			default:
				v.Numbers[i] = 1
			}
		}
		v.column.note = fmt.Sprintf("%s and %s in any case", p[0], p[1])
		v.Classes = []string{p[0], p[1]}
		return
	}
}

// grouped writes a count with commas between thousands.
func grouped(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
