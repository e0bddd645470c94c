package probe

import (
	"context"
	"math"
	"slices"
	"testing"

	"latentspace/nn/kernel"
	"latentspace/nn/tensor"
)

// bars are pictures 8×8 with a bright row, and which it is.
func bars(n int, seed uint64) (x, y *tensor.Tensor) {
	x, y = tensor.New(n, 8, 8, 1), tensor.New(n, 1)
	kernel.Uniform(x.Data, kernel.Seed(seed))
	for i := range n {
		at := i % 8
		for j := range x.Data[i*64 : (i+1)*64] {
			x.Data[i*64+j] *= 0.2
			if j/8 == at {
				x.Data[i*64+j] += 0.8
			}
		}
		y.Data[i] = float32(at)/4 - 1
	}
	return x, y
}

// A network learns where the bar is, to a tenth of its range, and reads it off pictures that
// it has not seen; one of the same weights reads the same.
func TestANetworkReadsWhatItWasTrainedOn(t *testing.T) {
	ctx := context.Background()
	x, y := bars(640, 1)
	p := New([]int{8, 8, 1}, 1, 1)
	if err := p.Fit(ctx, x, y); err != nil {
		t.Fatal(err)
	}
	held, want := bars(100, 2) // no multiple of a batch
	got, features, err := p.Read(ctx, held)
	if err != nil {
		t.Fatal(err)
	}
	wrong := 0.0
	for i, v := range got.Data {
		wrong += math.Abs(float64(v-want.Data[i])) / 100
	}
	if wrong > 0.1 || !slices.Equal(features.Shape, []int{100, Features}) {
		t.Errorf("mean error %v with features %v, want at most 0.1 and (100, %d)", wrong, features.Shape, Features)
	}
	again := New([]int{8, 8, 1}, 1, 7)
	if err := again.Load(p.Weights()); err != nil {
		t.Fatal(err)
	}
	if other, _, err := again.Read(ctx, held); err != nil || !other.Equal(got) {
		t.Errorf("a network of the same weights reads otherwise: %v", err)
	}
}

func TestFittingStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	x, y := bars(64, 1)
	if err := New([]int{8, 8, 1}, 1, 1).Fit(ctx, x, y); err != context.Canceled {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}
