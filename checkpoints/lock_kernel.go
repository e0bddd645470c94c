//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd || windows

package checkpoints

import (
	"errors"
	"os"
)

// openLock opens the file and takes the kernel's lock on it. If the file was moved or
// removed meanwhile, it starts over, since that would be the lock of another folder.
func openLock(path string) (*os.File, error) {
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
		if err != nil {
			return nil, err
		}
		if err := flock(f, false); err != nil {
			return nil, errors.Join(err, f.Close())
		}
		same, err := isAt(f, path)
		if same {
			return f, nil
		}
		if err := errors.Join(err, f.Close()); err != nil {
			return nil, err
		}
	}
}

// isAt reports whether path still names the open file.
func isAt(f *os.File, path string) (bool, error) {
	mine, err := f.Stat()
	if err != nil {
		return false, err
	}
	there, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	return err == nil && os.SameFile(mine, there), err
}

// closeLock empties the file, so that it names nobody, and releases the lock. The file
// stays: if it were removed, two processes could hold locks on two files.
func closeLock(f *os.File) error {
	return errors.Join(f.Truncate(0), f.Close())
}

// locked reports whether a process holds the kernel's lock on the file. It tests with a shared
// lock, which [Lock] waits for.
func locked(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	return errors.Is(flock(f, true), errHeld)
}
