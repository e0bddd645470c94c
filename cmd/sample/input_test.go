package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAFileToReadIsNotWrittenOver(t *testing.T) {
	dir := t.TempDir()
	file, other := filepath.Join(dir, "rows.csv"), filepath.Join(dir, "other.csv")
	for _, path := range []string{file, other} {
		if err := os.WriteFile(path, []byte("x\n1\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	link := filepath.Join(dir, "link.csv")
	if err := os.Symlink(file, link); err != nil {
		t.Fatal(err)
	}
	for output, refused := range map[string]bool{file: true, link: true, dir + "/./rows.csv": true, other: false, filepath.Join(dir, "new.csv"): false, "": false} {
		err := apart(output, []string{filepath.Join(dir, "none.csv"), file})
		if (err != nil) != refused || err != nil && !strings.Contains(err.Error(), "-o "+output+": a file of new examples") {
			t.Errorf("-o %q: got %v, want it refused: %v", output, err, refused)
		}
	}
}
