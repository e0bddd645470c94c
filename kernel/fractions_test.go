package kernel

import "testing"

func TestFractionsOfBytes(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		for n := range 300 {
			x, dst := make([]byte, n+3), make([]float32, n+1)
			for i := range x {
				x[i] = byte(i * 7)
			}
			dst[n] = -1
			Fractions(dst[:n], x[3:])
			for i, got := range dst[:n] {
				if want := float32(x[3+i]) / 255; got != want {
					t.Fatalf("%d bytes: value %d of byte %d: got %v, want %v", n, i, x[3+i], got, want)
				}
			}
			if dst[n] != -1 {
				t.Fatalf("%d bytes: the value behind them was written", n)
			}
		}
	})
}
