// Package folder writes the files of an export to a folder, whole or not at all.
package folder

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"latentspace/internal/held"
)

// File is a file of an export.
type File struct {
	Name    string
	Content []byte
}

// Writable reports a folder that [Write] would not write: one that has other files than those of an
// export, which have one of some names, a file, or one in a folder that does not exist.
func Writable(dir string, names []string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		if info, err := os.Stat(filepath.Dir(dir)); err != nil || !info.IsDir() {
			return fmt.Errorf("folder: %s: there is no folder %s", dir, filepath.Dir(dir))
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("folder: %s: %w, want the name of a folder", dir, err)
	}
	if other := stranger(entries, names); other != "" {
		return fmt.Errorf("folder: the folder %s has %s, want one that is new, empty or has an export alone", dir, other)
	}
	return nil
}

// stranger is the first of the entries that is no file of an export, "" if all are.
func stranger(entries []os.DirEntry, names []string) string {
	for _, e := range entries {
		if e.IsDir() || !slices.Contains(names, e.Name()) {
			return e.Name()
		}
	}
	return ""
}

// Write writes the files to a folder, which is new, or takes the place of an export, whose files have
// one of some names: all of them or none. What a killed export to the same folder has left beside it
// goes, once it is an hour old.
func Write(ctx context.Context, dir string, names []string, files []File) (err error) {
	if err := Writable(dir, names); err != nil {
		return err
	}
	dir = filepath.Clean(dir)
	temporary, err := os.MkdirTemp(filepath.Dir(dir), "."+filepath.Base(dir)+"-*.tmp")
	if err != nil {
		return fmt.Errorf("folder: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("folder: %s: %w", dir, err), os.RemoveAll(temporary))
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
	if err := replace(dir, temporary); err != nil {
		return err
	}
	tidy(dir, names)
	return nil
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

// replace gives a folder the name of another, which goes. Where the two cannot change places at one
// moment, there is one without a folder of that name.
func replace(dir, by string) error {
	if exchange(by, dir) == nil {
		return os.RemoveAll(by)
	}
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

// left is the age at which what an export has left beside its folder is of one that was killed, and not
// of another that is at work.
const left = time.Hour

// tidy removes what killed exports to a folder have left beside it. What cannot be removed, or has other
// files, stays: the export itself is written.
func tidy(dir string, names []string) {
	parent := filepath.Dir(dir)
	ours := regexp.MustCompile(`^\.` + regexp.QuoteMeta(filepath.Base(dir)) + `-[0-9]+\.tmp(\.old)?$`)
	entries, err := os.ReadDir(parent)
	if err != nil {
		return
	}
	for _, e := range entries {
		if !e.IsDir() || !ours.MatchString(e.Name()) {
			continue
		}
		// What was there before the export, which is old, goes with what was to take its place.
		at := filepath.Join(parent, e.Name())
		if info, err := os.Stat(strings.TrimSuffix(at, ".old")); err == nil && time.Since(info.ModTime()) < left {
			continue
		}
		inside, err := os.ReadDir(at)
		if err == nil && stranger(inside, names) == "" {
			_ = os.RemoveAll(at)
		}
	}
}
