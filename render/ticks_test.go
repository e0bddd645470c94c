package render

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/plot"
)

func labels(ticks []plot.Tick) []string {
	var all []string
	for _, t := range ticks {
		all = append(all, t.Label)
	}
	return all
}

func TestTicks(t *testing.T) {
	cases := []struct {
		name   string
		ticker plot.Ticker
		lo, hi float64
		want   []string
	}{
		{"hundreds", linearTicks{count: 8}, 85, 560, []string{"100", "200", "300", "400", "500"}},
		{"both signs", linearTicks{count: 4}, -2.2, 2.1, []string{"−2", "0", "2"}},
		{"quarters need two digits", linearTicks{count: 5}, 0, 0.21, []string{"0", "0.05", "0.10", "0.15", "0.20"}},
		{"thousands in short", linearTicks{count: 5}, 0, 100_000, []string{"0", "20k", "40k", "60k", "80k", "100k"}},
		{"halves of thousands", linearTicks{count: 4}, 10_000, 12_000, []string{"10.0k", "10.5k", "11.0k", "11.5k", "12.0k"}},
		{"millions in short", linearTicks{count: 2}, 0, 2e6, []string{"0", "1M", "2M"}},
		{"billions in short", linearTicks{count: 2}, 0, 4e9, []string{"0", "2G", "4G"}},
		{"a narrow range far out stays long", linearTicks{count: 2}, 100_000, 100_002, []string{"100000", "100001", "100002"}},
		{"small numbers in powers of ten", linearTicks{count: 2}, 0, 4e-6, []string{"0", "2e−06", "4e−06"}},
		{"large numbers in powers of ten", linearTicks{count: 2}, 0, 4e40, []string{"0", "2e+40", "4e+40"}},
		{"epochs are whole", linearTicks{count: 8, integer: true}, 0.98, 3.02, []string{"1", "2", "3"}},
		{"powers of ten", logTicks{}, -3.1, 4.2, []string{"0.001", "0.01", "0.1", "1", "10", "100", "1000", "1e4"}},
		{"few powers with threes between", logTicks{}, -1.2, 1.6, []string{"0.1", "0.3", "1", "3", "10", "30"}},
		{"every third power", logTicks{}, -12, 9, []string{"1e−12", "1e−9", "1e−6", "0.001", "1", "1000", "1e6", "1e9"}},
	}
	for _, c := range cases {
		if got := labels(c.ticker.Ticks(c.lo, c.hi)); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// Whatever the values, an axis has from two to a dozen ticks within it, in order, and no two
// labels alike.
func TestTicksOfAnyRange(t *testing.T) {
	values := []float64{-1e100, -3.3, -1e-7, -5e-324, 0, 5e-324, 1e-250, 1e-100, 0.1, 0.1 + 1e-12, 1, 1e5, 1e5 + 1, 1e15, 1e100}
	for i, lo := range values {
		for _, hi := range values[i:] {
			var e = newExtent()
			e.add(lo)
			e.add(hi)
			from, to := e.padded(0.05)
			ticks := linearTicks{count: 8}.Ticks(from, to)
			if len(ticks) < 2 || len(ticks) > 12 {
				t.Errorf("%g to %g: %d ticks, want 2 to 12", lo, hi, len(ticks))
			}
			for k, tick := range ticks {
				if !(tick.Value >= from && tick.Value <= to) || k > 0 && !(tick.Value > ticks[k-1].Value) {
					t.Errorf("%g to %g: tick at %g", lo, hi, tick.Value)
				}
				if k > 0 && tick.Label == ticks[k-1].Label {
					t.Errorf("%g to %g: two ticks %s", lo, hi, tick.Label)
				}
			}
		}
	}
	if n := len(logTicks{}.Ticks(math.Log10(5e-324), 100)); n < 2 || n > 12 {
		t.Errorf("all of a logarithmic axis: %d ticks, want 2 to 12", n)
	}
}
