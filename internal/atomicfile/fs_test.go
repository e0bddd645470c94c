package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestOSCreatesExclusively(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	f, err := OS{}.CreateExclusive(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		t.Fatal(err)
	}
	f, err = OS{}.CreateExclusive(path)
	if f != nil || !errors.Is(err, fs.ErrExist) {
		t.Errorf("second time: got %v and error %v, want nil and %v", f, err, fs.ErrExist)
	}
}

func TestOSReportsMissingFolders(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	if _, err := (OS{}).ReadDir(missing); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("ReadDir: error %v, want %v", err, os.ErrNotExist)
	}
	if err := (OS{}).Remove(missing); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Remove: error %v, want %v", err, os.ErrNotExist)
	}
}
