package data

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// maxExamples bounds a split that is made by the program: far more than fits the
// memory of most machines as pictures, and no product of it overflows.
const maxExamples = 10_000_000

// report reports an option out of range, by its name in YAML.
type report = func(key, format string, args ...any)

// checked returns, as one error, all that a check reports about the options of a kind.
func checked(kind string, check func(report)) error {
	var errs []error
	check(func(key, format string, args ...any) {
		errs = append(errs, fmt.Errorf("data: %s: %s: %s", kind, key, fmt.Sprintf(format, args...)))
	})
	return errors.Join(errs...)
}

func checkCount(report report, key string, n, lowest int) {
	if n < lowest || n > maxExamples {
		report(key, "%d, want a number from %d to %d", n, lowest, maxExamples)
	}
}

// maxSize bounds a length in the plane, so that no point is infinite as a float32.
const maxSize = 1e6

// checkSize reports a length or deviation that is negative, too large or NaN.
func checkSize(report report, key string, x float64) {
	if !(x >= 0 && x <= maxSize) {
		report(key, "%v, want a number from 0 to %v", x, float64(maxSize))
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

// mostHeldOut is how many examples [Auto] holds out of a large set.
const mostHeldOut = 5_000

// heldOut returns how many of n examples are held out for a split: c, or with [Auto] an eighth of
// them, at most 5,000 and, if there are two or more, at least one.
func (c Count) heldOut(n int) int {
	switch {
	case c != Auto:
		return int(c)
	case n < 2:
		return 0
	}
	return min(mostHeldOut, max(1, n/8))
}
