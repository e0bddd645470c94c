package checkpoints

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"latentspace/internal/held"
)

// bound says that a folder can neither be renamed nor removed while a file in it is open, so
// that the lock has to be let go first. A process that takes it in between has the file open
// and is safe for that reason.
const bound = runtime.GOOS == "windows"

// Move gives a run's folder another name. A run that is in use is not moved: [ErrInUse].
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

// Unmake lets go of the lock and removes its file and its folder, which has nothing else in it.
func Unmake(dir string, release func() error) error {
	remove := func() error {
		err := held.Remove(filepath.Join(dir, LockName))
		if errors.Is(err, fs.ErrNotExist) {
			err = nil // where the file is the lock
		}
		return errors.Join(err, os.Remove(dir))
	}
	if bound {
		return errors.Join(release(), remove())
	}
	return errors.Join(remove(), release())
}
