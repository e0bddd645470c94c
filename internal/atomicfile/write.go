// Package atomicfile writes files all or not at all, through a small file system that tests can
// let fail.
package atomicfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// maxLeftovers is how many temporary files of one name and process id may lie in
// the way. More than a few means that something is wrong.
const maxLeftovers = 100

// Write gives path a new content, all of it or nothing: a temporary file in
// the same folder is written, synced, closed and renamed to path, and the folder is
// synced. After an error path is as it was and the temporary file is gone; only
// when the last step fails, the folder's sync, path has the new content, whole,
// but a power cut may bring the old one back.
//
// The temporary file is called .BASE.PID-N.tmp. A process killed on the way leaves
// it behind.
func Write(fsys FS, path string, write func(io.Writer) error) error {
	if err := writeFile(fsys, path, write); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func writeFile(fsys FS, path string, write func(io.Writer) error) error {
	f, temporary, err := createTemporary(fsys, path)
	if err != nil {
		return err
	}
	if err := fill(f, write); err != nil {
		return errors.Join(err, f.Close(), fsys.Remove(temporary))
	}
	if err := f.Close(); err != nil {
		return errors.Join(err, fsys.Remove(temporary))
	}
	if err := fsys.Rename(temporary, path); err != nil {
		return errors.Join(err, fsys.Remove(temporary))
	}
	return fsys.SyncDir(filepath.Dir(path))
}

// createTemporary passes over files that a killed process with the same id left,
// which is the rule in a container, where every process has the same one.
func createTemporary(fsys FS, path string) (f File, temporary string, err error) {
	dir, base := filepath.Split(path)
	for n := range maxLeftovers {
		temporary = filepath.Join(dir, fmt.Sprintf(".%s.%d-%d.tmp", base, os.Getpid(), n))
		f, err = fsys.CreateExclusive(temporary)
		if !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	return f, temporary, err
}

// fill writes and syncs. The buffer joins small writes; it goes on after a short
// one, or reports it, whatever write makes of errors.
func fill(f File, write func(io.Writer) error) error {
	w := bufio.NewWriter(f)
	if err := write(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Sync()
}
