package pace

import (
	"math"
	"slices"
	"testing"
)

func TestARateIsMeasuredAgainWhereTwoMeasurementsDiffer(t *testing.T) {
	for name, test := range map[string]struct {
		measured []float64
		want     []float64
		steady   bool
	}{
		"two that are equal":                           {[]float64{100, 100, 1}, []float64{100, 100}, true},
		"two that are 5 % apart":                       {[]float64{100, 95, 1}, []float64{95, 100}, true},
		"the second is slower":                         {[]float64{100, 94, 99, 1}, []float64{94, 99, 100}, false},
		"the first is slower":                          {[]float64{60, 100, 98, 1}, []float64{60, 98, 100}, false},
		"the slow ones agree with each other only":     {[]float64{100, 50, 50, 50, 97, 1}, []float64{50, 50, 50, 97, 100}, false},
		"a machine that is never idle has six":         {[]float64{10, 20, 40, 80, 160, 320, 640}, []float64{10, 20, 40, 80, 160, 320}, false},
		"the last of six agrees":                       {[]float64{10, 20, 40, 80, 160, 158, 640}, []float64{10, 20, 40, 80, 158, 160}, false},
		"a rate of zero, as a clock that stands still": {[]float64{0, 0, 1}, []float64{0, 0}, true},
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			got, steady := Settle(func() float64 { n++; return test.measured[n-1] })
			if !slices.Equal(got, test.want) || steady != test.steady {
				t.Errorf("got %v, steady %v, want %v, %v", got, steady, test.want, test.steady)
			}
		})
	}
	if got, _ := Settle(func() float64 { return math.NaN() }); len(got) != tries {
		t.Errorf("rates that are no numbers: got %d of them, want %d", len(got), tries)
	}
}
