package arrays

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"latentspace/data/npy"
)

// exampleNames are what arrays of examples are called, without their part: those before others are
// taken before them.
var exampleNames = []string{"x", "images", "imgs", "image", "img", "pictures", "data", "examples", "samples", "inputs", "features", "points", "vectors", "codes", "arr_0"}

// labelNames are what arrays of classes are called.
var labelNames = []string{"y", "labels", "label", "targets", "target", "classes", "class", "latents_classes", "fine_labels"}

// partNames are the words that say which part an array is of.
var partNames = map[string]int{
	"train": train, "training": train, "tr": train,
	"val": valid, "valid": valid, "validation": valid, "dev": valid,
	"test": test, "te": test, "t10k": test,
}

// chosen are the names of arrays by their part.
type chosen struct{ examples, labels [roles]string }

// said names the chosen arrays.
func (c chosen) said() string {
	var out []string
	for role, name := range c.examples {
		if name == "" {
			continue
		}
		s := name
		if c.labels[role] != "" {
			s += " with the classes " + c.labels[role]
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

// partOf divides a name such as x_train or TrainImages into the part and the rest.
func partOf(name string) (role int, rest string, divided bool) {
	words := wordsOf(name)
	for k, w := range words {
		if r, ok := partNames[w]; ok && len(words) > 1 {
			return r, strings.Join(slices.Delete(words, k, k+1), "_"), true
		}
	}
	return train, strings.Join(words, "_"), false
}

// wordsOf are the words of a name in lower case: a new one begins at a sign, and at a capital letter
// after a small one.
func wordsOf(name string) []string {
	var b strings.Builder
	small := false
	for _, r := range name {
		if unicode.IsUpper(r) && small {
			b.WriteByte(' ')
		}
		if small = unicode.IsLower(r); unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(unicode.ToLower(r))
		} else {
			b.WriteByte(' ')
		}
	}
	return strings.Fields(b.String())
}

// baseOf is the name of an array without its part.
func baseOf(name string) string {
	_, base, _ := partOf(name)
	return base
}

// choose finds the arrays of an archive by their names.
func choose(archive *npy.Archive, o Options) (chosen, error) {
	names := archive.Names()
	if len(names) == 0 {
		return chosen{}, errNoArrays
	}
	examples, labels := exampleNames, labelNames
	for _, asked := range []struct {
		key, name string
		list      *[]string
	}{{"array", o.Array, &examples}, {"classes", o.Classes, &labels}} {
		if asked.name == "" {
			continue
		}
		if !slices.Contains(names, asked.name) {
			return chosen{}, fmt.Errorf("%s: no array %q, want one of %.1000q", asked.key, asked.name, names)
		}
		*asked.list = []string{baseOf(asked.name)}
	}
	var c chosen
	c.examples = find(names, examples, o.Array)
	if c.examples[train] == "" && o.Array == "" {
		name, err := onlyExamples(archive)
		if err != nil {
			return c, err
		}
		c.examples[train] = name
	}
	c.labels = find(names, labels, o.Classes)
	return c, nil
}

// find returns the arrays with the first of the names that one to train on, or one that is not
// divided, has. The array asked for itself is among them, whatever its part.
func find(names, wanted []string, asked string) (of [roles]string) {
	for _, base := range wanted {
		var divided, whole [roles]string
		for _, name := range names {
			role, rest, ok := partOf(name)
			if rest != base {
				continue
			}
			into := &whole
			if ok {
				into = &divided
			}
			if into[role] == "" {
				into[role] = name
			}
		}
		if _, _, ok := partOf(asked); divided[train] != "" && (asked == "" || ok) {
			return divided
		}
		if whole[train] != "" {
			return whole
		}
		if asked != "" {
			return [roles]string{train: asked}
		}
	}
	return of
}

// onlyExamples returns the only array with rows, where none has a name that is known.
func onlyExamples(archive *npy.Archive) (string, error) {
	var rows []string
	for _, name := range archive.Names() {
		if a, err := archive.Open(name); err == nil && len(a.Shape) > 1 {
			rows = append(rows, name)
		}
	}
	if len(rows) == 1 {
		return rows[0], nil
	}
	return "", fmt.Errorf("none of the arrays %.1000q has a name of examples, want array: NAME", archive.Names())
}

// labelFiles are the names that a file of labels may have beside one of examples.
func labelFiles(name string) []string {
	var out []string
	for _, c := range []struct{ from, to string }{
		{"images-idx3", "labels-idx1"}, {"images.idx3", "labels.idx1"},
		{"images", "labels"}, {"imgs", "labels"}, {"data", "labels"}, {"X", "y"}, {"x", "y"},
	} {
		at := strings.LastIndex(name, c.from)
		if at < 0 || inWord(name, at, len(c.from)) {
			continue
		}
		if other := name[:at] + c.to + name[at+len(c.from):]; !slices.Contains(out, other) {
			out = append(out, other)
		}
	}
	return out
}

// inWord reports whether part of a name touches other letters.
func inWord(name string, at, n int) bool {
	letter := func(k int) bool { return k >= 0 && k < len(name) && unicode.IsLetter(rune(name[k])) }
	return letter(at-1) || letter(at+n)
}
