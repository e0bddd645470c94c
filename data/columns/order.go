package columns

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"latentspace/data/table"
)

// scales are words that have an order.
var scales = [][]string{
	{"none", "very low", "low", "medium", "high", "very high"},
	{"low", "moderate", "high", "extreme"},
	{"low", "mid", "high"},
	{"tiny", "small", "medium", "large", "huge"},
	{"xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl"},
	{"never", "rarely", "sometimes", "often", "always"},
	{"very bad", "bad", "poor", "fair", "average", "good", "very good", "excellent"},
	{"strongly disagree", "disagree", "neutral", "agree", "strongly agree"},
	{"mild", "moderate", "severe", "critical"},
	{"bronze", "silver", "gold", "platinum"},
	{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"},
	{"mon", "tue", "wed", "thu", "fri", "sat", "sun"},
	{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"},
	{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"},
}

// scaleOf returns the scale that at least three words are all of, in their case; nil for none.
func scaleOf(texts []string) []string {
	if len(texts) < 3 {
		return nil
	}
	for _, scale := range scales {
		if !slices.ContainsFunc(texts, func(t string) bool { return !slices.Contains(scale, strings.ToLower(t)) }) {
			sorted := slices.Clone(texts)
			slices.SortFunc(sorted, byScale(scale))
			return sorted
		}
	}
	return nil
}

func byScale(scale []string) func(a, b string) int {
	return func(a, b string) int {
		return cmp.Compare(slices.Index(scale, strings.ToLower(a)), slices.Index(scale, strings.ToLower(b)))
	}
}

// order is the order of the words of an ordinal: that of a known scale, or of the numbers that they
// begin with, or of the alphabet.
func (c *Column) order() func(a, b string) int {
	if scale := scaleOf(c.cells.texts); scale != nil {
		return func(a, b string) int { return cmp.Compare(slices.Index(scale, a), slices.Index(scale, b)) }
	}
	return byNumber
}

// beginning is the number that a word begins with.
var beginning = regexp.MustCompile(`^[-+]?[0-9]+([.,][0-9]+)?`)

// byNumber compares words by the numbers that they begin with. Words without one come last.
func byNumber(a, b string) int {
	x, errX := table.ParseNumber(strings.Replace(beginning.FindString(a), ",", ".", 1), '.', 64)
	y, errY := table.ParseNumber(strings.Replace(beginning.FindString(b), ",", ".", 1), '.', 64)
	switch {
	case errX == nil && errY == nil:
		return cmp.Or(cmp.Compare(x, y), strings.Compare(a, b))
	case errX == nil:
		return -1
	case errY == nil:
		return 1
	}
	return strings.Compare(a, b)
}
