package kernel

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

func TestBelowFindsTheElementsAtMostTheBound(t *testing.T) {
	const guard = 0xdeadbeef
	inf := float32(math.Inf(1))
	everyPath(t, func(t *testing.T) {
		for n := range 70 {
			x := make([]float32, n)
			sample(x, uint64(n))
			for _, bound := range []float32{-inf, -3, 0, 5, inf, float32(math.NaN())} {
				var want []uint32
				for i, v := range x {
					if v <= bound {
						want = append(want, uint32(i))
					}
				}
				dst := make([]uint32, n+17)
				dst[n+16] = guard
				got := dst[:Below(dst, x, bound)]
				if !slices.Equal(got, want) {
					t.Fatalf("%d elements at most %v: got %v, want %v", n, bound, got, want)
				}
				if dst[n+16] != guard {
					t.Fatalf("%d elements: wrote behind the room", n)
				}
				atLow, atHigh := CountBelow(x, bound, 0)
				if zeros := Below(dst, x, 0); atLow != len(want) || atHigh != zeros {
					t.Fatalf("of %d elements at most %v and 0: got %d and %d, want %d and %d", n, bound, atLow, atHigh, len(want), zeros)
				}
			}
		}
	})
}

// 3² + 4² + 12² = 13².
func TestSquaredDistanceByHand(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		if got := SquaredDistance([]float32{1, 2, 3}, []float32{4, -2, 15}); got != 169 {
			t.Errorf("got %v, want 169", got)
		}
	})
}

// Equal energies have the entropy of a uniform choice; of energies 0 and ln 3 at
// beta 1 the probabilities are ¾ and ¼.
func TestEntropyByHand(t *testing.T) {
	for _, c := range []struct {
		x    []float32
		beta float64
		want float64
	}{
		{[]float32{0, 0, 0, 0, 0}, 7, math.Log(5)},
		{[]float32{0, float32(math.Log(3))}, 1, -0.75*math.Log(0.75) - 0.25*math.Log(0.25)},
		{[]float32{0, 1, 2}, 1e30, 0},
		{[]float32{0, 0, 2}, 1e200, math.Ln2},
	} {
		t.Run(fmt.Sprint(c.x, c.beta), func(t *testing.T) {
			everyPath(t, func(t *testing.T) { near(t, "entropy", Entropy(c.x, c.beta), c.want, 1e-7) })
		})
	}
}

// From (1, 0): (0, 0) is at squared distance 1, w = ½; (1, 2) at 4, w = ⅕; itself
// has w = 1.
func TestRepelByHand(t *testing.T) {
	x, y, w := []float32{0, 1, 1}, []float32{0, 2, 0}, []float32{0, 0, 0}
	everyPath(t, func(t *testing.T) {
		z, fx, fy := Repel2(x, y, 1, 0)
		near(t, "sum", z, 1.7, 1e-15)
		near(t, "force along x", fx, 0.25, 1e-15)
		near(t, "force along y", fy, -0.08, 1e-15)
		z, fx, fy, fw := Repel3(x, w, y, 1, 0, 0)
		near(t, "sum", z, 1.7, 1e-15)
		near(t, "force along x", fx, 0.25, 1e-15)
		near(t, "force along y", fy, 0, 1e-15)
		near(t, "force along w", fw, -0.08, 1e-15)
	})
}
