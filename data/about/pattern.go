package about

import (
	"cmp"
	"fmt"
	"math"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"latentspace/example"
	"latentspace/internal/untrusted"
)

// CheckPattern returns an error if a pattern is no regular expression or has no group with a name.
func CheckPattern(pattern string) error {
	_, err := parsePattern(pattern)
	return err
}

func parsePattern(pattern string) (*regexp.Regexp, error) {
	re, err := regexp.Compile("^(?:" + pattern + ")$")
	if err != nil {
		return nil, fmt.Errorf("%q is no regular expression: %w", pattern, err)
	}
	var names []string
	for _, n := range re.SubexpNames() {
		if n != "" && slices.Contains(names, n) {
			return nil, fmt.Errorf("%q has two groups called %s, want names that differ", pattern, n)
		}
		if n != "" {
			names = append(names, n)
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%q has no group with a name, want one such as (?P<speaker>[a-z]+) for each part that tells something", pattern)
	}
	return re, nil
}

// Pattern adds what the names of files tell: the groups of a regular expression that the whole name
// matches, without folders and ending. The first group is a category, the class of a file if nothing
// else is. Others are an ordinal if all that they have are whole numbers, and else a category. A name
// that does not match is an error, and so is a group with too many words to be one. What is what the
// files are, in the plural.
func (k *Known) Pattern(pattern, what string, files []string) error {
	re, err := parsePattern(pattern)
	if err != nil {
		return err
	}
	var columns []column
	words := make([][]string, re.NumSubexp()+1)
	for _, f := range files {
		base := strings.TrimSuffix(path.Base(f), path.Ext(f))
		match := re.FindStringSubmatch(base)
		if match == nil {
			return fmt.Errorf("the name %.100q does not match %q, want every one of the %d %s to match", base, pattern, len(files), what)
		}
		for g, w := range match {
			words[g] = append(words[g], w)
		}
	}
	for g, name := range re.SubexpNames() {
		if name == "" {
			continue
		}
		c, err := columnOf(name, words[g], len(columns) == 0)
		if err != nil {
			return err
		}
		columns = append(columns, c)
	}
	return k.join(len(files), columns)
}

// columnOf makes a column of words.
func columnOf(name string, of []string, class bool) (column, error) {
	words := slices.Clone(of)
	slices.Sort(words)
	words = slices.Compact(words)
	if err := untrusted.Classes.Check(int64(len(words))); err != nil {
		return column{}, fmt.Errorf("group %s: %w", name, err)
	}
	c := column{example.Field{Name: name, Kind: example.Category, Words: words, View: example.Cell}, make([]float32, len(of))}
	if number := func(w string) int {
		n, err := strconv.Atoi(w)
		if err != nil || strconv.Itoa(n) != w {
			return math.MinInt
		}
		return n
	}; !slices.ContainsFunc(words, func(w string) bool { return number(w) == math.MinInt }) {
		slices.SortFunc(words, func(a, b string) int { return cmp.Compare(number(a), number(b)) })
		if !class {
			c.field.Kind = example.Ordinal
		}
	}
	at := map[string]int{}
	for i, w := range words {
		at[w] = i
	}
	for i, w := range of {
		c.values[i] = float32(at[w])
	}
	return c, nil
}

// HoldOut returns which of n files have one of some values of an attribute with words, as in
// take=0,1,2, and forgets the attribute: what is held out by it has other values than the rest, so that
// nothing can be learned of it.
func (k *Known) HoldOut(condition string, n int) ([]bool, error) {
	name, list, ok := strings.Cut(condition, "=")
	f, at, known := k.Schema.Lookup(strings.TrimSpace(name))
	switch {
	case !ok:
		return nil, fmt.Errorf("%q, want an attribute and its values, as in take=0,1,2", condition)
	case !known:
		return nil, fmt.Errorf("no attribute %q, want one of %q", strings.TrimSpace(name), k.Schema.Names())
	case !f.Indexed():
		return nil, fmt.Errorf("attribute %s has numbers, want one with words", f.Name)
	}
	wanted := make([]bool, len(f.Words))
	for w := range strings.SplitSeq(list, ",") {
		i := slices.Index(f.Words, strings.TrimSpace(w))
		if i < 0 {
			return nil, fmt.Errorf("%s is never %q, want some of %.400q", f.Name, strings.TrimSpace(w), f.Words)
		}
		wanted[i] = true
	}
	width := k.Schema.Width()
	in := make([]bool, n)
	for i := range in {
		in[i] = wanted[int(k.Values[i*width+at])]
	}
	kept := make([]float32, 0, n*(width-1))
	for i := range n {
		row := k.Values[i*width : (i+1)*width]
		kept = append(append(kept, row[:at]...), row[at+1:]...)
	}
	k.Values = kept
	k.Schema.Fields = slices.DeleteFunc(slices.Clone(k.Schema.Fields), func(g example.Field) bool { return g.Name == f.Name })
	return in, nil
}
