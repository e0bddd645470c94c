package table

import (
	"strings"
	"unicode/utf8"
)

// numeral is the text of a number, taken apart.
type numeral struct {
	text    string // as strconv.ParseFloat wants it
	group   rune   // that separates thousands; 0 for none
	percent bool
}

// parseNumeral takes apart a number whose decimals follow a mark, a point or a comma:
//
//	[+ or −] digits [mark digits] [e exponent] [%]
//
// Thousands may be separated, by the other of point and comma, by blanks or by
// apostrophes, in groups of exactly three digits after the first of one to three. A whole
// part that begins with a zero before another digit, as 0311 does, is none of a number
// but of a code. Infinity and NaN are no numbers.
func parseNumeral(s string, mark byte) (n numeral, ok bool) {
	if t, cut := strings.CutSuffix(s, "%"); cut {
		n.percent, s = true, strings.TrimRight(t, " \u00a0\u202f\u2009")
	}
	if t, cut := strings.CutPrefix(s, "−"); cut {
		s = "-" + t
	}
	if plain(s) && mark == '.' {
		n.text = s
		return n, wellFormed(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	sign := s
	if s != "" && (s[0] == '-' || s[0] == '+') {
		s = s[1:]
	}
	b.WriteString(sign[:len(sign)-len(s)])
	run := 0 // digits since the last separator of thousands
	whole := true
	for i, width := 0, 0; i < len(s); i += width {
		var char rune
		char, width = utf8.DecodeRuneInString(s[i:])
		switch {
		case char >= '0' && char <= '9':
			run++
			b.WriteRune(char)
		case char == rune(mark) || char == 'e' || char == 'E':
			if whole && n.group != 0 && run != 3 {
				return n, false
			}
			if !whole && char == rune(mark) {
				return n, false
			}
			whole = false
			if char == rune(mark) {
				char = '.'
			}
			b.WriteRune(char)
		case whole && separates(char, mark) && (n.group == 0 && run >= 1 && run <= 3 && s[0] != '0' || n.group == char && run == 3):
			n.group, run = char, 0
		case !whole && (char == '-' || char == '+') && (s[i-1] == 'e' || s[i-1] == 'E'):
			b.WriteRune(char)
		default:
			return n, false
		}
	}
	if whole && n.group != 0 && run != 3 {
		return n, false
	}
	n.text = b.String()
	return n, wellFormed(n.text)
}

// separates reports whether a character may stand between thousands where decimals
// follow a mark.
func separates(char rune, mark byte) bool {
	switch char {
	case ',', '.':
		return char != rune(mark)
	case ' ', '\u00a0', '\u202f', '\u2009', '\'', '’':
		return true
	}
	return false
}

// plain reports whether a text has only what a number of Go's may.
func plain(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9', c == '.', c == '-', c == '+', c == 'e', c == 'E':
		default:
			return false
		}
	}
	return true
}

// wellFormed reports whether a text is a number of decimal digits, without a leading zero
// before another digit.
func wellFormed(s string) bool {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		s = s[1:]
	}
	whole, rest := digits(s)
	if whole > 1 && s[0] == '0' {
		return false
	}
	s = rest
	decimals := 0
	if s != "" && s[0] == '.' {
		decimals, s = digits(s[1:])
	}
	if whole+decimals == 0 {
		return false
	}
	if s != "" && (s[0] == 'e' || s[0] == 'E') {
		s = s[1:]
		if s != "" && (s[0] == '-' || s[0] == '+') {
			s = s[1:]
		}
		n := 0
		if n, s = digits(s); n == 0 {
			return false
		}
	}
	return s == ""
}

// digits counts the digits that a text begins with and returns the rest.
func digits(s string) (int, string) {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n, s[n:]
}
