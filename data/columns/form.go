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
	least        int                   // decimals
	decimals     [mostDecimals + 1]int // how many cells have as many
	digits       [mostDecimals + 1]int // significant ones
	zero, noZero bool
	exponent     bool
	layout       string // of dates
	of           *table.Column
}

// mostDecimals bounds what is written: as many digits as a float64 has.
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
	digits, leading := 0, true
	for _, c := range []byte(text) {
		if leading = leading && (c < '1' || c > '9'); !leading && c >= '0' && c <= '9' {
			digits++
		}
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
	if f.most() == 0 && f.decimals[0] == 0 {
		f.least = decimals
	}
	f.least = min(f.least, decimals)
	f.decimals[decimals]++
	f.digits[min(digits, mostDecimals)]++
}

// most is the most decimals of a cell.
func (f *form) most() int { return nearly(f.decimals[:], 0) }

// nearly is the largest place of some counts, without those above that have less than a share of
// all together.
func nearly(counts []int, share float64) int {
	all := 0
	for _, n := range counts {
		all += n
	}
	above := 0
	for k := len(counts) - 1; k > 0; k-- {
		if above += counts[k]; float64(above) > float64(share*float64(all)) {
			return k
		}
	}
	return 0
}

// noise is the share of cells that may have more digits than the others, as sums of floating-point
// numbers have, without all being written with as many.
const noise = 0.01

// format is the form for the numbers that are to be written.
func (f *form) format() example.Format {
	mark, group, percent := f.of.Marks()
	if f.layout != "" {
		return example.Format{Date: f.layout}
	}
	most := f.most()
	if usual := nearly(f.decimals[:], noise); usual+2 <= most && usual > 0 {
		most = usual
	}
	out := example.Format{
		Decimals: most, Fixed: most > 0 && f.least == most && !f.exponent,
		NoZero: f.noZero && !f.zero, Percent: percent,
	}
	if digits := nearly(f.digits[:], noise); !out.Fixed && most > 1 && digits > 2 {
		out.Digits = digits
	}
	if mark == ',' {
		out.Mark = ","
	}
	if group != 0 {
		out.Group = string(group)
	}
	return out
}

// significant rounds a number to a number of significant digits.
func significant(x float64, digits int) float64 {
	if digits <= 0 {
		return x
	}
	y, err := strconv.ParseFloat(strconv.FormatFloat(x, 'e', digits-1, 64), 64)
	if err != nil {
		return x
	}
	return y
}

// Write writes a number in a form.
func Write(x float64, f example.Format) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return f.Gap
	}
	if f.Date != "" {
		return writeDate(x, f.Date)
	}
	x = significant(x, f.Digits)
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
