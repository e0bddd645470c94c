package kernel

import "latentspace/internal/random"

// Key identifies a stream of random values. Values are a function of the key and
// their index.
type Key [2]uint64

// Seed returns the key of a seed and a list of names.
func Seed(seed uint64, names ...string) Key { return random.Key(seed, names...) }

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

// uniform is value i of the stream: 24 bits of
//
//	mix((k₀ + i·golden) ⊕ k₁)
//
// as a number in [0, 1).
func (k Key) uniform(i int) float32 {
	return float32(mix((k[0]+uint64(i)*golden)^k[1])>>40) * 0x1p-24
}

// Uniform is value i of [Uniform].
func (k Key) Uniform(i int) float32 { return k.uniform(i) }

// Uniform fills dst with values that are uniform in [0, 1).
func Uniform(dst []float32, k Key) {
	j := begin(func(j *job, lo, hi int) {
		for i := lo; i < hi; i++ {
			j.x[0][i] = j.key.uniform(i)
		}
	}, dst)
	j.key = k
	j.do(len(dst), functionGrain)
}

// Bernoulli fills dst with values that are 1 with probability p and 0 otherwise.
func Bernoulli(dst []float32, k Key, p float32) {
	j := begin(func(j *job, lo, hi int) {
		for i := lo; i < hi; i++ {
			j.x[0][i] = 0
			if j.key.uniform(i) < j.s[0] {
				j.x[0][i] = 1
			}
		}
	}, dst)
	j.key, j.s[0] = k, p
	j.do(len(dst), functionGrain)
}

// Permute fills order with a permutation of its indices, all equally likely.
func Permute(order []int, k Key) {
	u := make([]float32, len(order))
	Uniform(u, k)
	for i := range order {
		j := min(int(float64(u[i])*float64(i+1)), i)
		order[i] = order[j]
		order[j] = i
	}
}
