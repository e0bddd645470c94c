// Package table reads tables of text as people and their programs write them: with commas,
// semicolons, tabs or bars, decimal points or decimal commas, in UTF-8 or UTF-16, with
// blanks around cells, comments above the header and cells that are missing. It finds out
// what it has, says what it took the file for, and refuses what it does not understand.
package table

import (
	"fmt"
	"strings"
)

// Dialect is what is known of how a table is written. What is zero is found out.
type Dialect struct {
	Separator rune // of cells: one of ',', ';', '\t' and '|'
	// Decimal is the mark of decimals, '.' or ',', of numbers that may be read in two
	// ways and have nothing beside them that tells which.
	Decimal rune
	// Header is whether the first row has the names of the columns.
	Header Header
}

// Header is what is known of the first row of a table.
type Header int

// The zero value expects names and refuses a first row that looks like those below it.
const (
	HeaderExpected Header = iota
	HeaderUnknown         // what the first row is, is found out
	HeaderPresent         // it has names, whatever they look like
	HeaderAbsent          // it is a row as the others are
)

// separators are the marks between cells, with their names.
var separators = []struct {
	mark       rune
	name, many string
}{
	{',', "comma", "commas"},
	{';', "semicolon", "semicolons"},
	{'\t', "tab", "tabs"},
	{'|', "bar", "bars"},
}

// Words that [ParseDialect] knows besides the names of separators.
const (
	decimalPoint = "decimal-point"
	decimalComma = "decimal-comma"
	withHeader   = "header"
	noHeader     = "no-header"
)

// ParseDialect reads a list of words with commas between them: comma, semicolon, tab or
// bar, decimal-point or decimal-comma, and header or no-header. An unknown word, and two that
// contradict each other, are errors.
func ParseDialect(list string) (Dialect, error) {
	var d Dialect
	for part := range strings.SplitSeq(list, ",") {
		word := strings.TrimSpace(part)
		var separator, decimal rune
		var header Header
		switch word {
		case decimalPoint:
			decimal = '.'
		case decimalComma:
			decimal = ','
		case withHeader:
			header = HeaderPresent
		case noHeader:
			header = HeaderAbsent
		default:
			for _, s := range separators {
				if word == s.name {
					separator = s.mark
				}
			}
			if separator == 0 {
				return Dialect{}, fmt.Errorf("%.40q, want comma, semicolon, tab or bar, and %s or %s, and %s or %s", word, decimalPoint, decimalComma, withHeader, noHeader)
			}
		}
		if separator != 0 && d.Separator != 0 || decimal != 0 && d.Decimal != 0 || header != 0 && d.Header != 0 {
			return Dialect{}, fmt.Errorf("%.40q says more than once what a table has, want one separator of cells, one mark of decimals and one word about the header", list)
		}
		d.Separator, d.Decimal, d.Header = max(d.Separator, separator), max(d.Decimal, decimal), max(d.Header, header)
	}
	return d, nil
}

// separatorName returns the name of a separator, and that of many.
func separatorName(separator rune) (one, many string) {
	for _, s := range separators {
		if s.mark == separator {
			return s.name, s.many
		}
	}
	return "", ""
}
