package atlas

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/latent"
	"latentspace/tensor"
	"latentspace/training"
)

// Weights alone are enough to draw and to decode: what needs the data says that they are not there.
func TestTheAtlasOfWeightsAlone(t *testing.T) {
	text := "x,y,sign\n"
	for i := range 300 {
		x := float64(i*7919%1000-500) / 100
		text += fmt.Sprintf("%.2f,%.2f,%s\n", x, 2*x, map[bool]string{true: "plus", false: "minus"}[x > 0])
	}
	file := filepath.Join(t.TempDir(), "rows.csv")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	m := learned(t, "data: {kind: table, file: "+file+"}\nmodel: {kind: vae, latent: 3, encoder: {kind: mlp, hidden: [8]}}\ntrain: {epochs: 1, batch: 30, samples: 0}\n")
	whole, err := New(t.Context(), m, Options{N: 100, Split: "train", Seed: 1})
	if err != nil || whole.Space.Points != "examples" || whole.Space.View != "row" || !slices.Equal(whole.Space.Columns, []string{"x", "y", "sign"}) {
		t.Fatalf("%+v, %v", whole.Space, err)
	}
	e, err := whole.Example(t.Context(), 0)
	if err != nil || len(e.Original.Cells) != 3 || len(e.Reconstruction.Cells) != 3 {
		t.Errorf("a row is %+v, %v", e, err)
	}
	// What is known of it are the numbers of its cells, and not those that the model sees.
	for _, name := range []string{"x", "y"} {
		v, err := whole.Values(name)
		if err != nil || fmt.Sprintf("%.2f", v[0]) != e.Original.Cells[slices.Index(whole.Space.Columns, name)] {
			t.Errorf("%s of the first row is %v beside the cells %q, %v", name, v[:1], e.Original.Cells, err)
		}
	}
	if _, err := whole.Thumbnails(0, 1); err == nil {
		t.Error("a row has a thumbnail")
	}

	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if m, err = training.Open(m.File); err != nil {
		t.Fatal(err)
	}
	a, err := New(t.Context(), m, Options{N: 100, Split: "train", Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	s := a.Space
	if s.Points != "draws" || s.N != 100 || !slices.Equal(s.Priors, []string{"model"}) || len(s.Directions)+len(s.Attributes) != 0 || len(s.Dimensions) != 3 || s.Nearest == nil {
		t.Errorf("without the data: %+v", s)
	}
	for _, feature := range []string{"example", "reconstruction", "attributes", "directions", "draws.fitted"} {
		if !strings.Contains(s.Lacks[feature], "The data cannot be read") || !strings.Contains(s.Lacks[feature], "rows.csv") {
			t.Errorf("%s: %q, want why", feature, s.Lacks[feature])
		}
	}
	z, err := a.Draw("model", 2, 5, nil)
	if err != nil {
		t.Fatal(err)
	}
	d, err := a.Decode(t.Context(), z, nil)
	if err != nil || len(d.Examples) != 2 || len(d.Examples[0].Cells) != 3 {
		t.Errorf("decoded to %+v, %v", d, err)
	}
	if e, err := a.Example(t.Context(), 7); err != nil || e.Name != "draw 7" || e.Original != nil || len(e.Reconstruction.Cells) != 3 {
		t.Errorf("a draw is %+v, %v", e, err)
	}
	if at, err := a.Places("pca"); err != nil || len(at) != 200 {
		t.Errorf("%d coordinates, %v", len(at), err)
	}
}

// broken is a prior whose draws are no numbers.
type broken struct{ latent.Prior }

// Draw implements [latent.Prior].
func (broken) Draw(seed uint64, first int, z *tensor.Tensor) error {
	for i := range z.Data {
		z.Data[i] = float32(math.NaN())
	}
	return nil
}

// A model that has neither an encoder nor a prior that can be used has no points, and decodes.
func TestTheAtlasWithoutPoints(t *testing.T) {
	m := learned(t, glyphs+"model: {kind: gan, latent: 4}\ntrain: {epochs: 1, batch: 100, samples: 0}\n")
	own, err := m.OwnPrior()
	if err != nil {
		t.Fatal(err)
	}
	m.Model = m.With(broken{own})
	a, err := New(t.Context(), m, Options{N: 100, Split: "train", Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	s := a.Space
	if s.N != 0 || len(s.Maps) != 0 || len(s.Dimensions) != 4 || s.Order != "index" || s.Dim != 4 || s.Nearest != nil || s.Thumbnail != nil {
		t.Errorf("got %+v", s)
	}
	for _, feature := range []string{"map", "map.tsne", "map.umap", "nearest", "example", "directions", "thumbnails"} {
		if s.Lacks[feature] == "" {
			t.Errorf("nothing says why there is no %s", feature)
		}
	}
	if d, err := a.Decode(t.Context(), tensor.New(1, 4), nil); err != nil || len(d.Pictures) != 784 {
		t.Errorf("decoded to %d bytes, %v", len(d.Pictures), err)
	}
}

// Two dimensions are where they are, and a model that is told something has conditions, under which
// one code has one picture.
func TestTheAtlasOfAConditionalModelOfTwoDimensions(t *testing.T) {
	a := of(t, glyphs+"model: {kind: cvae, latent: 2, condition: [class, slant], encoder: {kind: mlp, hidden: [16]}}\ntrain: {epochs: 1, batch: 30, samples: 0}\n")
	s := a.Space
	if len(s.Maps) == 0 || s.Maps[0].Method != "plain" || s.PCA != nil {
		t.Errorf("the maps are %+v", s.Maps)
	}
	if len(s.Conditions) != 2 || s.Conditions[0].Name != "class" || len(s.Conditions[0].Words) != 10 || s.Conditions[1].Min == nil || *s.Conditions[1].Min >= *s.Conditions[1].Max {
		t.Errorf("the conditions are %+v", s.Conditions)
	}
	z, err := a.Codes(0, 1)
	if err != nil {
		t.Fatal(err)
	}
	if at, err := a.Places("plain"); err != nil || !slices.Equal(at[:2], z) {
		t.Errorf("the first place is %v, its code %v, %v", at[:2], z, err)
	}
	twice := tensor.New(2, 2)
	copy(twice.Data, z)
	copy(twice.Data[2:], z)
	var seen [][]byte
	for _, class := range []string{"3", "8"} {
		d, err := a.Decode(t.Context(), twice, map[string]string{"class": class, "slant": "0.1"})
		if err != nil || !slices.Equal(d.Pictures[:784], d.Pictures[784:]) {
			t.Fatalf("one code has two pictures, %v", err)
		}
		seen = append(seen, d.Pictures)
	}
	if slices.Equal(seen[0], seen[1]) {
		t.Error("the class makes no difference")
	}
	if d, err := a.Decode(t.Context(), twice, nil); err != nil || !slices.Equal(d.Pictures[:784], d.Pictures[784:]) {
		t.Errorf("one code has two pictures, %v", err)
	}
	for _, wrong := range []map[string]string{{"class": "x"}, {"slant": "x"}, {"slant": "NaN"}, {"style": "bold"}} {
		if _, err := a.Decode(t.Context(), twice, wrong); err == nil {
			t.Errorf("decoded under %v", wrong)
		}
	}
	if e, err := a.Example(t.Context(), 3); err != nil || e.Reconstruction == nil {
		t.Errorf("an example is %+v, %v", e, err)
	}
}

func TestTheAtlasOfTexts(t *testing.T) {
	a := of(t, "data: {kind: sentences, train: 200, valid: 20, test: 60}\n"+
		"model: {kind: textvae, latent: 3, embedding: 8, encoder: {kind: gru, units: 8}, decoder: {kind: lstm, units: 8}}\ntrain: {epochs: 1, batch: 20, samples: 0}\n")
	if s := a.Space; s.View != "text" || s.Lacks["thumbnails"] == "" || s.Dimensions[0].Sensitivity != nil {
		t.Errorf("got %+v", s)
	}
	if e, err := a.Example(t.Context(), 3); err != nil || e.Original.Text == nil || *e.Original.Text == "" || e.Reconstruction.Text == nil {
		t.Errorf("a text is %+v, %v", e, err)
	}
	if d, err := a.Decode(t.Context(), tensor.New(2, 3), nil); err != nil || len(d.Examples) != 2 || d.Examples[1].Text == nil {
		t.Errorf("decoded to %+v, %v", d, err)
	}
}

// What is prepared is there afterwards, and before it is an error that says how.
func TestWhatIsPrepared(t *testing.T) {
	a := of(t, glyphs+"model: {kind: gan, latent: 4}\ntrain: {epochs: 1, batch: 100, samples: 0}\n")
	if _, err := a.Places("tsne"); !errors.Is(err, ErrNotReady) || err.Error() != "prepare map:tsne first" {
		t.Errorf("got %v", err)
	}
	if _, err := a.Direction("slant"); !errors.Is(err, ErrNotReady) {
		t.Errorf("got %v", err)
	}
	watched := 0
	for _, what := range []string{"map:tsne", "map:umap", "direction:slant"} {
		if err := a.Prepare(t.Context(), what, func(string, int, int, string) { watched++ }); err != nil || !a.Ready(what) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if at, err := a.Places("tsne"); err != nil || len(at) != 400 || watched == 0 {
		t.Errorf("%d coordinates, %v, watched %d times", len(at), err, watched)
	}
	if d, err := a.Direction("slant"); err != nil || len(d.Direction) != 4 {
		t.Errorf("%+v, %v", d, err)
	}
	for _, what := range []string{"", "map", "map:other", "prior:gmm", "direction:", "other:x"} {
		if err := a.Prepare(t.Context(), what, nil); err == nil {
			t.Errorf("%q is prepared", what)
		}
	}
}

// A distance is the fifth nearest of others: of points on a line, one apart, it is 3 within and up to 5
// at the ends.
func TestDistancesOfNeighbours(t *testing.T) {
	a := &Atlas{codes: tensor.New(101, 1), Space: Space{N: 101, Dim: 1, Lacks: map[string]string{}}}
	for i := range a.codes.Data {
		a.codes.Data[i] = float32(i)
	}
	if err := a.density(t.Context()); err != nil {
		t.Fatal(err)
	}
	q := a.Space.Nearest.Quantiles
	if len(q) != 101 || q[0] != 3 || q[90] != 3 || q[100] != 5 || a.Space.Nearest.K != 5 {
		t.Errorf("got %v", a.Space.Nearest)
	}
}

func TestSentences(t *testing.T) {
	for text, want := range map[string]string{
		"trained: a model of kind gan has no encoder":     "A model of kind gan has no encoder.",
		"training: the run runs/vae has no checkpoint":    "The run runs/vae has no checkpoint.",
		"explore: data: of 5 rows: two are alike.":        "Of 5 rows: two are alike.",
		"training: open: /a/b.csv: there is no such file": "/a/b.csv: there is no such file.",
		"a: file x is damaged\nb: file y is damaged":      "File x is damaged. File y is damaged.",
		"élan": "Élan.", "": "",
	} {
		if got := Sentence(errors.New(text)); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// However few points there are, the atlas says in plain words what it lacks.
func TestFewPoints(t *testing.T) {
	m := learned(t, glyphs+"model: {kind: vae, latent: 3, encoder: {kind: mlp, hidden: [4]}}\ntrain: {epochs: 1, batch: 30, samples: 0}\n")
	for n, lack := range map[int]string{1: "There is one point, and a map needs two.", 2: "", 3: ""} {
		a, err := New(t.Context(), m, Options{N: n, Split: "train", Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		if a.Space.N != n || a.Space.Lacks["map"] != lack || (lack == "") != (len(a.Space.Maps) == 1) {
			t.Errorf("%d points: %d maps, lacks %q", a.Space.N, len(a.Space.Maps), a.Space.Lacks["map"])
		}
	}
}
