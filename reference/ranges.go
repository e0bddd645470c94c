package reference

import (
	"regexp"
	"strconv"
	"strings"
)

// bounds are the range of a number, as the comment of its key has it.
type bounds struct {
	least, most         float64
	hasLeast, hasMost   bool
	openLeast, openMost bool // the bound itself is outside
}

const number = `(-?\d+(?:,\d{3})*(?:\.\d+)?(?:e-?\d+)?)`

var (
	interval = regexp.MustCompile(`\bin ([\[(])` + number + `, ` + number + `([\])])`)
	fromTo   = regexp.MustCompile(`(?:^|[ (])` + number + ` to ` + number)
	atLeast  = regexp.MustCompile(`\bat least ` + number)
	orMore   = regexp.MustCompile(number + ` or more`)
	above    = regexp.MustCompile(`\babove ` + number)
)

// rangeOf reads a range out of a comment: "in [0, 1)", "from 1 to 1,000" or "1 to 1,000", "at least 1", "0 or
// more" or "above 0".
func rangeOf(doc string) bounds {
	if m := interval.FindStringSubmatch(doc); m != nil {
		return bounds{value(m[2]), value(m[3]), true, true, m[1] == "(", m[4] == ")"}
	}
	if m := fromTo.FindStringSubmatch(doc); m != nil {
		return bounds{least: value(m[1]), most: value(m[2]), hasLeast: true, hasMost: true}
	}
	for _, r := range []*regexp.Regexp{atLeast, orMore, above} {
		if m := r.FindStringSubmatch(doc); m != nil {
			return bounds{least: value(m[1]), hasLeast: true, openLeast: r == above}
		}
	}
	return bounds{}
}

func value(s string) float64 {
	x, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", ""), 64)
	if err != nil {
		panic(err) // what a pattern of numbers matched
	}
	return x
}

// schema adds the bounds to the JSON schema of a number.
func (b bounds) schema(of map[string]any) map[string]any {
	name := func(word string, open bool) string {
		if open {
			return "exclusive" + strings.ToUpper(word[:1]) + word[1:]
		}
		return word
	}
	if b.hasLeast {
		of[name("minimum", b.openLeast)] = b.least
	}
	if b.hasMost {
		of[name("maximum", b.openMost)] = b.most
	}
	return of
}
