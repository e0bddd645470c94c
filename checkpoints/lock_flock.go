//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package checkpoints

import (
	"os"
	"syscall"
)

// flock takes the lock of an open file without waiting, or returns errHeld. Shared locks do not
// exclude each other.
func flock(f *os.File, shared bool) error {
	kind := syscall.LOCK_EX
	if shared {
		kind = syscall.LOCK_SH
	}
	for {
		switch err := syscall.Flock(int(f.Fd()), kind|syscall.LOCK_NB); err {
		case nil:
			return nil
		case syscall.EINTR:
		case syscall.EWOULDBLOCK:
			return errHeld
		default:
			return os.NewSyscallError("flock", err)
		}
	}
}
