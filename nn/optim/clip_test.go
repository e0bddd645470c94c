package optim

import (
	"math"
	"slices"
	"testing"
)

// The norm of (3, 0), (), (0, −4) is √(9 + 16) = 5; the factors are powers of two.
func TestClipGlobalNormByHand(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		name   string
		limit  float64
		grads  [][]float32
		factor float32
		norm   float64
	}{
		{"a norm above the limit is brought down to it", 2.5, [][]float32{{3, 0}, {}, {0, -4}}, 0.5, 5},
		{"a norm at the limit stays", 5, [][]float32{{3, 0}, {}, {0, -4}}, 1, 5},
		{"a norm below the limit stays", 100, [][]float32{{3, 0}, {}, {0, -4}}, 1, 5},
		{"a limit of zero is none", 0, [][]float32{{3, 0}, {}, {0, -4}}, 1, 5},
		{"squares beyond single precision count", 2.5e20, [][]float32{{3e20}, {4e20}}, 0.5, 5e20},
		{"an infinite gradient stays", 1, [][]float32{{float32(inf)}, {2}}, 1, inf},
		{"a gradient that is no number stays", 1, [][]float32{{float32(nan)}, {2}}, 1, nan},
		{"no gradients have no norm", 1, nil, 1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			var want [][]float32
			for _, g := range c.grads {
				g = slices.Clone(g)
				for i := range g {
					g[i] *= c.factor
				}
				want = append(want, g)
			}
			norm := ClipGlobalNorm(c.grads, c.limit)
			if !(math.Abs(norm-c.norm) <= 1e-7*c.norm) && !same(norm, c.norm) {
				t.Errorf("norm: got %v, want %v", norm, c.norm)
			}
			for i, g := range c.grads {
				for j := range g {
					// The norm of rounded inputs such as 3e20 is off by their rounding.
					if got, want := float64(g[j]), float64(want[i][j]); !(math.Abs(got-want) <= 2e-7*math.Abs(want)) && !same(got, want) {
						t.Errorf("gradient %d, element %d: got %v, want %v", i, j, got, want)
					}
				}
			}
		})
	}
}

func same(a, b float64) bool { return a == b || a != a && b != b }
