package columns

import (
	"math"
	"strconv"

	"latentspace/example"
)

// Amount is what a cell of a field's values says: of a number that number, as a file would have it,
// of words the index of the word, and NaN if the cell is missing. Of the numbers of a bin it is the
// one that a share of them is below.
func Amount(f example.Field, values []float32, share float64) float64 {
	v := float64(values[0])
	if f.Gaps && !(values[f.Size()] >= 0.5) || math.IsNaN(v) {
		return math.NaN()
	}
	c := f.Column
	switch {
	case c == nil || len(c.Bins) == 0 && c.Scale == nil:
		return v
	case f.Indexed():
		k := int(max(0, min(math.Round(v), float64(len(f.Words)-1))))
		return written(c, c.Bins[k].Number(share))
	}
	known := c.Scale.Numbers
	return written(c, max(known[0], min(c.Scale.Number(v), known[len(known)-1])))
}

// written is a number after it was written and read again.
func written(c *example.Column, x float64) float64 {
	x = significant(rounded(c, x), c.Format.Digits)
	if text := strconv.FormatFloat(x, 'f', max(0, min(c.Format.Decimals, mostDecimals)), 64); c.Format.Date == "" {
		if y, err := strconv.ParseFloat(text, 64); err == nil {
			return y
		}
	}
	return x
}
