//go:build unix && !solaris && !aix

package checkpoints

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"latentspace/internal/atomicfile"
)

// Opening a pipe waits for the other end: these tests would hang.

func TestPipeInPlaceOfACheckpointIsSkipped(t *testing.T) {
	s := saved(t, 1)
	if err := syscall.Mkfifo(s.Path(2), 0o666); err != nil {
		t.Fatal(err)
	}
	var warnings []string
	_, step, _, err := s.Latest(func(err error) { warnings = append(warnings, err.Error()) })
	if err != nil || step != 1 {
		t.Errorf("got step %d and error %v, want 1", step, err)
	}
	if len(warnings) != 1 || !strings.Contains(warnings[0], "want a regular file; using step 1") {
		t.Errorf("warnings %q, want one about the kind of file", warnings)
	}
}

func TestPipeOrLinkInPlaceOfTheLockIsRefused(t *testing.T) {
	for name, put := range map[string]func(string) error{
		"pipe": func(path string) error { return syscall.Mkfifo(path, 0o666) },
		"link": func(path string) error { return os.Symlink("precious", path) },
	} {
		dir := t.TempDir()
		precious := filepath.Join(dir, "precious")
		if err := os.WriteFile(precious, before, 0o666); err != nil {
			t.Fatal(err)
		}
		if err := put(filepath.Join(dir, LockName)); err != nil {
			t.Fatal(err)
		}
		if _, err := Lock(dir); err == nil || !strings.Contains(err.Error(), "want a regular file") {
			t.Errorf("%s: error %v, want one about the kind of file", name, err)
		}
		checkContent(t, precious, before)
	}
}

func TestSyncDirReportsAMissingFolder(t *testing.T) {
	if err := (atomicfile.OS{}).SyncDir(filepath.Join(t.TempDir(), "missing")); !os.IsNotExist(err) {
		t.Errorf("error %v, want that of a missing folder", err)
	}
	if err := (atomicfile.OS{}).SyncDir(t.TempDir()); err != nil {
		t.Error(err)
	}
}
