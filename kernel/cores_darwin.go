package kernel

import "golang.org/x/sys/unix"

// coresDiffer asks the system whether its processors have several levels of performance.
func coresDiffer() bool {
	levels, err := unix.SysctlUint32("hw.nperflevels")
	return err == nil && levels > 1
}
