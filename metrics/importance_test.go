package metrics

import (
	"math"
	"testing"
)

func TestLogMean(t *testing.T) {
	for name, c := range map[string]struct {
		add  []float64
		want float64
	}{
		"nothing":                        {nil, math.Inf(-1)},
		"one number":                     {[]float64{-3}, -3},
		"ln 1, ln 2, ln 6":               {[]float64{0, math.Log(2), math.Log(6)}, math.Log(3)},
		"falling":                        {[]float64{math.Log(6), math.Log(2), 0}, math.Log(3)},
		"far below what exp can hold":    {[]float64{-5000, -5000 + math.Log(3)}, -5000 + math.Log(2)},
		"far above":                      {[]float64{5000, 5000 + math.Log(3)}, 5000 + math.Log(2)},
		"a zero counts among the others": {[]float64{math.Inf(-1), 0}, math.Log(0.5)},
		"only zeros":                     {[]float64{math.Inf(-1), math.Inf(-1)}, math.Inf(-1)},
	} {
		var l LogMean
		for _, a := range c.add {
			l.Add(a)
		}
		if got := l.Value(); got != c.want && !(math.Abs(got-c.want) < 1e-12) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}
