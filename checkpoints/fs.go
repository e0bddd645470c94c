package checkpoints

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
)

// ReadFS reads the file of a file system, as [Read] does one on the disk. A file that cannot be read
// at any place is read into memory first.
func ReadFS(fsys fs.FS, name string) (*Checkpoint, error) {
	c, err := readFS(fsys, name)
	if err != nil {
		return nil, locate(name, err)
	}
	return c, nil
}

func readFS(fsys fs.FS, name string) (*Checkpoint, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // opening a pipe would wait for its other end
		return nil, fmt.Errorf("mode %v, want a regular file", info.Mode())
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if at, ok := f.(io.ReaderAt); ok {
		return decode(at, info.Size())
	}
	all, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	return decode(bytes.NewReader(all), int64(len(all)))
}

// LatestFS reads the newest sound checkpoint in a folder of a file system, as [Store.Latest] does, and
// returns its name. Newer damaged ones are passed over.
func LatestFS(fsys fs.FS, dir string) (c *Checkpoint, name string, err error) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return nil, "", fmt.Errorf("checkpoints: %w", err)
	}
	var steps []int
	for _, e := range entries {
		if step, ok := parseName(e.Name()); ok {
			steps = append(steps, step)
		}
	}
	if len(steps) == 0 {
		return nil, "", fmt.Errorf("checkpoints: %s: %w", dir, ErrNone)
	}
	slices.Sort(steps)
	var damaged []error
	for _, step := range slices.Backward(steps) {
		name = path.Join(dir, fileName(step))
		c, err := readFS(fsys, name)
		if err == nil {
			return c, name, nil
		}
		if isLimit(err) {
			return nil, "", locate(name, err)
		}
		damaged = append(damaged, locate(name, err))
	}
	return nil, "", errors.Join(damaged...)
}

// NameOf is the name of the file of a step in its folder.
func NameOf(step int) string { return fileName(step) }
