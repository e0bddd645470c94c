package example

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Column is how the cells of a column of a table become values of a field, and back. Words of a
// category and an ordinal are spelled as in the file and need none of Scale and Bins.
type Column struct {
	// Type is number, integer, boolean, category, ordinal or date.
	Type string `json:"type"`
	// Scale maps numbers to a [Real] field.
	Scale *Scale `json:"scale,omitempty"`
	// Bins map numbers to a [Category]: value i is Bins[i], in rising order.
	Bins []Bin `json:"bins,omitempty"`
	// Format is how cells are written.
	Format Format `json:"format"`
}

// Scale is a rising piecewise linear map between the numbers of a file and the values of a row,
// through the points (Numbers[k], Values[k]). Numbers beyond the ends follow the nearest piece.
type Scale struct {
	Numbers []float64 `json:"numbers"`
	Values  []float64 `json:"values"`
}

// Bin is a range of numbers that are one value of a category. A bin whose ends are equal is one
// number.
type Bin struct {
	Lo float64 `json:"lo"`
	Hi float64 `json:"hi"`
	// Inner are quantiles of the training numbers within the bin, at even shares between Lo and Hi.
	Inner []float64 `json:"inner,omitempty"`
}

// Format is how a table writes the cells of a column.
type Format struct {
	Decimals int    `json:"decimals,omitempty"` // digits after the mark, at most
	Digits   int    `json:"digits,omitempty"`   // significant ones, at most; 0 for any number
	Fixed    bool   `json:"fixed,omitempty"`    // always as many digits after the mark
	Mark     string `json:"mark,omitempty"`     // of decimals, "," or "" for a point
	Group    string `json:"group,omitempty"`    // between thousands, "" for none
	NoZero   bool   `json:"no_zero,omitempty"`  // below 1 no zero stands before the mark, as in .5
	Percent  bool   `json:"percent,omitempty"`  // a sign follows
	Date     string `json:"date,omitempty"`     // layout of a date, as in package time
	Gap      string `json:"gap,omitempty"`      // spelling of a missing cell
}

// Value is the value of a number.
func (s Scale) Value(x float64) float64 { return piecewise(s.Numbers, s.Values, x) }

// Number is the number of a value.
func (s Scale) Number(v float64) float64 { return piecewise(s.Values, s.Numbers, v) }

// piecewise is the linear map through the points (x, y), in rising x.
func piecewise(x, y []float64, at float64) float64 {
	k, found := slices.BinarySearch(x, at)
	if found {
		return y[k]
	}
	k = min(max(k, 1), len(x)-1)
	slope := float64(y[k]-y[k-1]) / float64(x[k]-x[k-1])
	return y[k-1] + float64(slope*(at-x[k-1]))
}

// Numeric reports whether the column is one of numbers or dates, not of words.
func (c Column) Numeric() bool { return c.Scale != nil || len(c.Bins) > 0 }

// Range is the least and the largest number that the column was learned from.
func (c Column) Range() (lo, hi float64) {
	if n := len(c.Bins); n > 0 {
		return c.Bins[0].Lo, c.Bins[n-1].Hi
	}
	return c.Scale.Numbers[0], c.Scale.Numbers[len(c.Scale.Numbers)-1]
}

// Only is the column where its value v stands for the number x and no other.
func (c Column) Only(v, x float64) Column {
	if c.Scale != nil {
		c.Scale = &Scale{Numbers: []float64{x, x}, Values: []float64{v - 1, v + 1}}
		return c
	}
	c.Bins = slices.Clone(c.Bins)
	c.Bins[int(v)] = Bin{Lo: x, Hi: x}
	return c
}

// BinOf is the index of the bin of a number: the one that has it, or else the nearest.
func (c Column) BinOf(x float64) int {
	k, _ := slices.BinarySearchFunc(c.Bins, x, func(b Bin, x float64) int { return cmp.Compare(b.Hi, x) })
	switch {
	case k == len(c.Bins):
		return k - 1
	case k > 0 && x < c.Bins[k].Lo && x-c.Bins[k-1].Hi < c.Bins[k].Lo-x:
		return k - 1
	}
	return k
}

// Number is a number of the bin at the share u in [0, 1]: 0 its least, 1 its largest, 0.5 its
// median.
func (b Bin) Number(u float64) float64 {
	knots := append(append([]float64{b.Lo}, b.Inner...), b.Hi)
	at := float64(u * float64(len(knots)-1))
	k := min(int(at), len(knots)-2)
	return knots[k] + float64((at-float64(k))*(knots[k+1]-knots[k]))
}

// check reports the first thing that is wrong with the column of a field.
func (c Column) check(f Field) error {
	switch {
	case c.Scale != nil && f.Kind != Real:
		return fmt.Errorf("a scale of a %s field, want one of a real field", f.Kind)
	case len(c.Bins) > 0 && (f.Kind != Category || len(c.Bins) != len(f.Words)):
		return fmt.Errorf("%d bins of a %s field of %d words, want a bin for each word of a category", len(c.Bins), f.Kind, len(f.Words))
	case c.Scale == nil && f.Kind == Real:
		return fmt.Errorf("no scale, want one for numbers")
	}
	if s := c.Scale; s != nil {
		if n := len(s.Numbers); n < 2 || n != len(s.Values) || !rising(s.Numbers) || !rising(s.Values) {
			return fmt.Errorf("a scale of %d numbers and %d values, want at least two rising ones of each", n, len(s.Values))
		}
	}
	for k, b := range c.Bins {
		inside := slices.IndexFunc(b.Inner, func(x float64) bool { return !(x >= b.Lo && x <= b.Hi) }) < 0
		if !finite(b.Lo) || !finite(b.Hi) || b.Hi < b.Lo || !inside || !slices.IsSorted(b.Inner) || k > 0 && b.Lo <= c.Bins[k-1].Hi {
			return fmt.Errorf("bin %d from %v to %v, want finite ranges in rising order", k, b.Lo, b.Hi)
		}
	}
	return nil
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// rising reports whether numbers are finite and each is above the last.
func rising(x []float64) bool {
	for k, v := range x {
		if !finite(v) || k > 0 && v <= x[k-1] {
			return false
		}
	}
	return true
}
