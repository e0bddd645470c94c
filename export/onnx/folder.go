package onnx

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"latentspace/internal/held"
)

// Writable reports a folder that [Write] would not write: one that has other files than those of an
// export, a file, or one in a folder that does not exist.
func Writable(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		if info, err := os.Stat(filepath.Dir(dir)); err != nil || !info.IsDir() {
			return fmt.Errorf("onnx: %s: there is no folder %s", dir, filepath.Dir(dir))
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("onnx: %s: %w, want the name of a folder", dir, err)
	}
	for _, e := range entries {
		if e.IsDir() || !slices.Contains(names, e.Name()) {
			return fmt.Errorf("onnx: the folder %s has %s, want one that is new, empty or has an export alone", dir, e.Name())
		}
	}
	return nil
}

// Write writes the files to a folder, which is new, or takes the place of an export: all of them or
// none.
func Write(ctx context.Context, dir string, files []File) (err error) {
	if err := Writable(dir); err != nil {
		return err
	}
	dir = filepath.Clean(dir)
	temporary, err := os.MkdirTemp(filepath.Dir(dir), "."+filepath.Base(dir)+"-*.tmp")
	if err != nil {
		return fmt.Errorf("onnx: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("onnx: %s: %w", dir, err), os.RemoveAll(temporary))
		}
	}()
	if err := os.Chmod(temporary, 0o755); err != nil {
		return err
	}
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := synced(filepath.Join(temporary, f.Name), f.Content); err != nil {
			return err
		}
	}
	return replace(dir, temporary)
}

// synced writes a file, which is on the disk then.
func synced(file string, content []byte) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	if _, err := f.Write(content); err != nil {
		return errors.Join(err, f.Close())
	}
	return errors.Join(f.Sync(), f.Close())
}

// replace gives a folder the name of another, which goes.
func replace(dir, by string) error {
	old := by + ".old"
	switch err := held.Rename(dir, old); {
	case errors.Is(err, fs.ErrNotExist):
		return held.Rename(by, dir)
	case err != nil:
		return err
	}
	if err := held.Rename(by, dir); err != nil {
		return errors.Join(err, held.Rename(old, dir))
	}
	return os.RemoveAll(old)
}
