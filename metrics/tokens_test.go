package metrics

import "testing"

func TestTokensMatchInPlace(t *testing.T) {
	for name, test := range map[string]struct {
		x, y      []float32
		right, of int
		whole     bool
	}{
		"the same":             {[]float32{3, 1, 0, -1}, []float32{3, 1, 0, -1}, 3, 3, true},
		"one token differs":    {[]float32{3, 1, 0, -1}, []float32{3, 2, 0, -1}, 2, 3, false},
		"all is shifted":       {[]float32{3, 1, 0, -1}, []float32{2, 3, 1, 0}, 0, 3, false},
		"more after the end":   {[]float32{3, 1, -1, -1}, []float32{3, 1, 1, -1}, 2, 2, false},
		"nothing, and nothing": {[]float32{-1, -1}, []float32{-1, -1}, 0, 0, true},
	} {
		if right, of, whole := TokenMatches(test.x, test.y); right != test.right || of != test.of || whole != test.whole {
			t.Errorf("%s: got %d of %d, whole %v", name, right, of, whole)
		}
	}
}
