// Package random has the functions that make random numbers of a seed and a name. Randomness is
// a function: whoever draws says of which seed, for what and at which place, and gets the same
// numbers in any order and on any machine. There are three, as each has its bits in weights,
// data and figures that were published; a new purpose takes [Key].
package random

import (
	"crypto/sha256"
	"encoding/binary"
	"io"
	"math/rand/v2"
)

// Key returns the key of a seed and a list of names: the first 16 bytes of the SHA-256 of the
// seed, little-endian, and the names, each behind its length. First weights, the noise of steps
// and what is drawn by figures go by it.
func Key(seed uint64, names ...string) [2]uint64 {
	h := sha256.New()
	binary.Write(h, binary.LittleEndian, seed)
	for _, name := range names {
		binary.Write(h, binary.LittleEndian, uint64(len(name)))
		io.WriteString(h, name)
	}
	sum := h.Sum(nil)
	return [2]uint64{binary.LittleEndian.Uint64(sum), binary.LittleEndian.Uint64(sum[8:])}
}

// Codes makes the random numbers of a purpose and a seed, for one draw of a code after another.
type Codes struct {
	key []byte // purpose, 0, seed, index
	pcg rand.PCG
	src *rand.Rand
}

// NewCodes returns the random numbers of a purpose and a seed.
func NewCodes(purpose string, seed uint64) *Codes {
	c := &Codes{key: make([]byte, 0, len(purpose)+1+16)}
	c.key = append(append(c.key, purpose...), 0)
	c.key = binary.LittleEndian.AppendUint64(c.key, seed)
	c.key = binary.LittleEndian.AppendUint64(c.key, 0)
	c.src = rand.New(&c.pcg)
	return c
}

// At returns the random numbers of an index, to use before the next call.
func (c *Codes) At(index int) *rand.Rand {
	binary.LittleEndian.PutUint64(c.key[len(c.key)-8:], uint64(index))
	hash := sha256.Sum256(c.key)
	c.pcg.Seed(binary.LittleEndian.Uint64(hash[:8]), binary.LittleEndian.Uint64(hash[8:]))
	return c.src
}

// Example returns the numbers for a purpose at a place of a data set, such as an epoch and an
// index.
func Example(seed uint64, purpose string, at ...uint64) rand.PCG {
	h := mix(seed)
	for i := range len(purpose) {
		h = mix(h ^ uint64(purpose[i]))
	}
	for _, n := range at {
		h = mix(h ^ n)
	}
	return *rand.NewPCG(h, mix(h))
}

// mix is the step of SplitMix64, a bijection that spreads every bit over all.
//
// Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators, OOPSLA
// 2014, figure 17, with Stafford's constants.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
