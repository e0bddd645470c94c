//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd || windows)

package checkpoints

import (
	"errors"
	"io/fs"
	"os"
)

// openLock makes the file, whose existence is the lock.
func openLock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return nil, errHeld
	}
	return f, err
}

// closeLock removes the file.
func closeLock(f *os.File) error {
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// locked reports whether the file is there.
func locked(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
