//go:build unix

package atomicfile

import (
	"errors"
	"os"
	"syscall"
)

// syncDir takes EINVAL and ENOTSUP for "this file system cannot", as PostgreSQL
// does: some network file systems answer so, and a run there should go on.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = f.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		err = nil
	}
	return errors.Join(err, f.Close())
}
