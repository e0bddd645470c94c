package checkpoints

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestAFolderInUseIsNotMoved(t *testing.T) {
	root := t.TempDir()
	dir, to := filepath.Join(root, "run"), filepath.Join(root, "run.1")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	release, err := Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := Move(dir, to); !errors.Is(err, ErrInUse) {
		t.Errorf("in use: %v, want %v", err, ErrInUse)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	if err := Move(dir, to); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("moved, and %v", err)
	}
	release, err = Lock(to) // nobody has it
	if err != nil {
		t.Fatal(err)
	}
	if err := Unmake(to, release); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(to); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("unmade, and %v", err)
	}
}

func TestAFolderThatHasMoreIsNotUnmade(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "kept")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	release, err := Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := Unmake(dir, release); err == nil {
		t.Error("no error")
	}
	if _, err := os.Stat(file); err != nil {
		t.Error(err)
	}
	if release, err = Lock(dir); err != nil {
		t.Fatal(err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
}
