package codefile

import (
	"math"
	"testing"
)

// The values are those of numpy: np.float16(x).astype(np.float32).
func TestHalf(t *testing.T) {
	for _, c := range []struct{ x, want float32 }{
		{0, 0}, {1, 1}, {-2, -2},
		{0.1, 0.0999755859375},
		{2049, 2048}, {2051, 2052}, // halves go to the even one
		{65519, 65504}, {65504, 65504}, {1e30, 65504}, {-1e30, -65504}, // numpy has infinities past 65520
		{6e-8, 5.9604645e-08}, {2.9e-8, 0}, {3e-8, 5.9604645e-08}, {6.1e-5, 6.097555e-05},
	} {
		if got := half(c.x); got != c.want {
			t.Errorf("%v is %v in float16, want %v", c.x, got, c.want)
		}
	}
}

// Over the range −1 … 3 a step is 4/254, and a value is at most half of one off. The ends
// are exact to rounding.
func TestEightBits(t *testing.T) {
	b := NewBox(2)
	b.Add([]float32{-1, 7, 3, 7})
	if b.Offset(0) != 1 || b.Scale(0) != 4.0/254 {
		t.Errorf("offset %v, scale %v, want 1 and 4/254", b.Offset(0), b.Scale(0))
	}
	for v := float32(-1); v <= 3; v += 0.01 {
		if got := b.Value(0, b.Quantum(0, v)); math.Abs(float64(got-v)) > 2.0/254+1e-6 {
			t.Errorf("%v becomes %v", v, got)
		}
	}
	if b.Quantum(0, -1) != -127 || b.Quantum(0, 3) != 127 || b.Quantum(0, 9) != 127 {
		t.Errorf("ends at %d and %d", b.Quantum(0, -1), b.Quantum(0, 3))
	}
	if got := b.Value(1, b.Quantum(1, 7)); got != 7 {
		t.Errorf("a dimension that is 7 throughout becomes %v", got)
	}
}

func TestSizesOfCodes(t *testing.T) {
	for k, want := range []int64{4000, 2000, 1080} { // the last with 8 bytes for each of 10 dimensions
		if got := Precisions[k].Size(100, 10); got != want {
			t.Errorf("%s: %d bytes, want %d", Precisions[k].Name, got, want)
		}
	}
}
