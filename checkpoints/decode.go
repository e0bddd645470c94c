package checkpoints

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"os"

	"latentspace/tensor"
)

// chunkSize is how many bytes are converted at a time.
const chunkSize = 1 << 16

func decode(r io.ReaderAt, size int64) (*Checkpoint, error) {
	h, err := readHeader(r, size)
	if err != nil {
		return nil, err
	}
	c := &Checkpoint{Meta: h.meta, Tensors: make(map[string]*tensor.Tensor, len(h.entries))}
	err = h.eachTensor(r, func(e entry, data io.Reader) error {
		t := tensor.New(e.shape...)
		c.Tensors[e.name] = t
		return readValues(data, t.Data)
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// verify checks every checksum of the file at path and keeps no values.
func verify(path string) error {
	return withFile(path, func(f *os.File, size int64) error {
		h, err := readHeader(f, size)
		if err != nil {
			return err
		}
		return h.eachTensor(f, func(_ entry, data io.Reader) error {
			_, err := io.Copy(io.Discard, data)
			return err
		})
	})
}

// eachTensor calls read for the bytes of each tensor, and compares their checksum.
func (h *header) eachTensor(r io.ReaderAt, read func(e entry, data io.Reader) error) error {
	sum := sha256.New()
	for _, e := range h.entries {
		sum.Reset()
		section := io.NewSectionReader(r, h.dataStart+e.begin, e.end-e.begin)
		if err := read(e, io.TeeReader(section, sum)); err != nil {
			return fmt.Errorf("tensor %q: %w", e.name, err)
		}
		if got, want := hex.EncodeToString(sum.Sum(nil)), h.checksums[e.name]; got != want {
			return fmt.Errorf("tensor %q: %w", e.name, mismatch(got, want))
		}
	}
	return nil
}

// readValues fills dst from little-endian single precision.
func readValues(r io.Reader, dst []float32) error {
	buf := make([]byte, min(chunkSize, valueSize*len(dst)))
	for len(dst) > 0 {
		n := min(len(dst), chunkSize/valueSize)
		part := buf[:valueSize*n]
		if _, err := io.ReadFull(r, part); err != nil {
			return err
		}
		for i := range dst[:n] {
			dst[i] = math.Float32frombits(binary.LittleEndian.Uint32(part[valueSize*i:]))
		}
		dst = dst[n:]
	}
	return nil
}
