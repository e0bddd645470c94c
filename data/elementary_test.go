package data

import (
	"math"
	"testing"
)

func TestCircleEqualsTheLibrary(t *testing.T) {
	for i := -4000; i <= 4000; i++ {
		turns := float64(i) / 1024 // exact, so that 2π·turns is off by one rounding
		sin, cos := circle(turns)
		wantSin, wantCos := math.Sincos(2 * math.Pi * turns)
		if math.Abs(sin-wantSin) > 1e-14 || math.Abs(cos-wantCos) > 1e-14 {
			t.Fatalf("circle(%v): got %v, %v, want %v, %v", turns, sin, cos, wantSin, wantCos)
		}
	}
}

func TestLnEqualsTheLibrary(t *testing.T) {
	d := keyed(1, "test")
	for range 10_000 {
		x := math.Ldexp(0.5+d.uniform()/2, d.below(120)-60)
		if got, want := ln(x), math.Log(x); math.Abs(got-want) > 4e-16*(1+math.Abs(want)) {
			t.Fatalf("ln(%v): got %v, want %v", x, got, want)
		}
	}
	if got := ln(1); got != 0 {
		t.Errorf("ln(1): got %v, want 0", got)
	}
}
