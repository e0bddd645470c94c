package show

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"latentspace/explore"
)

// A map is saved before the charts are drawn, and never in the place of one.
func TestASaveThatFailsLeavesNothing(t *testing.T) {
	m := learned(t, tiny)
	for _, save := range []string{"no/map.safetensors", "m.png", "./m.svg", "m.csv", "m-manifold.png"} {
		dir := t.TempDir()
		v := explore.Map{Options: explore.Options{N: 20, Split: "test"}}
		to := MapOutput{Output: Output{File: filepath.Join(dir, "m.png")}, Save: dir + "/" + save}
		if _, err := Map(t.Context(), m, v, to); err == nil {
			t.Errorf("-save %s: no error", save)
		}
		if left, _ := os.ReadDir(dir); len(left) != 0 {
			t.Errorf("-save %s: it left %v", save, left)
		}
	}
}

// A map takes the place of charts and of another map, and of no other file, which is told before the work.
func TestAMapReplacesNothingElse(t *testing.T) {
	m := learned(t, tiny)
	t.Chdir(t.TempDir())
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"new.csv", "st.csv", "notes"} {
		if err := os.WriteFile(file, []byte(file), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	type try struct{ out, save, start, input, want string }
	tries := []try{
		{"x.png", filepath.Join(here, "x.png"), "", "", "that the chart is written to"},
		{"x.png", "./x-manifold.png", "", "", "that the manifold is written to"},
		{"st.png", "", "st.csv", "", "-start st.csv is the file st.csv that the coordinates are written to"},
		{"new.svg", "", "", here + "/new.csv", "new.csv is the file new.csv that the coordinates are written to"},
		{"x.png", "new.csv", "", "new.csv", "-save new.csv is the file new.csv of -i, which is read"},
		{"x.png", "st.csv", "st.csv", "", "of -start, which is read"},
		{"x.png", m.File, "", "", "of the checkpoint, which is read"},
		{"x.png", "notes", "", "", "-save notes: a file that is no map"},
		{"x.png", "none/map", "", "", "-save none/map: there is no folder none"},
		{"x.png", here, "", "", "a folder, want a file"},
	}
	run, err := filepath.Glob(filepath.Join(filepath.Dir(m.File), "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range run {
		tries = append(tries, try{"x.png", file, "", "", "-save " + file})
	}
	if os.Geteuid() > 0 {
		if err := os.Mkdir("locked", 0o555); err != nil {
			t.Fatal(err)
		}
		tries = append(tries, try{"x.png", "locked/map", "", "", "nothing can be written to the folder locked"})
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range tries {
		v := explore.Map{Options: explore.Options{N: 20, Split: "test"}, Method: "tsne", UMAP: explore.UMAP{Start: c.start}}
		if c.input != "" {
			v.Files = []string{c.input}
		}
		if _, err := Map(ended, m, v, MapOutput{Output: Output{File: c.out}, Save: c.save}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
	for _, want := range []string{"new.csv", "st.csv", "notes"} {
		if got, err := os.ReadFile(want); err != nil || string(got) != want {
			t.Errorf("%s has %q, %v", want, got, err)
		}
	}
	for range 2 { // the second in place of the first
		v := explore.Map{Options: explore.Options{N: 20, Split: "test"}}
		if _, err := Map(t.Context(), m, v, MapOutput{Output: Output{File: "x.png"}, Save: "x.map"}); err != nil {
			t.Error(err)
		}
	}
}

// A context that has ended stops what is long, and no file is begun.
func TestAnEndedContextStopsAMap(t *testing.T) {
	m := learned(t, tiny)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := t.TempDir()
	o := explore.Options{N: 1000, Split: "train"}
	for _, method := range []string{"pca", "tsne"} {
		to := MapOutput{Output: Output{File: filepath.Join(dir, "map.png")}}
		if _, err := Map(ctx, m, explore.Map{Options: o, Method: method}, to); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v, want %v", method, err, context.Canceled)
		}
	}
	if _, err := Encode(ctx, m, explore.Encode{Options: o, Precision: "int8"}, Output{File: filepath.Join(dir, "codes.npz")}); !errors.Is(err, context.Canceled) {
		t.Errorf("encode: got %v, want %v", err, context.Canceled)
	}
	if files, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(files) > 0 {
		t.Errorf("wrote %v", files)
	}
}
