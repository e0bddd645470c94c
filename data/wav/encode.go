package wav

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// Encode writes one channel of sound as integers of 16 bits. Samples beyond [−1, 1) are cut. What
// [Decode] read from such integers is written with the same bits again.
func Encode(w io.Writer, rate int, samples []float32) error {
	const most = (math.MaxInt32 - 36) / 2
	if rate < LeastRate || rate > MostRate || len(samples) > most {
		return fmt.Errorf("wav: %d samples at %d Hz, want at most %d at %d to %d Hz", len(samples), rate, most, LeastRate, MostRate)
	}
	size := 2 * len(samples)
	b := make([]byte, 0, 44+size)
	b = append(b, "RIFF"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(36+size))
	b = append(b, "WAVEfmt "...)
	b = binary.LittleEndian.AppendUint32(b, 16)
	b = binary.LittleEndian.AppendUint16(b, integers)
	b = binary.LittleEndian.AppendUint16(b, 1)
	b = binary.LittleEndian.AppendUint32(b, uint32(rate))
	b = binary.LittleEndian.AppendUint32(b, uint32(2*rate))
	b = binary.LittleEndian.AppendUint16(b, 2)
	b = binary.LittleEndian.AppendUint16(b, 16)
	b = append(b, "data"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(size))
	for i, v := range samples {
		if v != v {
			return fmt.Errorf("wav: sample %d is not a number", i)
		}
		x := math.Round(float64(v) * (1 << 15))
		b = binary.LittleEndian.AppendUint16(b, uint16(int16(min(max(x, -1<<15), 1<<15-1))))
	}
	_, err := w.Write(b)
	return err
}
