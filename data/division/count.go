// Package division has the options that divide a data set into examples to train on, to choose by and
// to test on.
package division

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// MostExamples bounds a split that is made by the program: far more than fits the
// memory of most machines as pictures, and no product of it overflows.
const MostExamples = 10_000_000

// CheckCount reports a number of examples that is below the lowest or above [MostExamples].
func CheckCount(report func(key, format string, args ...any), key string, n, lowest int) {
	if n < lowest || n > MostExamples {
		report(key, "%d, want a number from %d to %d", n, lowest, MostExamples)
	}
}

// Count is a number of examples in a data set's options, or [Auto].
type Count int

// Auto stands for a number that depends on the size of the set. In YAML it is the word auto.
const Auto Count = math.MinInt

// MarshalText implements [encoding.TextMarshaler].
func (c Count) MarshalText() ([]byte, error) {
	if c == Auto {
		return []byte("auto"), nil
	}
	return strconv.AppendInt(nil, int64(c), 10), nil
}

// UnmarshalText implements [encoding.TextUnmarshaler]: auto, or a whole number, which may
// be written as 5000, 5_000 or 5e3.
func (c *Count) UnmarshalText(text []byte) error {
	s := string(text)
	if s == "auto" {
		*c = Auto
		return nil
	}
	wanted := fmt.Errorf("%.40q, want a whole number, or auto", s)
	digits := strings.TrimLeft(s, "+-")
	if len(digits) > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9' {
		return wanted // a leading zero would make it octal
	}
	n, err := strconv.ParseInt(s, 0, 0)
	if errors.Is(err, strconv.ErrRange) {
		return fmt.Errorf("%.40s is out of range", s)
	}
	if err != nil {
		x, err := strconv.ParseFloat(s, 64)
		if err != nil || x != math.Trunc(x) || math.Abs(x) > 1<<53 {
			return wanted
		}
		n = int64(x)
	}
	if Count(n) == Auto {
		return wanted
	}
	*c = Count(n)
	return nil
}

// MostHeldOut is how many examples [Auto] holds out of a large set.
const MostHeldOut = 5_000

// HeldOut returns how many of n examples are held out for a split: c, or with [Auto] an eighth of
// them, at most 5,000 and, if there are two or more, at least one.
func (c Count) HeldOut(n int) int {
	switch {
	case c != Auto:
		return int(c)
	case n < 2:
		return 0
	}
	return min(MostHeldOut, max(1, n/8))
}
