package checkpoints

import (
	"os"

	"golang.org/x/sys/windows"
)

// lockedAt is the place of the one locked byte, counted in units of 4 GiB: far
// behind the content, because Windows forbids others to read what is locked.
const lockedAt = 1 << 20

// flock takes the lock of an open file without waiting, or returns errHeld. Shared locks do not
// exclude each other.
func flock(f *os.File, shared bool) error {
	flags := uint32(windows.LOCKFILE_FAIL_IMMEDIATELY)
	if !shared {
		flags |= windows.LOCKFILE_EXCLUSIVE_LOCK
	}
	place := windows.Overlapped{OffsetHigh: lockedAt}
	switch err := windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, &place); err {
	case nil:
		return nil
	case windows.ERROR_LOCK_VIOLATION:
		return errHeld
	default:
		return os.NewSyscallError("LockFileEx", err)
	}
}
