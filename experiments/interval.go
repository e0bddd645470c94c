package experiments

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"latentspace/settings"
)

// Interval is a number of steps or of epochs. In a file it is written "500 steps" or
// "1 epoch".
type Interval struct {
	N      int
	Epochs bool // not steps
}

// MarshalText implements [encoding.TextMarshaler].
func (i Interval) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// String is the interval as a file has it.
func (i Interval) String() string {
	if i.Epochs {
		return Count(i.N, "epoch")
	}
	return Count(i.N, "step")
}

// Count is "1 epoch" or "5 epochs".
func Count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// UnmarshalText implements [encoding.TextUnmarshaler]. An interval of no steps is an
// error.
func (i *Interval) UnmarshalText(b []byte) error {
	number, unit, _ := strings.Cut(string(b), " ")
	n, err := strconv.Atoi(number)
	unit = strings.TrimSuffix(unit, "s")
	if err != nil || n < 1 || n > math.MaxInt32 || unit != "epoch" && unit != "step" {
		return fmt.Errorf("%q, want %s", settings.Clip(string(b)), i.Wanted())
	}
	*i = Interval{n, unit == "epoch"}
	return nil
}

func (*Interval) Wanted() string { return "1 or more steps or epochs, such as 500 steps or 1 epoch" }

// Passed reports whether a multiple of the interval lies after the step last and not
// after the step now; epoch returns the number of complete epochs after a number of
// steps.
func (i Interval) Passed(last, now int, epoch func(step int) int) bool {
	if i.Epochs {
		last, now = epoch(last), epoch(now)
	}
	return now/i.N > last/i.N
}
