package kernel

import (
	"encoding/binary"
	"math/bits"
)

// ExpandSlack is how many bytes [Expand] may read, and not use, behind the values.
const ExpandSlack = 16

// Expand writes a row of which only the values that are not zero are kept:
//
//	dst[i] = the next of values, over by, if bit i of masks is set, else 0
//
// Bit i is bit i mod 8 of byte i/8; masks has a bit for each of dst, in whole parts of eight bytes,
// and zeros behind them. Behind the values are [ExpandSlack] bytes of any kind.
func Expand(dst []float32, masks, values []byte, by float32) {
	masks = masks[:(len(dst)+63)/64*8]
	count := 0
	for at := 0; at < len(masks); at += 8 {
		count += bits.OnesCount64(binary.LittleEndian.Uint64(masks[at:]))
	}
	values = values[:count+ExpandSlack]
	whole := len(dst) / 16 * 16
	vec().expand(dst[:whole], masks, values, by)
	if whole == len(dst) {
		return
	}
	// The masks of the rest begin a part of eight bytes or stand within one.
	rest := binary.LittleEndian.Uint64(masks[whole/64*8:]) >> (whole % 64)
	expandWord(dst[whole:], rest, values[count-bits.OnesCount64(rest):], by)
}

func expandTwin(dst []float32, masks, values []byte, by float32) {
	for at := 0; at < len(dst); at += 64 {
		block := dst[at:min(at+64, len(dst))]
		mask := binary.LittleEndian.Uint64(masks[at/8:]) & (1<<len(block) - 1)
		expandWord(block, mask, values, by)
		values = values[bits.OnesCount64(mask):]
	}
}

// expandWord is Expand for at most 64 values.
func expandWord(dst []float32, mask uint64, values []byte, by float32) {
	clear(dst)
	for k := 0; mask != 0; k++ {
		dst[bits.TrailingZeros64(mask)] = float32(values[k]) / by
		mask &= mask - 1
	}
}
