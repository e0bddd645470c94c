package kernel

import (
	"slices"
	"testing"
)

// All numbers are short binary fractions and all roots are exact, so that the
// results worked out by hand are reached to the bit.
func TestUpdatesByHand(t *testing.T) {
	for _, c := range []struct {
		name   string
		update func(arrays [][]float32)
		before []float32 // w, g, state …
		after  []float32
	}{
		{
			// d = 2 + 0.25·1 = 2.25; w = 1 − 0.5·2.25
			name:   "SGD adds the decay to the gradient",
			update: func(a [][]float32) { SGD(a[0], a[1], 0.5, 0.25) },
			before: []float32{1, 2},
			after:  []float32{-0.125, 2},
		},
		{
			// d = 2.25; u = 0.5·4 + 2.25 = 4.25; w = 1 − 0.5·4.25
			name:   "Momentum follows the sum of gradients",
			update: func(a [][]float32) { Momentum(a[0], a[1], a[2], 0.5, 0.5, 0.25) },
			before: []float32{1, 2, 4},
			after:  []float32{-1.125, 2, 4.25},
		},
		{
			// d = 2.25; u = 4.25; w = 1 − 0.5·(2.25 + 0.5·4.25)
			name:   "Nesterov looks one step ahead",
			update: func(a [][]float32) { Nesterov(a[0], a[1], a[2], 0.5, 0.5, 0.25) },
			before: []float32{1, 2, 4},
			after:  []float32{-1.1875, 2, 4.25},
		},
		{
			// v = 0.75·4 + 0.25·2² = 4; w = 1 − 0.5·2/(2 + 2)
			name:   "RMSProp divides by the root mean square plus epsilon",
			update: func(a [][]float32) { RMSProp(a[0], a[1], a[2], 0.5, 0.75, 2) },
			before: []float32{1, 2, 4},
			after:  []float32{0.75, 2, 4},
		},
		{
			// v = 4; u = 0.5·1 + 2/(2 + 2) = 1; w = 1 − 0.5·1
			name:   "RMSPropMomentum follows the sum of divided gradients",
			update: func(a [][]float32) { RMSPropMomentum(a[0], a[1], a[2], a[3], 0.5, 0.75, 2, 0.5) },
			before: []float32{1, 2, 4, 1},
			after:  []float32{0.5, 2, 4, 1},
		},
		{
			// m = 0.5·6 + 0.5·2 = 4; v = 0.75·4 + 0.25·4 = 4;
			// w = 0.5·1 − 0.25·4/(3·2 + 2) = 0.5 − 0.125
			name: "Adam shrinks the weights beside the step",
			update: func(a [][]float32) {
				Adam(a[0], a[1], a[2], a[3], AdamStep{Beta1: 0.5, Beta2: 0.75, Rate: 0.25, Scale: 3, Epsilon: 2, Keep: 0.5})
			},
			before: []float32{1, 2, 6, 4},
			after:  []float32{0.375, 2, 4, 4},
		},
		{
			// d = 2·3 − 1·4 = 2, u·d < 0; gain = 0.3 + 0.2; u = −0.5·4 − 0.5·0.5·2 = −2.5
			name: "DeltaBarDelta raises the gain that keeps its direction",
			update: func(a [][]float32) {
				DeltaBarDelta(a[0], a[1], a[2], a[3], a[4], GainStep{Pull: 2, Push: 1, Rate: 0.5, Momentum: 0.5})
			},
			before: []float32{1, 3, 4, -4, 0.3},
			after:  []float32{-1.5, 3, 4, -2.5, 0.5},
		},
		{
			// d = 2, u·d > 0; gain = 0.01; u = 0.5·1 − 50·0.01·2 = −0.5
			name: "DeltaBarDelta lowers the gain that turns, to no less than its floor",
			update: func(a [][]float32) {
				DeltaBarDelta(a[0], a[1], a[2], a[3], a[4], GainStep{Pull: 2, Push: 1, Rate: 50, Momentum: 0.5})
			},
			before: []float32{1, 3, 4, 1, 0.001},
			after:  []float32{0.5, 3, 4, -0.5, 0.01},
		},
		{
			// w is the source here: avg = 1 + 0.25·(3 − 1)
			name:   "EMA moves towards the weights by one minus the decay",
			update: func(a [][]float32) { EMA(a[0], a[1], 0.75) },
			before: []float32{1, 3},
			after:  []float32{1.5, 3},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			// Each array holds its value seven times, to go through the loop.
			arrays := make([][]float32, len(c.before))
			for i, x := range c.before {
				arrays[i] = slices.Repeat([]float32{x}, 7)
			}
			c.update(arrays)
			for i, want := range c.after {
				for j, got := range arrays[i] {
					if got != want {
						t.Fatalf("array %d, element %d: got %v, want %v", i, j, got, want)
					}
				}
			}
		})
	}
}

func TestUpdateInPartsHasTheBitsOfTheWhole(t *testing.T) {
	step := AdamStep{Beta1: 0.9, Beta2: 0.999, Rate: 0.01, Scale: 31.6, Epsilon: 1e-8, Keep: 0.999}
	array := func(offset int) []float32 {
		x := make([]float32, 101)
		for i := range x {
			x[i] = float32((i*37+offset)%89+1) / 97
		}
		return x
	}
	whole := [][]float32{array(1), array(2), array(3), array(4)}
	parts := [][]float32{array(1), array(2), array(3), array(4)}
	Adam(whole[0], whole[1], whole[2], whole[3], step)
	for _, cut := range [][2]int{{64, 101}, {0, 13}, {13, 64}} {
		lo, hi := cut[0], cut[1]
		Adam(parts[0][lo:hi], parts[1][lo:hi], parts[2][lo:hi], parts[3][lo:hi], step)
	}
	for i := range whole {
		if !equal(whole[i], parts[i]) {
			t.Errorf("array %d: got %v in parts, want %v", i, parts[i], whole[i])
		}
	}
}

// A weight whose gradient was always zero stays, as 0/(0 + epsilon) = 0.
func TestAZeroGradientMovesNothing(t *testing.T) {
	w, zero := []float32{0.3}, []float32{0}
	Adam(w, zero, []float32{0}, []float32{0}, AdamStep{Beta1: 0.9, Beta2: 0.999, Rate: 1, Scale: 31.6, Epsilon: 1e-8, Keep: 1})
	RMSProp(w, zero, []float32{0}, 1, 0.99, 1e-8)
	if w[0] != 0.3 {
		t.Errorf("got %v, want 0.3", w[0])
	}
}

func TestEMAOfAConstantIsTheConstant(t *testing.T) {
	w := []float32{0.1, -1e-30, 3e7}
	avg := slices.Clone(w)
	for range 100 {
		EMA(avg, w, 0.9999)
	}
	if !equal(avg, w) {
		t.Errorf("got %v, want %v", avg, w)
	}
}

func BenchmarkAdam(b *testing.B) {
	const n = 1 << 16
	w, g, m, v := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
	for i := range g {
		g[i] = float32(i%100) / 100
	}
	step := AdamStep{Beta1: 0.9, Beta2: 0.999, Rate: 1e-3, Scale: 1, Epsilon: 1e-8, Keep: 1}
	b.SetBytes(28 * n) // four arrays read, three written
	for b.Loop() {
		Adam(w, g, m, v, step)
	}
}
