package checkpoints

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"latentspace/internal/safejson"
	"latentspace/internal/untrusted"
	"latentspace/tensor"
)

// Encode writes a checkpoint as a safetensors file:
//
//	length   8 bytes, little-endian: the bytes of the header
//	header   JSON, padded with spaces to a multiple of 8
//	data     the tensors, sorted by name, little-endian float32, without gaps
//
// The header's "__metadata__" has Meta and the checksums, SHA-256 in hexadecimal:
// "checksum/NAME" is that of a tensor's bytes; "checksum", the first key, is that of
// the length and the header with its own 64 digits as zeros. The same content gives
// the same bytes, NaNs included.
//
// The tensors must not change meanwhile. If [Decode] would refuse the checkpoint,
// nothing is written.
//
// Hugging Face, Safetensors, format description, github.com/huggingface/safetensors.
func Encode(w io.Writer, c *Checkpoint) error {
	if err := encode(w, c); err != nil {
		return fmt.Errorf("checkpoints: %w", err)
	}
	return nil
}

func encode(w io.Writer, c *Checkpoint) error {
	names := slices.Sorted(maps.Keys(c.Tensors))
	head, err := encodeHeader(c, names)
	if err != nil {
		return err
	}
	if _, err := w.Write(head); err != nil {
		return err
	}
	for _, name := range names {
		if err := writeValues(w, c.Tensors[name].Data); err != nil {
			return fmt.Errorf("tensor %q: %w", name, err)
		}
	}
	return nil
}

// encodeHeader returns the length and the header.
func encodeHeader(c *Checkpoint, names []string) ([]byte, error) {
	if err := untrusted.CheckpointTensors.Check(int64(len(names))); err != nil {
		return nil, err
	}
	meta := make(map[string]string, len(c.Meta)+len(names))
	for key, value := range c.Meta {
		if key == checksumKey || strings.HasPrefix(key, checksumPrefix) {
			return nil, fmt.Errorf("metadata key %q is of the format", key)
		}
		if !utf8.ValidString(key) || !utf8.ValidString(value) {
			return nil, fmt.Errorf("metadata key %q: not UTF-8", key)
		}
		meta[key] = value
	}
	for _, name := range names {
		if err := checkTensor(name, c.Tensors[name]); err != nil {
			return nil, fmt.Errorf("tensor %q: %w", name, err)
		}
		meta[checksumPrefix+name] = checksum(c.Tensors[name].Data)
	}

	var b bytes.Buffer
	b.Write(make([]byte, lengthSize))
	b.WriteString(headerStart)
	b.WriteString(strings.Repeat("0", sumSize) + `"`)
	for _, key := range slices.Sorted(maps.Keys(meta)) {
		fmt.Fprintf(&b, ",%s:%s", quote(key), quote(meta[key]))
	}
	b.WriteByte('}')
	begin := int64(0)
	for _, name := range names {
		t := c.Tensors[name]
		end := begin + valueSize*int64(len(t.Data))
		shape := strings.ReplaceAll(fmt.Sprint(t.Shape), " ", ",")
		fmt.Fprintf(&b, `,%s:{"dtype":"F32","shape":%s,"data_offsets":[%d,%d]}`, quote(name), shape, begin, end)
		begin = end
	}
	b.WriteByte('}')
	for b.Len()%alignment != 0 {
		b.WriteByte(' ')
	}

	raw := b.Bytes()
	if err := untrusted.CheckpointHeader.Check(int64(len(raw) - lengthSize)); err != nil {
		return nil, fmt.Errorf("header of %w", err)
	}
	binary.LittleEndian.PutUint64(raw, uint64(len(raw)-lengthSize))
	copy(raw[sumAt:], headerSum(raw))
	return raw, nil
}

// checkTensor refuses tensors that a reader would refuse.
func checkTensor(name string, t *tensor.Tensor) error {
	switch {
	case name == "" || name == metadataKey:
		return errors.New("not a name for a tensor")
	case !utf8.ValidString(name):
		return errors.New("not UTF-8")
	case t == nil:
		return errors.New("nil")
	}
	n, err := shapeBytes(t.Shape)
	if err != nil {
		return err
	}
	if n != valueSize*int64(len(t.Data)) {
		return fmt.Errorf("%d values for shape %v, want %d", len(t.Data), t.Shape, n/valueSize)
	}
	return nil
}

// quote is a JSON string.
func quote(s string) []byte {
	b, err := safejson.Marshal(s)
	if err != nil {
		panic(fmt.Sprintf("checkpoints: JSON of a string: %v", err))
	}
	return b
}

// checksum returns the SHA-256 of the values as they are in a file.
func checksum(values []float32) string {
	h := sha256.New()
	writeValues(h, values) // writing to a hash never fails
	return hex.EncodeToString(h.Sum(nil))
}

// writeValues writes little-endian single precision.
func writeValues(w io.Writer, values []float32) error {
	buf := make([]byte, 0, min(chunkSize, valueSize*len(values)))
	for part := range slices.Chunk(values, chunkSize/valueSize) {
		buf = buf[:0]
		for _, v := range part {
			buf = binary.LittleEndian.AppendUint32(buf, math.Float32bits(v))
		}
		if _, err := w.Write(buf); err != nil {
			return err
		}
	}
	return nil
}
