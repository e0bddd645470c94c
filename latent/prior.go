package latent

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"

	"latentspace/tensor"
)

// Prior is a distribution of codes to draw from.
type Prior interface {
	// Draw writes draw number index to dst, of the length of a code. The draw is a
	// function of (seed, index) and the distribution alone: not of the draws before
	// it, nor of how many are made.
	Draw(seed uint64, index int, dst []float32)
}

// keyed is the random numbers of a purpose for one draw.
func keyed(purpose string, seed uint64, index int) *rand.Rand {
	var key [16]byte
	binary.LittleEndian.PutUint64(key[:8], seed)
	binary.LittleEndian.PutUint64(key[8:], uint64(index))
	hash := sha256.Sum256(append([]byte(purpose+"\x00"), key[:]...))
	return rand.New(rand.NewPCG(binary.LittleEndian.Uint64(hash[:8]), binary.LittleEndian.Uint64(hash[8:])))
}

// Draws returns draws 0 … n−1 (n, dim) of a distribution of codes of dim values.
func Draws(p Prior, n, dim int, seed uint64) *tensor.Tensor {
	z := tensor.New(n, dim)
	for i := range n {
		p.Draw(seed, i, z.Data[i*dim:(i+1)*dim])
	}
	return z
}
