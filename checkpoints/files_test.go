package checkpoints

import (
	"bytes"
	"os"
	"slices"
	"testing"
)

// before is what a file holds that is none of a test's business.
var before = []byte("the old content")

func namesIn(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	slices.Sort(names)
	return names
}

func checkContent(t *testing.T, path string, want []byte) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("got %d bytes %.20q… and error %v, want %d bytes %.20q…", len(got), got, err, len(want), want)
	}
}
