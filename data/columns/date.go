package columns

import (
	"math"
	"strings"
	"time"
)

// days are layouts of a day, and clocks those of a time. Of two that fit all cells the first counts.
var (
	days = []string{
		"2006-01-02", "2006-1-2", "2006/01/02", "2006/1/2", "2006.01.02", "02.01.2006", "2.1.2006",
		"01/02/2006", "1/2/2006", "02/01/2006", "2/1/2006", "02-01-2006", "01-02-2006", "2006-01",
	}
	clocks = []string{"15:04", "15:04:05", "15:04:05.000", "15:04:05.000000", "15:04:05Z07:00", "15:04Z07:00", "15:04:05.000Z07:00"}
	others = []string{"20060102", "2 January 2006", "January 2, 2006", "2 Jan 2006", "Jan 2, 2006", "02-Jan-2006", "Jan 2006"}
)

// layouts are all that are known.
var layouts = func() []string {
	all := append(append([]string{}, days...), others...)
	for _, day := range days {
		for _, between := range []string{" ", "T"} {
			for _, clock := range clocks {
				all = append(all, day+between+clock)
			}
		}
	}
	return append(all, clocks...)
}()

// layoutsOf returns the layouts by which every text is a date and is written again as it is read.
func layoutsOf(texts []string) []string {
	var fit []string
	for _, layout := range layouts {
		ok := len(texts) > 0
		for _, text := range texts {
			if ok = ok && fits(text, layout); !ok {
				break
			}
		}
		if ok {
			fit = append(fit, layout)
		}
	}
	return fit
}

// fits reports whether a text is a date by a layout, in that form.
func fits(text, layout string) bool {
	t, err := time.Parse(layout, text)
	return err == nil && t.Year() >= 0 && t.Year() <= 9999 && (t.Format(layout) == text || strings.Contains(layout, "Z07:00"))
}

// perStep is how many seconds are one step of a date.
func perStep(layout string) int64 {
	if strings.Contains(layout, "15:04") {
		return 1
	}
	return 24 * 60 * 60
}

// readDate is a date as the number of days since 1970, or of seconds if its layout has a time.
func readDate(text, layout string) (float64, bool) {
	t, err := time.Parse(layout, text)
	if err != nil {
		return 0, false
	}
	if per := perStep(layout); per > 1 {
		return float64(t.Unix() / per), true
	}
	return float64(t.UnixMilli()) / 1000, true
}

// writeDate writes what readDate read.
func writeDate(x float64, layout string) string {
	x = max(-62167219200, min(x, 253402300799)) // the years 0 to 9999
	if per := perStep(layout); per > 1 {
		x = max(-719528, min(x, 2932896))
		return time.Unix(int64(x)*per, 0).UTC().Format(layout)
	}
	return time.UnixMilli(int64(math.Round(x * 1000))).UTC().Format(layout)
}

// named says a layout in letters, as people know it.
func named(layout string) string {
	return strings.NewReplacer("2006", "YYYY", "January", "month", "Jan", "month", "01", "MM", "02", "DD", "15", "hh", "04", "mm", "05", "ss", "Z07:00", "zone").Replace(layout)
}
