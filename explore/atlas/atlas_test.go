package atlas

import (
	"context"
	"io"
	"path/filepath"
	"slices"
	"testing"

	"latentspace/experiments"
	"latentspace/render"
	"latentspace/tensor"
	"latentspace/training"
)

// learned trains an experiment and returns its model.
func learned(t *testing.T, text string) *training.Trained {
	t.Helper()
	cfg, err := experiments.Parse("test.yaml", []byte("name: test\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "test")
	if _, err := training.Run(context.Background(), cfg, training.Options{Dir: dir, Log: io.Discard}); err != nil {
		t.Fatal(err)
	}
	m, _, err := training.Find(dir, "", false, func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	return m
}

const glyphs = "data: {kind: glyphs, train: 300, valid: 60, test: 40}\n"

// of is the atlas of an experiment.
func of(t *testing.T, text string) *Atlas {
	t.Helper()
	a, err := New(t.Context(), learned(t, text), Options{N: 200, Split: "train", Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestTheAtlasOfAModelThatEncodes(t *testing.T) {
	a := of(t, glyphs+"model: {kind: vae, latent: 3, encoder: {kind: mlp, hidden: [16]}}\ntrain: {epochs: 1, batch: 30, samples: 0}\n")
	s := a.Space
	if s.N != 200 || s.Points != "examples" || s.Dim != 3 || len(s.Lacks) != 1 || s.Lacks["sound"] != "The examples are no sounds." || s.View != "picture" || len(s.Dimensions) != 3 || s.Order != "kl" {
		t.Errorf("got %+v", s)
	}
	z, err := a.Codes(190, 50)
	if err != nil || len(z) != 10*3 {
		t.Fatalf("%d values of the last 10 codes, %v", len(z), err)
	}
	// A code is decoded to the bytes that a picture file has of it.
	code, _ := tensor.From(slices.Clone(z[:3]), 1, 3)
	x, err := a.m.Decode(t.Context(), code, nil)
	if err != nil {
		t.Fatal(err)
	}
	d, err := a.Decode(t.Context(), code, nil)
	if err != nil || len(d.Pictures) != 28*28 {
		t.Fatalf("%d bytes, %v", len(d.Pictures), err)
	}
	for i, b := range d.Pictures {
		if b != render.Level(x.Data[i]) {
			t.Fatalf("byte %d is %d", i, b)
		}
	}
	// A place on the map is where the components say.
	at, err := a.Places("pca")
	if err != nil {
		t.Fatal(err)
	}
	for k, axis := range s.PCA.Components {
		sum := 0.0
		for j, v := range axis {
			sum += float64(v) * float64(z[j]-s.PCA.Mean[j])
		}
		if got := float64(at[2*190+k]); got-sum > 1e-5 || sum-got > 1e-5 {
			t.Errorf("coordinate %d is %v, want %v", k, got, sum)
		}
	}
	e, err := a.Example(t.Context(), 190)
	if err != nil || e.Label == nil || e.Original == nil || e.Reconstruction == nil || !slices.Equal(e.Reconstruction.Picture, d.Pictures) {
		t.Errorf("example %+v, %v", e, err)
	}
	if small, err := a.Thumbnails(190, 1); err != nil || !slices.Equal(small, e.Original.Picture) {
		t.Errorf("a thumbnail that is not its picture, %v", err)
	}
}

func TestTheAtlasOfAModelWithoutAnEncoder(t *testing.T) {
	a := of(t, glyphs+"model: {kind: gan, latent: 8}\ntrain: {epochs: 1, batch: 100, samples: 0}\n")
	s := a.Space
	if s.N != 200 || s.Points != "draws" || s.PCA != nil || len(s.Attributes) != 0 || len(s.Directions) == 0 {
		t.Errorf("got %+v", s)
	}
	for _, feature := range []string{"example", "attributes", "reconstruction"} {
		if s.Lacks[feature] != "A model of kind gan has no encoder, so that the points of the map are draws of its prior." {
			t.Errorf("%s: %s", feature, s.Lacks[feature])
		}
	}
	z, err := a.Codes(7, 1)
	if err != nil {
		t.Fatal(err)
	}
	code, _ := tensor.From(z, 1, 8)
	d, err := a.Decode(t.Context(), code, nil)
	if err != nil {
		t.Fatal(err)
	}
	if small, err := a.Thumbnails(7, 1); err != nil || !slices.Equal(small, d.Pictures) {
		t.Errorf("a draw does not look like what its code is decoded to, %v", err)
	}
}
