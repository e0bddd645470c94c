package sound

import (
	"math"
	"testing"
)

// What is below the filter's cutoff stays to −80 dB, and what is above it is gone.
func TestASineIsTheSameAtAnotherRate(t *testing.T) {
	for _, c := range []struct {
		from, to int
		hz, want float64
	}{
		{44100, 8000, 440, 0.5}, {44100, 8000, 3400, 0.5}, {8000, 44100, 3400, 0.5}, {48000, 16000, 1000, 0.5}, {11025, 22050, 4650, 0.5},
		{8000, 8001, 1234, 0.5}, {22050, 8000, 0.01, 0.5},
		{44100, 8000, 4130, 0}, {48000, 8000, 15000, 0}, {16000, 8000, 7900, 0},
	} {
		n := c.from / 2
		y := Resample(sine(c.hz, 0.5, c.from, n), c.from, c.to)
		want := sine(c.hz, c.want, c.to, (n*c.to+c.from-1)/c.from)
		if len(y) != len(want) {
			t.Errorf("%d to %d Hz: %d samples, want %d", c.from, c.to, len(y), len(want))
			continue
		}
		edge := len(y) / 8 // the filter reaches beyond the ends
		var worst float64
		for i := edge; i < len(y)-edge; i++ {
			worst = max(worst, math.Abs(float64(y[i]-want[i])))
		}
		if worst > 5e-5 {
			t.Errorf("a sine of %v Hz from %d to %d Hz is wrong by %v, want at most 5e-5", c.hz, c.from, c.to, worst)
		}
	}
}

func TestALevelStaysAtAnotherRate(t *testing.T) {
	x := make([]float32, 4410)
	for i := range x {
		x[i] = 0.25
	}
	for _, to := range []int{8000, 44100, 96000} {
		y := Resample(x, 44100, to)
		if got := y[len(y)/2]; math.Abs(float64(got)-0.25) > 1e-4 {
			t.Errorf("at %d Hz: got %v, want 0.25", to, got)
		}
	}
	if got := Resample(x[:1], 44100, 100); len(got) != 1 {
		t.Errorf("one sample became %d, want 1", len(got))
	}
	if got := Resample(nil, 44100, 8000); len(got) != 0 {
		t.Errorf("no samples became %d", len(got))
	}
}

func TestChannelsAreMixedDown(t *testing.T) {
	got := Mono([]float32{1, 0, -1, 0.5, 0.25, 0.75}, 2)
	if len(got) != 3 || got[0] != 0.5 || got[1] != -0.25 || got[2] != 0.5 {
		t.Errorf("got %v, want [0.5 -0.25 0.5]", got)
	}
	if got := Loudest([]float32{0.5, -0.75, 0.25}); got != 0.75 {
		t.Errorf("the loudest: got %v, want 0.75", got)
	}
}
