package latentspace

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// mostFiles is how many source files a package has at most, so that all can be taken in at once.
// The kernels are as many as there are loops.
const mostFiles = 30

func TestAPackageHasFewFiles(t *testing.T) {
	count := map[string]int{}
	err := filepath.WalkDir(".", func(path string, d os.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			count[filepath.ToSlash(filepath.Dir(path))]++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for dir, n := range count {
		if n > mostFiles && dir != "kernel" {
			t.Errorf("%s has %d source files, want at most %d", dir, n, mostFiles)
		}
	}
	if len(count) < 20 {
		t.Errorf("%d packages seen", len(count))
	}
}
