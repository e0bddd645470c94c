package kernel

import "testing"

func TestNormaliseHasTheBitsOfItsParts(t *testing.T) {
	const rows, cols = 700, 37
	everyPath(t, func(t *testing.T) {
		x, mean, factor, bias := noise(rows*cols, "x"), noise(cols, "mean"), noise(cols, "factor"), noise(cols, "bias")
		got, want, minus := make([]float32, len(x)), make([]float32, len(x)), make([]float32, cols)
		Normalise(got, x, mean, factor, bias)
		Scale(minus, mean, -1)
		AddRow(want, x, minus)
		MulRow(want, want, factor)
		AddRow(want, want, bias)
		if !equal(got, want) {
			t.Errorf("got %v…, want %v…", got[:3], want[:3])
		}
	})
}
