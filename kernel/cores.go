package kernel

import "sync"

// uneven tells whether this machine has fast and slow processors. Tests set it.
var uneven = sync.OnceValue(coresDiffer)

// finer is how many shares there are for each processor where some are slow: who is done with a
// share takes another, and nobody waits long for the slowest.
const finer = 4

// apart reports whether the fastest of some processors is clearly faster than the slowest.
func apart(speeds []int) bool {
	least, most := 0, 0
	for i, s := range speeds {
		if i == 0 || s < least {
			least = s
		}
		most = max(most, s)
	}
	return 5*most > 6*least
}
