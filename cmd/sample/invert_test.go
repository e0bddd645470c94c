package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// A GAN does with -invert what needs an encoder, and the codes that it writes are decoded to what
// invert shows.
func TestAGANInvertsExamples(t *testing.T) {
	dir := trainedRun(t, "gan")
	var r struct {
		Index         []int     `json:"index"`
		SquaredError  float64   `json:"squared_error"`
		SquaredErrors []float64 `json:"squared_errors"`
		Variance      float64   `json:"variance"`
		Length        float64   `json:"length"`
	}
	into(t, &r, dir, "invert", "-n", "3", "-steps", "5", "-restarts", "2", "-o", "inverted.png")
	if len(r.Index) != 3 || len(r.SquaredErrors) != 3 || r.SquaredError <= 0 || r.Variance <= 0 || r.Length <= 0 {
		t.Errorf("got %+v, want figures of three examples", r)
	}
	few := slices.Clone(r.SquaredErrors)
	into(t, &r, dir, "invert", "-n", "3", "-steps", "5", "-restarts", "2", "-threads", "1")
	if !slices.Equal(r.SquaredErrors, few) {
		t.Errorf("with one processor %v, want %v as with all", r.SquaredErrors, few)
	}
	sample(t, dir, "reconstruct", "-invert", "-n", "2", "-o", "back.png")
	sample(t, dir, "interpolate", "-invert", "-from", "0", "-to", "1", "-n", "1", "-steps", "4", "-o", "between.png")
	sample(t, dir, "encode", "-invert", "-n", "4", "-o", "codes.npz")
	sample(t, dir, "decode", "-i", "codes.npz", "-o", "decoded.png")
	for _, file := range []string{"inverted.png", "back.png", "between.png", "decoded.png"} {
		if _, err := os.Stat(filepath.Join(dir, file)); err != nil {
			t.Error(err)
		}
	}
}

func TestDirectionsWithoutAttributes(t *testing.T) {
	dir := trainedRun(t, "gan")
	var r struct {
		Along      string `json:"along"`
		Components []struct {
			Number int       `json:"number"`
			Share  float64   `json:"share"`
			Step   []float32 `json:"step"`
		} `json:"components"`
	}
	for _, method := range []string{"sefa", "ganspace"} {
		into(t, &r, dir, "traverse", "-along", method, "-n", "2", "-steps", "5", "-o", "along.png")
		if r.Along != method || len(r.Components) != 2 || len(r.Components[1].Step) != 3 || r.Components[0].Share < r.Components[1].Share {
			t.Errorf("%s: got %+v, want two directions of three values, falling", method, r)
		}
		labelled(t, filepath.Join(dir, "along.png"), 5, 2, 56)
		sample(t, dir, "vary", "-direction", method+":2", "-n", "3", "-steps", "4", "-o", "walk.png")
		labelled(t, filepath.Join(dir, "walk.png"), 4, 3, 56)
	}
}
