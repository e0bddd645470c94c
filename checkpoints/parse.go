package checkpoints

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"latentspace/internal/untrusted"
)

// parser reads a header token by token: [json.Unmarshal] would accept repeated keys and
// any nesting.
type parser struct {
	dec *json.Decoder
}

// parseHeader reads the JSON of a header whose file has dataSize bytes of data. Tensors
// must be sorted by name, follow one another without gaps and end with the file.
func parseHeader(text []byte, dataSize int64) (*header, error) {
	p := parser{json.NewDecoder(bytes.NewReader(text))}
	p.dec.UseNumber()
	h := &header{meta: map[string]string{}, checksums: map[string]string{}}
	if err := p.delim('{'); err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	if _, err := p.text(); err != nil { // metadataKey, as headerStart has been compared
		return nil, fmt.Errorf("header: %w", err)
	}
	if err := p.metadata(h); err != nil {
		return nil, fmt.Errorf("header: %s: %w", metadataKey, err)
	}
	last, end := "", int64(0)
	for p.dec.More() {
		name, err := p.text()
		if err != nil {
			return nil, fmt.Errorf("header: after tensor %q: %w", last, err)
		}
		e, err := p.entry(name, last, end, dataSize)
		if err != nil {
			return nil, fmt.Errorf("tensor %q: %w", name, err)
		}
		if err := untrusted.CheckpointTensors.Check(int64(len(h.entries) + 1)); err != nil {
			return nil, fmt.Errorf("tensor %q: %w", name, err)
		}
		if _, ok := h.checksums[name]; !ok {
			return nil, fmt.Errorf("tensor %q: no checksum", name)
		}
		h.entries = append(h.entries, e)
		last, end = name, e.end
	}
	if err := p.delim('}'); err != nil {
		return nil, fmt.Errorf("header: after tensor %q: %w", last, err)
	}
	if token, err := p.dec.Token(); err != io.EOF {
		return nil, fmt.Errorf("header: %w after its end", unexpected(token, err))
	}
	if len(h.checksums) != len(h.entries) {
		return nil, fmt.Errorf("header: %d checksums for %d tensors", len(h.checksums), len(h.entries))
	}
	if end != dataSize {
		return nil, fmt.Errorf("%d bytes after tensor %q, the last", dataSize-end, last)
	}
	return h, nil
}

// metadata reads the strings, and separates the format's own from the caller's.
func (p parser) metadata(h *header) error {
	if err := p.delim('{'); err != nil {
		return err
	}
	seen := map[string]bool{}
	for p.dec.More() {
		key, err := p.text()
		if err != nil {
			return err
		}
		if seen[key] {
			return fmt.Errorf("key %q: twice", key)
		}
		seen[key] = true
		value, err := p.text()
		if err != nil {
			return fmt.Errorf("key %q: %w", key, err)
		}
		if name, ok := strings.CutPrefix(key, checksumPrefix); ok {
			h.checksums[name] = value
		} else if key != checksumKey {
			h.meta[key] = value
		}
	}
	return p.delim('}')
}

// entry reads the entry of the tensor after last, whose data ended at byte prev.
func (p parser) entry(name, last string, prev, dataSize int64) (entry, error) {
	e := entry{name: name, begin: -1}
	switch {
	case name == "" || name == metadataKey:
		return e, errors.New("not a name for a tensor")
	case name == last:
		return e, errors.New("twice")
	case name < last:
		return e, fmt.Errorf("after %q, want names in order", last)
	}
	if err := p.delim('{'); err != nil {
		return e, err
	}
	var dtype string
	seen := map[string]bool{}
	for p.dec.More() {
		field, err := p.text()
		if err != nil {
			return e, err
		}
		if seen[field] {
			return e, fmt.Errorf("%s: twice", field)
		}
		seen[field] = true
		switch field {
		case "dtype":
			dtype, err = p.text()
		case "shape":
			e.shape, err = p.shape()
		case "data_offsets":
			e.begin, e.end, err = p.offsets()
		default:
			err = errors.New("unknown field")
		}
		if err != nil {
			return e, fmt.Errorf("%.64s: %w", field, err)
		}
	}
	if err := p.delim('}'); err != nil {
		return e, err
	}
	for _, field := range []string{"dtype", "shape", "data_offsets"} {
		if !seen[field] {
			return e, fmt.Errorf("%s: missing", field)
		}
	}
	if dtype != "F32" {
		return e, fmt.Errorf("dtype %.16q, want F32", dtype)
	}
	return e, e.check(prev, dataSize)
}

