package kernel

import (
	"math/rand/v2"
	"testing"
)

func TestExpandPutsZerosBetween(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		for n := range 400 {
			for _, dense := range []float64{0, 0.2, 0.9, 1} {
				by := float32(255)
				if n%2 == 1 {
					by = 1
				}
				masks, want := make([]byte, (n+63)/64*8), make([]float32, n)
				var values []byte
				for i := range want {
					if r.Float64() < dense {
						masks[i/8] |= 1 << (i % 8)
						b := byte(1 + r.IntN(255))
						values = append(values, b)
						want[i] = float32(b) / by
					}
				}
				for range ExpandSlack {
					values = append(values, 77)
				}
				dst := make([]float32, n+1)
				for i := range dst {
					dst[i] = -1
				}
				Expand(dst[:n], masks, values, by)
				for i, got := range dst[:n] {
					if got != want[i] {
						t.Fatalf("%d values, %v of them not zero: value %d: got %v, want %v", n, dense, i, got, want[i])
					}
				}
				if dst[n] != -1 {
					t.Fatalf("%d values: the value behind them was written", n)
				}
			}
		}
	})
}

func BenchmarkExpand(b *testing.B) {
	const n = 784
	r := rand.New(rand.NewPCG(1, 2))
	bytes, masks, dst := make([]byte, n), make([]byte, (n+63)/64*8), make([]float32, n)
	var values []byte
	for i := range bytes {
		if i/10%5 == 0 { // strokes
			bytes[i] = byte(1 + r.IntN(255))
			masks[i/8] |= 1 << (i % 8)
			values = append(values, bytes[i])
		}
	}
	values = append(values, make([]byte, ExpandSlack)...)
	b.Run("fractions", func(b *testing.B) {
		for b.Loop() {
			Fractions(dst, bytes)
		}
	})
	b.Run("expand", func(b *testing.B) {
		for b.Loop() {
			Expand(dst, masks, values, 255)
		}
	})
}
