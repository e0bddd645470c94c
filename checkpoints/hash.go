package checkpoints

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"maps"
	"slices"

	"latentspace/tensor"
)

// Hash is a fingerprint of tensors: the SHA-256, in hexadecimal, of
//
//	number of tensors
//	for each, in the order of the names' bytes:
//	    length of the name, the name, rank, each dimension, the values
//
// Numbers are 8 bytes and values 4, the bits of float32; both little-endian. Lengths
// come before what they measure, so no two sets share a layout. Zeros of different
// sign differ, as do NaNs of different bits.
func Hash(tensors map[string]*tensor.Tensor) string {
	h := sha256.New()
	number := func(n int) {
		h.Write(binary.LittleEndian.AppendUint64(nil, uint64(n)))
	}
	number(len(tensors))
	for _, name := range slices.Sorted(maps.Keys(tensors)) {
		t := tensors[name]
		number(len(name))
		h.Write([]byte(name))
		number(len(t.Shape))
		for _, d := range t.Shape {
			number(d)
		}
		writeValues(h, t.Data) // a hash takes everything
	}
	return hex.EncodeToString(h.Sum(nil))
}
