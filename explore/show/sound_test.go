package show

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/data/wav"
	"latentspace/explore"
)

// notes is a model of notes that is trained a little.
const notes = "data: {kind: notes, train: 60, valid: 20, test: 20}\n" +
	"model: {kind: vae, latent: 3, encoder: {kind: mlp, hidden: [16]}}\ntrain: {epochs: 1, batch: 20, samples: 0}\n"

// heard is the number of samples of a file.
func heard(t *testing.T, file string) int {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := wav.Decode(b)
	if err != nil || s.Rate != 8000 || s.Channels != 1 || s.Coding != "integers of 16 bits" {
		t.Fatalf("%s: %v, %v", file, s, err)
	}
	return len(s.Samples)
}

func TestSoundsAreWrittenBesideTheirPicture(t *testing.T) {
	m := learned(t, notes)
	const length, frames = 5120, 64 // samples of a note
	few := explore.Options{N: 2, Seed: 1, Split: "test"}
	for name, c := range map[string]struct {
		run   func(ctx context.Context, to Output) (fmt.Stringer, error)
		files []string
		n     int // samples of each
	}{
		"draw": {func(ctx context.Context, to Output) (fmt.Stringer, error) {
			return Draw(ctx, m, explore.Draw{Options: few}, to)
		}, []string{"01.wav", "02.wav"}, length},
		"reconstruct": {func(ctx context.Context, to Output) (fmt.Stringer, error) {
			return Reconstruct(ctx, m, explore.Reconstruct{Options: few}, to)
		}, []string{"01 original.wav", "01 reconstruction.wav", "02 original.wav", "02 reconstruction.wav"}, length},
		"traverse": {func(ctx context.Context, to Output) (fmt.Stringer, error) {
			return Traverse(ctx, m, explore.Traverse{Options: few, Steps: 3, Range: 1, From: -1, Order: "index", Fit: 60}, to)
		}, []string{"01 z0.wav", "02 z1.wav"}, 3 * length},
		// Each of 5 begins when three quarters of the one before it are over.
		"interpolate": {func(ctx context.Context, to Output) (fmt.Stringer, error) {
			return Interpolate(ctx, m, explore.Interpolate{Options: few, Method: "lerp", Steps: 5, From: -1, To: -1}, to)
		}, []string{"01.wav", "02.wav"}, length + 4*length*3/4},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			to := Output{File: filepath.Join(dir, "made.png")}
			r, err := c.run(t.Context(), to)
			if err != nil {
				t.Fatal(err)
			}
			entries, err := os.ReadDir(filepath.Join(dir, "made"))
			if err != nil {
				t.Fatal(err)
			}
			var files []string
			for _, e := range entries {
				files = append(files, e.Name())
				if got := heard(t, filepath.Join(dir, "made", e.Name())); got != c.n {
					t.Errorf("%s has %d samples, want %d", e.Name(), got, c.n)
				}
			}
			if !slices.Equal(files, c.files) {
				t.Errorf("files %q, want %q", files, c.files)
			}
			text, err := json.Marshal(r)
			if want := `"also":["` + filepath.Join(dir, "made") + string(filepath.Separator) + `"]`; err != nil || !strings.Contains(string(text), want) {
				t.Errorf("the report %s, %v, does not say %s", text, err, want)
			}
			if _, err := os.Stat(to.File); err != nil {
				t.Error(err)
			}
			one := filepath.Join(dir, "all.wav")
			if _, err = c.run(t.Context(), Output{File: one}); err != nil {
				t.Fatal(err)
			}
			want := c.n * len(c.files)
			if name == "interpolate" {
				want -= length / 4
			}
			if got := heard(t, one); got != want {
				t.Errorf("all in one: %d samples, want %d", got, want)
			}
		})
	}
}

func TestNamesOfFilesAreSafe(t *testing.T) {
	for name, want := range map[string]string{"": "07", "#43": "07 43", "a/b:c": "07 a-b-c", "x. ": "07 x", strings.Repeat("é", 50): "07 " + strings.Repeat("é", 40)} {
		if got := numbered(6, 12, name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}
