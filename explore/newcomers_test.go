package explore

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/data"
	"latentspace/data/npy"
	"latentspace/training"
)

// fileOf writes examples as a .npy file of floats, one after another.
func fileOf(t *testing.T, name string, values []float32, shape ...int) string {
	t.Helper()
	var b bytes.Buffer
	w, err := npy.Create(&b, "x", npy.Float32, shape...)
	if err != nil {
		t.Fatal(err)
	}
	if err := npy.Write(w, values); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// firsts are the first n examples of a split.
func firsts(t *testing.T, m *training.Trained, split string, n int) []float32 {
	t.Helper()
	ds, err := m.Split(t.Context(), split)
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float32, n*ds.Schema().Width())
	if err := data.ReadBatch(ds, 0, n, x, nil); err != nil {
		t.Fatal(err)
	}
	return x
}

const pictured = "data: {kind: glyphs, train: 300, valid: 60, test: 40}\n" +
	"model: {kind: vae, latent: 3, encoder: {kind: mlp, hidden: [16]}}\ntrain: {epochs: 2, batch: 30, samples: 0}\n"

func TestNewExamplesAreThoseOfASplitInAFile(t *testing.T) {
	m := learned(t, pictured)
	x := firsts(t, m, "test", 40)
	one, rest := fileOf(t, "one.npy", x[:28*28], 28, 28), fileOf(t, "rest.npy", x[28*28:], 39, 28, 28)
	o := Options{N: 40, Seed: 1, Split: "test"}
	want, err := Reconstruct{o}.Run(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	o.Files = []string{one, rest}
	got, err := Reconstruct{o}.Run(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Originals.Data, want.Originals.Data) || !slices.Equal(got.Reconstruction.Data, want.Reconstruction.Data) {
		t.Error("other reconstructions than of the same examples of the split")
	}
	o.Files = []string{fileOf(t, "points.npy", make([]float32, 6), 2, 3)}
	if _, err := (Reconstruct{o}).Run(t.Context(), m); err == nil || !strings.Contains(err.Error(), "examples of shape [3], want [28 28 1] as the model was trained on") {
		t.Errorf("points for a model of pictures: got error %v", err)
	}
}

func TestAConditionalModelIsToldTheClassOfNewExamples(t *testing.T) {
	m := learned(t, "data: {kind: glyphs, train: 300, valid: 60, test: 40}\n"+
		"model: {kind: cvae, latent: 3, encoder: {kind: mlp, hidden: [16]}}\ntrain: {epochs: 1, batch: 30, samples: 0}\n")
	x := firsts(t, m, "test", 2)
	o := Options{N: 2, Exact: true, Seed: 1, Split: "test", Files: []string{fileOf(t, "a.npy", x, 2, 28, 28)}}
	if _, err := (Reconstruct{o}).Run(t.Context(), m); err == nil || !strings.Contains(err.Error(), "-given class=… says it of all") {
		t.Errorf("without a class: got error %v, want how to say it", err)
	}
	var all []float64
	for _, class := range []string{"3", "8"} {
		o.Conditions = map[string]string{ClassField: class}
		r, err := Reconstruct{o}.Run(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r.Report.SquaredError)
	}
	if all[0] == all[1] {
		t.Error("the class makes no difference")
	}
}
