package kernel

import (
	"runtime"
	"slices"
	"testing"
)

func TestSlowProcessorsAreNoticed(t *testing.T) {
	for _, c := range []struct {
		name   string
		speeds []int
		want   bool
	}{
		{"nothing is known", nil, false},
		{"all are alike", []int{1024, 1024}, false},
		{"fast ones differ by a tenth", []int{5700, 5200}, false},
		{"slow ones come first", []int{446, 446, 1024}, true},
		{"slow ones come last", []int{1024, 1024, 446}, true},
	} {
		if got := apart(c.speeds); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

// Where some processors are slow there are more shares, and the same bits.
func TestMoreSharesHaveTheSameBits(t *testing.T) {
	defer func(before func() bool) { uneven = before }(uneven)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
	const m, n, k = 150, 130, 70
	a, b := make([]float32, m*k), make([]float32, k*n)
	sample(a, 1)
	sample(b, 2)
	var results [2][]float32
	for i, yes := range []bool{false, true} {
		uneven = func() bool { return yes }
		if got, want := processors(), 3*[]int{1, finer}[i]; got != want {
			t.Errorf("uneven %v: %d shares, want %d", yes, got, want)
		}
		results[i] = make([]float32, m*n)
		MatMul(results[i], a, b, m, n, k, false, false, false)
	}
	if !slices.EqualFunc(results[0], results[1], same) {
		t.Error("more shares have other bits")
	}
	runtime.GOMAXPROCS(1)
	if got := processors(); got != 1 {
		t.Errorf("one processor: %d shares, want 1", got)
	}
}
