package table

import (
	"math"
	"strconv"
	"strings"
)

// missing are the spellings of a cell that has no value, besides an empty one: those that
// pandas and R write, a spreadsheet's and that of the UCI repository.
var missing = map[string]bool{
	"NA": true, "N/A": true, "n/a": true, "#N/A": true, "<NA>": true,
	"NaN": true, "nan": true, "NAN": true, "-nan": true, "-NaN": true,
	"null": true, "NULL": true, "Null": true, "None": true, "?": true,
}

// Missing reports whether a cell, without the blanks around it, has no value: it is
// empty, or one of NA, N/A, n/a, #N/A, <NA>, NaN, nan, NAN, -nan, -NaN, null, NULL, Null,
// None and ?.
func Missing(cell string) bool { return cell == "" || missing[cell] }

// class is what a cell is by itself.
type class int

const (
	gap    class = iota // a missing value
	number              // by one reading or two
	code                // digits that begin with a zero
	date                // or a time of day
	word
	classes // how many there are
)

// cell is what is known of a cell by itself.
type cell struct {
	class        class
	point, comma bool // whether it is a number with decimal points, and with decimal commas
	differ       bool // both, and they are different numbers
	plain        bool // digits alone
	percent      bool

	pointGroup, commaGroup rune // between thousands, by either reading; 0 for none
}

// classify looks at a cell without the blanks around it.
func classify(s string) cell {
	if Missing(s) {
		return cell{class: gap}
	}
	if n, rest := digits(s); rest == "" {
		switch {
		case n > 1 && s[0] == '0':
			return cell{class: code}
		case n < 300: // and so it is finite
			return cell{class: number, point: true, comma: true, plain: true}
		}
	}
	if !strings.ContainsAny(s, "0123456789") {
		return cell{class: word}
	}
	if isDate(s) {
		return cell{class: date}
	}
	point, isPoint := parseNumeral(s, '.')
	comma, isComma := point, isPoint
	if strings.ContainsAny(s, ".,") {
		comma, isComma = parseNumeral(s, ',')
	}
	isPoint = isPoint && finite(point)
	isComma = isComma && finite(comma)
	if !isPoint && !isComma {
		return cell{class: word}
	}
	return cell{
		class: number, point: isPoint, comma: isComma, differ: isPoint && isComma && point.text != comma.text,
		percent: point.percent, pointGroup: point.group, commaGroup: comma.group,
	}
}

// finite reports whether a number is within the range of float64.
func finite(n numeral) bool {
	if len(n.text) < 300 && !strings.ContainsAny(n.text, "eE") {
		return true
	}
	v, err := strconv.ParseFloat(n.text, 64)
	return err == nil && !math.IsInf(v, 0)
}

// isDate reports whether a cell is a day, a time of day, or a day and a time:
//
//	2025-01-31   2025/01/31   31.01.2025   01/31/2025   2025-01   08:30   08:30:15.5
//	2025-01-31 08:30   2025-01-31T08:30:15Z   2025-01-31T08:30:15+01:00
func isDate(s string) bool {
	if s[0] < '0' || s[0] > '9' {
		return false
	}
	at := strings.IndexAny(s, "T ")
	if at < 0 {
		return isDay(s) || isTime(s)
	}
	return isDay(s[:at]) && isTime(strings.TrimLeft(s[at+1:], " "))
}

func isDay(s string) bool {
	for _, mark := range []string{"-", "/", "."} {
		parts := strings.Split(s, mark)
		if len(parts) == 2 && mark == "-" {
			return between(parts[0], 4, 4, 0, 9999) && between(parts[1], 2, 2, 1, 12)
		}
		if len(parts) != 3 {
			continue
		}
		if len(parts[0]) == 4 { // the year, the month, the day
			return between(parts[0], 4, 4, 0, 9999) && between(parts[1], 1, 2, 1, 12) && between(parts[2], 1, 2, 1, 31)
		}
		first, second := between(parts[0], 1, 2, 1, 31), between(parts[1], 1, 2, 1, 31)
		month := between(parts[0], 1, 2, 1, 12) || between(parts[1], 1, 2, 1, 12)
		return first && second && month && between(parts[2], 4, 4, 0, 9999)
	}
	return false
}

func isTime(s string) bool {
	s = strings.TrimSuffix(s, "Z")
	if at := strings.IndexAny(s, "+-"); at >= 0 { // from Greenwich's
		if zone := strings.ReplaceAll(s[at+1:], ":", ""); !between(zone, 2, 4, 0, 1400) {
			return false
		}
		s = s[:at]
	}
	s, decimals, _ := strings.Cut(s, ".")
	if n, rest := digits(decimals); n > 9 || rest != "" {
		return false
	}
	parts := strings.Split(s, ":")
	if len(parts) != 2 && len(parts) != 3 {
		return false
	}
	for k, p := range parts {
		if !between(p, 1, 2, 0, []int{23, 59, 60}[k]) {
			return false
		}
	}
	return true
}

// between reports whether a text is a number whose length is within a range of digits,
// from low to high.
func between(s string, least, most, low, high int) bool {
	n, rest := digits(s)
	if rest != "" || n < least || n > most {
		return false
	}
	v, err := strconv.Atoi(s)
	return err == nil && v >= low && v <= high
}
