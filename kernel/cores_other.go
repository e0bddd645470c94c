//go:build !linux && !darwin

package kernel

// coresDiffer is not known here.
func coresDiffer() bool { return false }
