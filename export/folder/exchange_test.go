package folder

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// An export and what takes its place change names at one moment, so that there is always one of them.
func TestFoldersChangePlaces(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux exchanges names")
	}
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	for _, at := range []string{a, b} {
		if err := os.MkdirAll(filepath.Join(at, "of "+filepath.Base(at)), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if err := exchange(a, b); err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]string{a: "of b", b: "of a"} {
		if _, err := os.Stat(filepath.Join(at, want)); err != nil {
			t.Error(err)
		}
	}
	if err := exchange(a, filepath.Join(dir, "none")); err == nil {
		t.Error("a folder changes places with none")
	}
}
