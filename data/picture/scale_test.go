package picture

import (
	"math"
	"testing"
)

// resampled scales one row or column of bytes.
func resampled(values []byte, n int, down bool) []byte {
	var s scaler
	b, width, height := box{0, 0, len(values), 1}, n, 1
	stride := len(values)
	if down {
		b, width, height = box{0, 0, 1, len(values)}, 1, n
		stride = 1
	}
	out := make([]byte, n)
	for k, v := range s.plane(width, height, b, values, stride) {
		out[k] = byte(v)
	}
	var other scaler // words of three channels
	row := func(dst []uint64, x, y int) {
		for k := range dst {
			dst[k] = uint64(values[y*stride+x+k]) * lanes
		}
	}
	for k, v := range other.scale(width, height, b, 1, 1, row) {
		if v != uint64(out[k])*lanes {
			panic("words differ from bytes")
		}
	}
	return out
}

// By hand: two values out of four have centres at 1 and 3 and a triangle of ±2 around them, which has
// the pixels at 0.5, 1.5, 2.5 with 1.5, 1.5, 0.5 of 3.5: (3·0 + 3·70 + 140)/7 = 50.
func TestValuesAreTriangles(t *testing.T) {
	if got := resampled([]byte{0, 70, 140, 210}, 2, false); got[0] != 50 || got[1] != 160 {
		t.Errorf("got %v, want [50 160]", got)
	}
	// Twice the size: three parts of the nearer pixel and one of the other, the end as it is.
	if got := resampled([]byte{0, 100}, 4, true); string(got) != string([]byte{0, 25, 75, 100}) {
		t.Errorf("got %v, want [0 25 75 100]", got)
	}
}

// The same formula in float64, over every pair of sizes up to 40.
func TestTheResamplerIsWithinOneOfTheFormula(t *testing.T) {
	for size := 1; size <= 40; size += 3 {
		values := make([]byte, size)
		for k := range values {
			values[k] = byte(k * k * 37)
		}
		for n := 1; n <= 40; n += 3 {
			across, down := resampled(values, n, false), resampled(values, n, true)
			for j := range n {
				scale := float64(size) / float64(n)
				support := max(scale, 1)
				sum, weights := 0.0, 0.0
				for i, v := range values {
					w := max(0, support-math.Abs(float64(i)+0.5-(float64(j)+0.5)*scale))
					sum, weights = sum+w*float64(v), weights+w
				}
				if want := sum / weights; math.Abs(float64(across[j])-want) > 0.51 || down[j] != across[j] {
					t.Fatalf("value %d of %d from %d pixels: %d across and %d down, want %.2f", j, n, size, across[j], down[j], want)
				}
			}
		}
	}
}

func TestAPictureOfItsSizeStays(t *testing.T) {
	values := []byte{0, 255, 3, 9, 200}
	if got := resampled(values, 5, false); string(got) != string(values) {
		t.Errorf("got %v, want %v", got, values)
	}
}

func TestWeightsAddUp(t *testing.T) {
	for _, c := range [][4]int{{64, 0, 65536, 1}, {1, 0, 65536, 1}, {64, 3, 101, 2}, {2048, 5, 7, 4}, {64, 7, 1, 2}} {
		var f taps
		f.filter(c[0], c[1], c[2], c[3])
		for j, first := range f.first {
			sum := uint64(0)
			for _, w := range f.weights[j*f.each : (j+1)*f.each] {
				sum += w
			}
			if sum != whole || first < c[1]/c[3] || first+f.each-1 > (c[1]+c[2]-1)/c[3] {
				t.Fatalf("%v: value %d has weights of %d from pixel %d to %d", c, j, sum, first, first+f.each-1)
			}
		}
	}
}
