package nearest

import (
	"math"
	"math/bits"
)

// ordered is an integer that has the order of x among numbers.
func ordered(x float32) uint64 {
	b := math.Float32bits(x)
	if b>>31 != 0 {
		return uint64(^b)
	}
	return uint64(b | 1<<31)
}

// product is the number that a key begins with.
func product(key uint64) float32 {
	b := uint32(key >> 32)
	if b>>31 != 0 {
		return math.Float32frombits(b &^ (1 << 31))
	}
	return math.Float32frombits(^b)
}

// smallest moves the k smallest keys, which all differ, to the front. What a
// processor could only guess, whether a key is below the pivot, is added, not
// branched on.
//
// Hoare, Algorithm 65: Find, Communications of the ACM 1961; Lomuto's partition.
func smallest(keys []uint64, k int) {
	for lo, hi := 0, len(keys); hi-lo > 1; {
		part := keys[lo:hi]
		last := len(part) - 1
		pivot := median(part[0], part[last/2], part[last])
		below := 0
		for i, key := range part {
			part[i] = part[below]
			part[below] = key
			_, less := bits.Sub64(key, pivot, 0)
			below += int(less)
		}
		// part[:below] is below the pivot; the pivot itself is somewhere behind.
		switch {
		case lo+below > k:
			hi = lo + below
		case lo+below == k:
			return
		default:
			for i, key := range part[below:] {
				if key == pivot {
					part[below], part[below+i] = pivot, part[below]
					break
				}
			}
			lo += below + 1
		}
		if lo >= k {
			return
		}
	}
}

func median(a, b, c uint64) uint64 { return max(min(a, b), min(max(a, b), c)) }
