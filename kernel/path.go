package kernel

import "os"

// path is a set of instructions that the kernels are written for. All give the
// same bits.
type path int

const (
	portable path = iota
	avx2
	avx512
)

var pathNames = [...]string{"portable", "avx2", "avx512"}

// current is the best path of this processor, or the lower one that the
// environment variable LATENTSPACE_KERNEL names. Tests set it.
var current = choose(os.Getenv("LATENTSPACE_KERNEL"), bestPath())

// Path is the name of the set of instructions in use: portable, avx2 or avx512.
func Path() string { return pathNames[current] }

// choose returns the path of that name if the processor has it, best otherwise.
func choose(name string, best path) path {
	for p, n := range pathNames[:best] {
		if n == name {
			return path(p)
		}
	}
	return best
}
