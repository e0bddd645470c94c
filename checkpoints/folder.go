package checkpoints

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"latentspace/internal/held"
)

// bound reports whether the system refuses to rename or remove a folder while a file in it is open.
// The lock must be released first then. A process that takes it in between holds the file open,
// which protects the folder.
const bound = runtime.GOOS == "windows"

// Move gives a run's folder another name. If the run is in use, it returns [ErrInUse].
func Move(dir, to string) error {
	release, err := Lock(dir)
	if err != nil {
		return err
	}
	if bound {
		if err := release(); err != nil {
			return err
		}
		return held.Rename(dir, to)
	}
	defer release() // of the file under its new name
	return held.Rename(dir, to)
}

// Unmake releases the lock and removes its file and the folder, which must contain nothing else.
func Unmake(dir string, release func() error) error {
	remove := func() error {
		err := held.Remove(filepath.Join(dir, LockName))
		if errors.Is(err, fs.ErrNotExist) {
			err = nil // on systems where the file itself is the lock
		}
		return errors.Join(err, os.Remove(dir))
	}
	if bound {
		return errors.Join(release(), remove())
	}
	return errors.Join(remove(), release())
}
