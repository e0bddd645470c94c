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
		all = append(all, *r.Report.SquaredError)
	}
	if all[0] == all[1] {
		t.Error("the class makes no difference")
	}
}

func TestNewExamplesAreEndsOfRows(t *testing.T) {
	m := learned(t, pictured)
	x := firsts(t, m, "test", 3)
	o := Interpolate{Options: Options{N: 2, Seed: 1, Split: "test"}, Method: "lerp", Steps: 3, From: 0, To: 1}
	want, err := o.Run(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(o *Interpolate){
		"the beginning": func(o *Interpolate) { o.From, o.FromFile = -1, fileOf(t, "a.npy", x, 3, 28, 28) },
		"the end":       func(o *Interpolate) { o.To, o.ToFile = -1, fileOf(t, "b.npy", x[28*28:], 2, 28, 28) },
	} {
		p := o
		change(&p)
		got, err := p.Run(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.Rows.All().Data, want.Rows.All().Data) {
			t.Errorf("%s: other rows than between the same examples of the split", name)
		}
		if got.Report.FromFile != p.FromFile || (got.Report.From == nil) != (p.FromFile != "") || (got.Report.To == nil) != (p.ToFile != "") {
			t.Errorf("%s: report %+v", name, got.Report)
		}
	}
	o.From, o.To, o.ToFile = -1, -1, fileOf(t, "b.npy", x, 3, 28, 28)
	if _, err := o.Run(t.Context(), m); err == nil || !strings.Contains(err.Error(), "want both") {
		t.Errorf("one end alone: got error %v", err)
	}
}

func TestNewExamplesAreVaried(t *testing.T) {
	m := learned(t, pictured)
	o := Vary{Options: Options{N: 2, Seed: 1, Split: "test"}, Attribute: "slant", Method: "means", Strengths: []float64{0, 1}, From: 1, Fit: 200, Check: 10}
	want, err := o.Run(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	o.From, o.Files = -1, []string{fileOf(t, "new.npy", firsts(t, m, "test", 3)[28*28:], 2, 28, 28)}
	got, err := o.Run(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Rows.All().Data, want.Rows.All().Data) || got.Rows.Names[1] != "new.npy[1]" {
		t.Errorf("rows of %v, want those of the same examples of the split", got.Rows.Names)
	}
	o.Draws = true
	if _, err := o.Run(t.Context(), m); err == nil || !strings.Contains(err.Error(), "without -from and -draws") {
		t.Errorf("with draws: got error %v", err)
	}
}

func TestNewExamplesArePlacedWhereTheyWereOnAMap(t *testing.T) {
	m := learned(t, pictured)
	file := fileOf(t, "new.npy", firsts(t, m, "test", 4), 4, 28, 28)
	few, three := 20, 3
	for _, o := range []Map{{Method: "pca"}, {Method: "tsne", Iterations: &few}, {Method: "pca", Space: "data"}, {Method: "tsne", Space: "data", Iterations: &few}, {Method: "umap", UMAP: UMAP{Epochs: &few}}, {Method: "umap", UMAP: UMAP{Epochs: &few, Dims: &three}}} {
		o.Options = Options{N: 40, Seed: 1, Split: "test", Files: []string{file}}
		r, err := o.Run(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		// All 40 are on the map, in their order.
		if r.Report.New != 4 || r.Report.N != 40 || !slices.Equal(r.New.Points.Data, r.Points.Data[:4*r.Points.Shape[1]]) {
			t.Errorf("%s of %s: %v, want the places %v of the same examples", o.Method, r.Report.Space, r.New.Points.Data, r.Points.Data[:4*r.Points.Shape[1]])
		}
	}
}
