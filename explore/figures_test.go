package explore

import (
	"context"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"

	"latentspace/checkpoints"
	"latentspace/export"
	"latentspace/latent"
	"latentspace/training"
)

func TestFiguresThatAreNotFinite(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		report any
		want   string
	}{
		{Varied{Readings: []Reading{{}, {Examples: &Score{R2: &nan}}}}, "explore: the report's Readings[1].Examples.R2 is NaN, want a number"},
		{Drawn{PriorFit: &PriorFit{Fitted: latent.Fitted{Bandwidth: math.Inf(1)}}}, "explore: the report's PriorFit.Fitted.Bandwidth is +Inf, want a number"},
		{Varied{Direction: []float32{1, float32(nan)}}, "explore: the report's Direction[1] is NaN, want a number"},
	} {
		if err := checkFigures(c.report); err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	if err := checkFigures(Varied{Readings: []Reading{{Shift: []float64{1}}}}); err != nil {
		t.Error(err)
	}
}

// A decoder that makes NaN of all codes leaves no files that a report could not tell of.
func TestAFailedModelLeavesNoFiles(t *testing.T) {
	m := learned(t, tiny)
	c, err := checkpoints.Read(m.File)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range c.Tensors {
		for i := range p.Data {
			p.Data[i] = float32(math.NaN())
		}
	}
	file := filepath.Join(t.TempDir(), "nan.safetensors")
	err = export.File(file, func(w io.Writer) error { return checkpoints.Encode(w, c) })
	if err != nil {
		t.Fatal(err)
	}
	if m, _, err = training.Find("", file, false, func(err error) { t.Error(err) }); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	o := Options{N: 4, Split: "test", File: filepath.Join(dir, "r.png")}
	if _, err := (Reconstruct{o}).Run(context.Background(), m); err == nil {
		t.Error("reconstruct: no error")
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("it left %v", left)
	}
}
