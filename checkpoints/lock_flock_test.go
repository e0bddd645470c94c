//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package checkpoints

import (
	"os"
	"path/filepath"
	"testing"
)

// The folder moves aside between opening and locking, as -fresh does it: the lock
// of the moved file would guard nothing.
func TestLockOfAMovedFileIsNotTaken(t *testing.T) {
	path := filepath.Join(t.TempDir(), LockName)
	f, err := openLock(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if same, err := isAt(f, path); !same || err != nil {
		t.Errorf("in place: got %v and error %v, want true", same, err)
	}
	if err := os.Rename(path, path+".old"); err != nil {
		t.Fatal(err)
	}
	if same, err := isAt(f, path); same || err != nil {
		t.Errorf("moved: got %v and error %v, want false", same, err)
	}
	if err := os.WriteFile(path, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if same, err := isAt(f, path); same || err != nil {
		t.Errorf("replaced: got %v and error %v, want false", same, err)
	}
}
