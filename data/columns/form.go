package columns

import (
	"math"
	"strconv"
	"strings"

	"latentspace/data/table"
	"latentspace/example"
)

// form is how the numbers of a column are written.
type form struct {
	seen         bool
	least, most  int // decimals
	zero, noZero bool
	exponent     bool
	layout       string // of dates
	of           *table.Column
}

// mostDecimals bounds what is written: more digits than a float64 has.
const mostDecimals = 17

// add looks at a number.
func (f *form) add(text string, mark byte) {
	text = strings.TrimRight(text, "% \u00a0\u202f\u2009")
	decimals := 0
	if at := strings.IndexAny(text, "eE"); at >= 0 {
		shift, err := strconv.Atoi(text[at+1:])
		if err != nil {
			shift = 0
		}
		decimals -= max(-1000, min(shift, 1000))
		text, f.exponent = text[:at], true
	}
	if at := strings.LastIndexByte(text, mark); at >= 0 {
		decimals += len(text) - at - 1
		switch whole := strings.TrimLeft(text[:at], "+-−"); whole {
		case "":
			f.noZero = true
		case "0":
			f.zero = true
		}
	}
	decimals = max(0, min(decimals, mostDecimals))
	if !f.seen {
		f.seen, f.least = true, decimals
	}
	f.least, f.most = min(f.least, decimals), max(f.most, decimals)
}

// format is the form for the numbers that are to be written.
func (f form) format() example.Format {
	mark, group, percent := f.of.Marks()
	out := example.Format{
		Decimals: f.most, Fixed: f.most > 0 && f.least == f.most && !f.exponent,
		NoZero: f.noZero && !f.zero, Percent: percent,
	}
	if f.layout != "" {
		return example.Format{Date: f.layout}
	}
	if mark == ',' {
		out.Mark = ","
	}
	if group != 0 {
		out.Group = string(group)
	}
	return out
}

// Write writes a number in a form.
func Write(x float64, f example.Format) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return f.Gap
	}
	if f.Date != "" {
		return writeDate(x, f.Date)
	}
	s := strconv.FormatFloat(x, 'f', max(0, min(f.Decimals, mostDecimals)), 64)
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	whole, decimals, _ := strings.Cut(s, ".")
	if !f.Fixed {
		decimals = strings.TrimRight(decimals, "0")
	}
	if whole == "0" && strings.Trim(decimals, "0") == "" {
		sign = "" // −0
	}
	if f.Group != "" {
		for i := len(whole) - 3; i > 0; i -= 3 {
			whole = whole[:i] + f.Group + whole[i:]
		}
	}
	if f.NoZero && whole == "0" && decimals != "" {
		whole = ""
	}
	if decimals != "" {
		mark := "."
		if f.Mark != "" {
			mark = f.Mark
		}
		whole += mark + decimals
	}
	if f.Percent {
		whole += "%"
	}
	return sign + whole
}