// check compares an entry with its neighbours, the file and its own shape.
func (e entry) check(prev, dataSize int64) error {
	switch {
	case e.begin > e.end:
		return fmt.Errorf("bytes %d to %d, want the end after the beginning", e.begin, e.end)
	case e.end > dataSize:
		return fmt.Errorf("bytes %d to %d of %d in the file", e.begin, e.end, dataSize)
	case e.begin < prev:
		return fmt.Errorf("begins at byte %d, overlaps the tensor before it, which ends at %d", e.begin, prev)
	case e.begin > prev:
		return fmt.Errorf("begins at byte %d, leaves a hole after the tensor before it, which ends at %d", e.begin, prev)
	}
	n, err := shapeBytes(e.shape)
	if err != nil {
		return err
	}
	if n != e.end-e.begin {
		return fmt.Errorf("%d bytes for shape %v, want %d", e.end-e.begin, e.shape, n)
	}
	return nil
}

// shapeBytes is the number of bytes of a tensor. A product too large for a file or for
// memory is an error, even if a later dimension is zero.
func shapeBytes(shape []int) (int64, error) {
	if err := untrusted.CheckpointRank.Check(int64(len(shape))); err != nil {
		return 0, fmt.Errorf("shape of %w", err)
	}
	n := int64(valueSize)
	for _, d := range shape {
		if d < 0 {
			return 0, fmt.Errorf("shape %v has a negative dimension", shape)
		}
		if d > 0 && n > math.MaxInt/int64(d) {
			return 0, fmt.Errorf("shape %v overflows", shape)
		}
		n *= int64(d)
	}
	return n, nil
}

func (p parser) shape() ([]int, error) {
	if err := p.delim('['); err != nil {
		return nil, err
	}
	shape := []int{}
	for p.dec.More() {
		if err := untrusted.CheckpointRank.Check(int64(len(shape) + 1)); err != nil {
			return nil, err
		}
		d, err := p.integer(strconv.IntSize)
		if err != nil {
			return nil, err
		}
		shape = append(shape, int(d))
	}
	return shape, p.delim(']')
}

func (p parser) offsets() (begin, end int64, err error) {
	if err = p.delim('['); err != nil {
		return 0, 0, err
	}
	if begin, err = p.integer(64); err != nil {
		return 0, 0, err
	}
	if end, err = p.integer(64); err != nil {
		return 0, 0, err
	}
	return begin, end, p.delim(']')
}

// integer reads only digits: no sign, no fraction, no exponent.
func (p parser) integer(bits int) (int64, error) {
	token, err := p.dec.Token()
	number, ok := token.(json.Number)
	if err != nil || !ok {
		return 0, fmt.Errorf("%w, want an integer", unexpected(token, err))
	}
	n, err := strconv.ParseUint(number.String(), 10, bits-1)
	if err != nil {
		return 0, fmt.Errorf("%.32s, want an integer from 0 to 2^%d − 1", number, bits-1)
	}
	return int64(n), nil
}

func (p parser) text() (string, error) {
	token, err := p.dec.Token()
	s, ok := token.(string)
	if err != nil || !ok {
		return "", fmt.Errorf("%w, want a string", unexpected(token, err))
	}
	return s, nil
}

func (p parser) delim(want json.Delim) error {
	token, err := p.dec.Token()
	if err != nil || token != want {
		return fmt.Errorf("%w, want %v", unexpected(token, err), want)
	}
	return nil
}

// unexpected describes a token, or the error in its place.
func unexpected(token json.Token, err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("found %.32q", fmt.Sprint(token))
}
