package evaluation

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var ofClassifier = []string{"classifier_accuracy", "class_entropy", "frechet_distance"}

// The classifier is kept by the data's hash, and whether it is makes no difference to any
// figure; a file that is damaged is made anew.
func TestTheClassifierIsKept(t *testing.T) {
	s := fewer(t, 228, 100) // few, as it is trained seven times
	sub := subject(learned(t, small(1), "vae", s.Train, 20, 1e-3), s)
	dir := filepath.Join(t.TempDir(), "networks")
	o := Options{Metrics: ofClassifier, Seed: 1}
	trained, err := Measure(t.Context(), sub, o) // without a folder of networks
	if err != nil {
		t.Fatal(err)
	}
	want := trained.String()
	if !strings.Contains(want, "classifier_accuracy") {
		t.Fatalf("no accuracy:\n%s", want)
	}
	o.Cache = dir
	if got := measured(t, sub, o).String(); got != want {
		t.Errorf("a classifier that is kept gives other figures:\n%s\n%s", got, want)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(files) != 1 || !strings.Contains(files[0], s.SHA256[:16]) {
		t.Fatalf("kept %v, want one file named by %s", files, s.SHA256[:16])
	}
	before, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	if got := measured(t, sub, o).String(); got != want {
		t.Errorf("a classifier that was kept gives other figures:\n%s\n%s", got, want)
	}
	for name, damaged := range map[string][]byte{"cut": before[:len(before)/2], "empty": nil, "foreign": []byte("no checkpoint")} {
		if err := os.WriteFile(files[0], damaged, 0o644); err != nil {
			t.Fatal(err)
		}
		if got := measured(t, sub, o).String(); got != want {
			t.Errorf("after a file that is %s the figures are others:\n%s\n%s", name, got, want)
		}
		if after, err := os.ReadFile(files[0]); err != nil || string(after) != string(before) {
			t.Errorf("a file that is %s was not made anew: %v", name, err)
		}
	}
	// Other data have another classifier, and a folder that cannot be is no reason to fail.
	sub.Data = strings.Repeat("0", 64)
	measured(t, sub, o)
	if files, _ := filepath.Glob(filepath.Join(dir, "*")); len(files) != 2 {
		t.Errorf("kept %v, want a file for each data set", files)
	}
	o.Cache = filepath.Join(files[0], "below")
	if got := measured(t, sub, o).String(); got != want {
		t.Errorf("without a folder the figures are others:\n%s\n%s", got, want)
	}
}
