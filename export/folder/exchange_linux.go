package folder

import "golang.org/x/sys/unix"

// exchange gives two folders the names of each other at one moment, where the file system can.
func exchange(a, b string) error {
	return unix.Renameat2(unix.AT_FDCWD, a, unix.AT_FDCWD, b, unix.RENAME_EXCHANGE)
}
