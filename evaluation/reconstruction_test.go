package evaluation

import (
	"math"
	"testing"

	"latentspace/data"
	"latentspace/data/division"
	"latentspace/models"
	"latentspace/models/families"
	"latentspace/sound"
	"latentspace/trained"
)

// The figures of sounds are the mean distances of what is clipped as it is heard, and leave the other
// figures as they are.
func TestReconstructedSoundsAreComparedAsTheyAreHeard(t *testing.T) {
	splits, err := data.Notes{Train: 30, Valid: division.Auto, Test: 10, Seed: 1}.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	model, err := trained.New(families.Models["vae"](), "vae", models.Data{Schema: splits.Test.Schema(), Examples: 30}, 1)
	if err != nil {
		t.Fatal(err)
	}
	s := Subject{Model: model, Train: splits.Train, Held: splits.Test, Split: "test"}
	r, err := Measure(t.Context(), s, Options{Seed: 1, Metrics: []string{"level_distance", "spectral_distance", "psnr"}})
	if err != nil {
		t.Fatal(err)
	}
	alone, err := Measure(t.Context(), s, Options{Seed: 1, Metrics: []string{"psnr"}})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := figureIn(t, r, "psnr").Value, figureIn(t, alone, "psnr").Value; a != b {
		t.Errorf("psnr is %v, and alone it is %v", a, b)
	}
	x, err := model.Read(splits.Test, 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	y, err := model.Reconstruct(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	tr := sound.New(model.Schema.Fields[0])
	var levels, spectra float64
	for i := range 10 {
		a, b := row(x.X, i), row(y, i)
		for k, v := range b {
			b[k] = min(max(v, 0), 1)
		}
		levels += tr.LevelDistance(a, b) / 10
		spectra += tr.SpectralDistance(tr.Samples(a), tr.Samples(b)) / 10
	}
	for name, want := range map[string]float64{"level_distance": levels, "spectral_distance": spectra} {
		if got := figureIn(t, r, name); math.Abs(got.Value-want) > 1e-9 || got.Protocol.N != 10 || got.Unit != "dB" {
			t.Errorf("%s is %v %s of %d, want %v dB of 10", name, got.Value, got.Unit, got.Protocol.N, want)
		}
	}
}
