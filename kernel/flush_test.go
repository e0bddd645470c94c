package kernel

import (
	"math"
	"testing"
)

// Coefficients of these updates keep every state as it is, so that what comes out is what went in,
// flushed.
func TestNoUpdateKeepsASubnormalNumber(t *testing.T) {
	const below = 0x1.fffffcp-127 // the largest subnormal number
	nan := float32(math.NaN())
	minus := float32(math.Copysign(0, -1))
	signed := []float32{0x1p-126, -0x1p-126, below, -below, 0x1p-149, -0x1p-149, nan, 0, minus, 1, -3e38}
	positive := []float32{0x1p-126, below, 0x1p-149, nan, 0, 1}
	adam := func(a [][]float32) {
		Adam(a[0], a[1], a[2], a[3], AdamStep{Beta1: 1, Beta2: 1, Scale: 1, Epsilon: 1, Keep: 1})
	}
	momentum := func(a [][]float32) { Momentum(a[0], a[1], a[2], 0, 1, 0) }
	nesterov := func(a [][]float32) { Nesterov(a[0], a[1], a[2], 0, 1, 0) }
	rmsProp := func(a [][]float32) { RMSProp(a[0], a[1], a[2], 0, 1, 1) }
	rmsPropMomentum := func(a [][]float32) { RMSPropMomentum(a[0], a[1], a[2], a[3], 0, 1, 1, 1) }
	gains := func(a [][]float32) { DeltaBarDelta(a[0], a[1], a[2], a[3], a[4], GainStep{Momentum: 1}) }
	for _, c := range []struct {
		name   string
		update func(arrays [][]float32)
		at     int // the array that has the values; the others are zero
		values []float32
	}{
		{"Flush", func(a [][]float32) { Flush(a[0], a[0]) }, 0, signed},
		{"the weights of SGD", func(a [][]float32) { SGD(a[0], a[1], 0, 0) }, 0, signed},
		{"the weights of Momentum", momentum, 0, signed},
		{"the velocity of Momentum", momentum, 2, signed},
		{"the weights of Nesterov", nesterov, 0, signed},
		{"the velocity of Nesterov", nesterov, 2, signed},
		{"the weights of RMSProp", rmsProp, 0, signed},
		{"the mean square of RMSProp", rmsProp, 2, positive},
		{"the weights of RMSPropMomentum", rmsPropMomentum, 0, signed},
		{"the mean square of RMSPropMomentum", rmsPropMomentum, 2, positive},
		{"the velocity of RMSPropMomentum", rmsPropMomentum, 3, signed},
		{"the weights of Adam", adam, 0, signed},
		{"the mean of Adam", adam, 2, signed},
		{"the mean square of Adam", adam, 3, positive},
		{"the average of EMA", func(a [][]float32) { EMA(a[0], a[1], 1) }, 0, signed},
		{"the places of DeltaBarDelta", gains, 0, signed},
		{"the velocity of DeltaBarDelta", gains, 3, signed},
	} {
		t.Run(c.name, func(t *testing.T) {
			everyPath(t, func(t *testing.T) {
				for n := range 50 {
					arrays := make([][]float32, 5)
					for i := range arrays {
						arrays[i] = make([]float32, n)
					}
					for i := range n {
						arrays[c.at][i] = c.values[(i+n)%len(c.values)]
					}
					c.update(arrays)
					for i, got := range arrays[c.at] {
						was := c.values[(i+n)%len(c.values)]
						want := was
						if math.Abs(float64(was)) < 0x1p-126 {
							want = 0
						}
						if !same(got, want) {
							t.Fatalf("length %d: %v at %d became %v, want %v", n, was, i, got, want)
						}
					}
				}
			})
		})
	}
}

// A weight moves by the mean as it is kept, not by the one before it was flushed: whoever
// works the step out from the state has the same weights.
func TestWeightsMoveByWhatIsKept(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		w, g, u := []float32{0x1p-126}, []float32{0}, []float32{0x1p-127}
		Momentum(w, g, u, 1, 1, 0)
		if w[0] != 0x1p-126 {
			t.Errorf("got %v, want the weight as it was", w[0])
		}
		m := []float32{0x1p-127}
		Adam(w, g, m, []float32{0}, AdamStep{Beta1: 1, Beta2: 1, Rate: 1, Scale: 1, Epsilon: 1, Keep: 1})
		if w[0] != 0x1p-126 {
			t.Errorf("Adam: got %v, want the weight as it was", w[0])
		}
	})
}

func BenchmarkAdamOnDeadWeights(b *testing.B) {
	const n = 1 << 16
	w, g, m, v := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
	step := AdamStep{Beta1: 0.9, Beta2: 0.999, Rate: 1e-3, Scale: 1, Epsilon: 1e-8, Keep: 1}
	for i := range w {
		w[i], m[i], v[i] = 0.1, 1e-40, 1e-10
	}
	b.SetBytes(28 * n)
	for b.Loop() {
		Adam(w, g, m, v, step)
	}
}
