package explore

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/checkpoints"
	"latentspace/kernel"
	"latentspace/latent/maptest"
	"latentspace/tensor"
)

// The trustworthiness of 5 neighbours takes 11 examples; fewer are placed without it.
func TestFewExamplesAreMapped(t *testing.T) {
	m := learned(t, tiny)
	for n, told := range map[int]bool{9: false, 10: false, 11: true} {
		perplexity, iterations := 3.0, 20
		o := Map{Options: Options{N: n, Split: "test"}, Method: "tsne", Perplexity: &perplexity, Iterations: &iterations}
		r, err := o.Run(context.Background(), m)
		if err != nil {
			t.Errorf("%d examples: %v", n, err)
		} else if got := r.Report.Trustworthiness; (got != nil) != told {
			t.Errorf("%d examples: trustworthiness %v, want it told: %v", n, got, told)
		}
	}
}

// Of more than 100,000 rows most neighbours are found, not all, the divergence is that of the mesh, and the
// trustworthiness is that of a sample, with its error.
func TestManyRowsAreMapped(t *testing.T) {
	const n = 100_200
	iterations, neighbours, probes := 3, 5, 2
	o := Map{Method: "tsne", Iterations: &iterations, TSNE: TSNE{Affinities: "uniform", Probes: &probes}, UMAP: UMAP{Neighbours: &neighbours}}
	y, r, err := o.Place(context.Background(), maptest.Clusters(n, 3, 40, 3))
	if err != nil {
		t.Fatal(err)
	}
	if y.Shape[0] != n || kernel.FirstNonFinite(y.Data) >= 0 {
		t.Errorf("%d places", y.Shape[0])
	}
	if r.Recall == nil || !(*r.Recall > 0.9 && *r.Recall < 1) || !r.MeshKL {
		t.Fatalf("got %+v, want most neighbours and the mesh", r.TSNEReport)
	}
	if r.Trustworthiness == nil || r.TrustError == nil || !(*r.TrustError > 0 && *r.TrustError < 0.02) || r.TrustSample != trustSampled {
		t.Fatalf("got %+v, want the trustworthiness of a sample", r)
	}
	if says := fmt.Sprintf("by the mesh, recall of neighbours %.4f, trustworthiness %.4f ± %.4f, of 2000 of them\n", *r.Recall, *r.Trustworthiness, *r.TrustError); !strings.HasSuffix(r.String(), says) {
		t.Errorf("got %s, want it to end in %s", r, says)
	}
}

// fileOfMap writes a saved map to a file.
func fileOfMap(t *testing.T, c *checkpoints.Checkpoint) string {
	t.Helper()
	var b bytes.Buffer
	if err := checkpoints.Encode(&b, c); err != nil {
		t.Fatal(err)
	}
	saved := filepath.Join(t.TempDir(), "map.safetensors")
	if err := os.WriteFile(saved, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	return saved
}

// A map of the data is one of the same data, and errors about a file with a map name the file.
func TestFilesWithOtherMaps(t *testing.T) {
	m := learned(t, tiny)
	perplexity, iterations := 3.0, 5
	o := Map{Options: Options{N: 12, Split: "test"}, Method: "tsne", Space: "data", Perplexity: &perplexity, Iterations: &iterations}
	r, err := o.Run(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(c *checkpoints.Checkpoint){
		"":                                func(c *checkpoints.Checkpoint) { delete(c.Meta, mapData) }, // of an earlier version
		"a map of other data than":        func(c *checkpoints.Checkpoint) { c.Meta[mapData] = "0123456789abcdef" },
		"tsne: places of shape [5 2] for": func(c *checkpoints.Checkpoint) { c.Tensors["places"] = tensor.New(5, 2) },
		"a checkpoint, not a map":         func(c *checkpoints.Checkpoint) { delete(c.Meta, mapSpace) },
	} {
		c, err := SavedMap(t.Context(), m, r)
		if err != nil {
			t.Fatal(err)
		}
		change(c)
		saved := fileOfMap(t, c)
		_, err = Map{Options: o.Options, Space: "data", Load: saved}.Run(t.Context(), m)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), saved+": "+want)) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	o.UMAP.Start = "random"
	if _, err := o.Run(t.Context(), m); err == nil || err.Error() != `-start "random", want pca or the .csv of a map` {
		t.Errorf("got %v", err)
	}
}

// New examples lie on a map that was saved where they lie on the map itself, and its own have their places.
func TestSavedMapsPlaceNewExamples(t *testing.T) {
	m := learned(t, pictured)
	x := firsts(t, m, "train", 9)
	file := fileOf(t, "new.npy", x, 9, 28, 28)
	perplexity, iterations, epochs, neighbours, spread, dims := 5.0, 60, 30, 7, 1.7, 3
	for name, o := range map[string]Map{
		"t-SNE":             {Method: "tsne", Perplexity: &perplexity, Iterations: &iterations, TSNE: TSNE{Search: "clustered"}},
		"t-SNE of the data": {Method: "tsne", Perplexity: &perplexity, Iterations: &iterations, Space: "data"},
		"UMAP":              {Method: "umap", UMAP: UMAP{Epochs: &epochs, Neighbours: &neighbours, Spread: &spread}},
		"UMAP in space":     {Method: "umap", UMAP: UMAP{Epochs: &epochs, Dims: &dims}, Space: "data"},
	} {
		o.Options = Options{N: 40, Split: "test", Seed: 5, Files: []string{file}}
		want, err := o.Run(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		c, err := SavedMap(t.Context(), m, want)
		if err != nil {
			t.Fatal(err)
		}
		saved := fileOfMap(t, c)
		again := Map{Options: o.Options, Load: saved, Space: o.Space}
		got, err := again.Run(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.Points.Data, want.Points.Data) || !slices.Equal(got.New.Points.Data, want.New.Points.Data) {
			t.Errorf("%s: other places on the saved map", name)
		}
		if r := got.Report; r.Method != o.Method || r.On != 40 || r.New != 9 || !strings.Contains(r.String(), "placed on the map of 40 examples that "+saved) {
			t.Errorf("%s: got %+v", name, r)
		}
		again.Split, again.Files = "train", nil
		if got, err = again.Run(t.Context(), m); err != nil || got.Points.Shape[0] != 40 || got.New != nil {
			t.Errorf("%s: another split: %v", name, err)
		}
	}
}
