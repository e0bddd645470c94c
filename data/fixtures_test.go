package data

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"

	"latentspace/data/idx"
)

// encodeIDX is an IDX file of bytes.
func encodeIDX(data []byte, dims ...uint32) []byte {
	b := []byte{0, 0, idx.Bytes, byte(len(dims))}
	for _, d := range dims {
		b = binary.BigEndian.AppendUint32(b, d)
	}
	return append(b, data...)
}

func zip(b []byte) []byte {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	w.Write(b)
	w.Close()
	return z.Bytes()
}
