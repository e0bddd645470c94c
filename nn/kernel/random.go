package kernel

import (
	"crypto/sha256"
	"encoding/binary"
	"io"
	"math/rand/v2"
)

// Key identifies a stream of random values. Values are a function of the key and
// their index.
type Key [2]uint64

// Seed returns the key of a seed and a list of names: the first 16 bytes of the
// SHA-256 of the seed, little-endian, and the names, each behind its length.
func Seed(seed uint64, names ...string) Key {
	h := sha256.New()
	binary.Write(h, binary.LittleEndian, seed)
	for _, name := range names {
		binary.Write(h, binary.LittleEndian, uint64(len(name)))
		io.WriteString(h, name)
	}
	sum := h.Sum(nil)
	return Key{binary.LittleEndian.Uint64(sum), binary.LittleEndian.Uint64(sum[8:])}
}

// Mix returns the key of the n-th stream that belongs to k.
func (k Key) Mix(n uint64) Key {
	return Key{mix(k[0] ^ mix(n)), mix(k[1] + mix(n+0x9e3779b97f4a7c15))}
}

// mix is the finaliser of SplitMix64, a permutation of 64 bits.
//
// Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators, OOPSLA 2014.
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// randomChunk is how many values one generator makes. Each chunk has its own.
const randomChunk = 4096

// chunks calls f for each chunk of dst with a generator that is a function of the
// key and the chunk's number.
func chunks(dst []float32, k Key, f func(dst []float32, r *rand.Rand)) {
	For(len(dst), randomChunk, func(lo, hi int) {
		c := k.Mix(uint64(lo / randomChunk))
		f(dst[lo:hi], rand.New(rand.NewPCG(c[0], c[1])))
	})
}

// Uniform fills dst with values that are uniform in [0, 1).
func Uniform(dst []float32, k Key) {
	chunks(dst, k, func(dst []float32, r *rand.Rand) {
		for i := range dst {
			dst[i] = r.Float32()
		}
	})
}

// Bernoulli fills dst with values that are 1 with probability p and 0 otherwise.
func Bernoulli(dst []float32, k Key, p float32) {
	chunks(dst, k, func(dst []float32, r *rand.Rand) {
		for i := range dst {
			dst[i] = 0
			if r.Float32() < p {
				dst[i] = 1
			}
		}
	})
}
