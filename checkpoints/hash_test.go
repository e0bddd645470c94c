package checkpoints

import (
	"math"
	"testing"

	"latentspace/tensor"
)

// The value comes from
//
//	import hashlib, struct
//	def number(n): return struct.pack("<Q", n)
//	h = hashlib.sha256(number(2))
//	for name, shape, values in [("b", [], [0.5]), ("w", [2, 3], [1, 2, 3, 4, 5, 6])]:
//	    h.update(number(len(name)) + name.encode() + number(len(shape)))
//	    h.update(b"".join(map(number, shape)) + struct.pack("<%df" % len(values), *values))
//	print(h.hexdigest())
func TestHashFollowsItsLayout(t *testing.T) {
	const want = "2509f158017b4baaf01fd52fb76c616a48af182c74309dd39be1352649fcfd9e"
	got := Hash(map[string]*tensor.Tensor{
		"w": {Shape: []int{2, 3}, Data: []float32{1, 2, 3, 4, 5, 6}},
		"b": {Data: []float32{0.5}},
	})
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestHashTellsApart(t *testing.T) {
	one := func(name string, data []float32, shape ...int) map[string]*tensor.Tensor {
		return map[string]*tensor.Tensor{name: {Shape: shape, Data: data}}
	}
	negative := float32(math.Copysign(0, -1))
	sets := map[string]map[string]*tensor.Tensor{
		"nothing":            nil,
		"an empty tensor":    one("w", nil, 0),
		"another empty one":  one("w", nil, 0, 2),
		"a tensor":           one("w", []float32{0, 0}, 2),
		"another name":       one("v", []float32{0, 0}, 2),
		"another shape":      one("w", []float32{0, 0}, 2, 1),
		"another value":      one("w", []float32{0, 1}, 2),
		"another order":      one("w", []float32{1, 0}, 2),
		"another sign":       one("w", []float32{0, negative}, 2),
		"a NaN":              one("w", []float32{0, math.Float32frombits(0x7fc00000)}, 2),
		"another NaN":        one("w", []float32{0, math.Float32frombits(0x7fc00001)}, 2),
		"a name with a zero": one("w\x00", []float32{0, 0}, 2),
	}
	seen := map[string]string{}
	for name, set := range sets {
		sum := Hash(set)
		if other, ok := seen[sum]; ok {
			t.Errorf("%q and %q have the same hash", name, other)
		}
		seen[sum] = name
	}
}
