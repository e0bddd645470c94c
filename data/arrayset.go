package data

import (
	"encoding/binary"
	"io"
	"math"

	"latentspace/data/arrays"
	"latentspace/example"
)

// arraySet is some examples of an array, which stay as they are in the file.
type arraySet struct {
	field example.Field
	part  *arrays.Part
	index []int
}

// Len implements [Dataset].
func (s arraySet) Len() int { return len(s.index) }

// Schema implements [Dataset].
func (s arraySet) Schema() example.Schema { return example.Of(s.field) }

// Read implements [Dataset].
func (s arraySet) Read(i int, dst []float32) error {
	size := s.field.Size()
	if err := checkRead(i, s.Len(), dst, size); err != nil {
		return err
	}
	at := s.index[i] * size
	switch {
	case s.part.Bytes == nil:
		copy(dst, s.part.Floats[at:])
	case s.field.Kind == example.Unit:
		for k, b := range s.part.Bytes[at : at+size] {
			dst[k] = grey[b]
		}
	default:
		for k, b := range s.part.Bytes[at : at+size] {
			dst[k] = float32(b)
		}
	}
	return nil
}

// digest writes the examples, as bytes or as floats, and then what is known of them.
func (s arraySet) digest(w io.Writer) {
	size := s.field.Size()
	var row []byte
	for _, i := range s.index {
		if s.part.Bytes != nil {
			w.Write(s.part.Bytes[i*size : (i+1)*size]) // a hash returns no error
			continue
		}
		row = appendFloats(row[:0], s.part.Floats[i*size:(i+1)*size])
		w.Write(row)
	}
	for _, k := range s.part.Known {
		row = row[:0]
		for _, i := range s.index {
			row = appendFloats(row, k.Values[i:i+1])
		}
		w.Write(row)
	}
}

func appendFloats(b []byte, values []float32) []byte {
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

// describedArray is an array of whose examples more is known.
type describedArray struct{ arraySet }

// About implements [Described].
func (s describedArray) About() example.Schema {
	var about example.Schema
	for _, k := range s.part.Known {
		about.Fields = append(about.Fields, k.Field)
	}
	return about
}

// ReadAbout implements [Described].
func (s describedArray) ReadAbout(i int, dst []float32) error {
	if err := checkRead(i, s.Len(), dst, len(s.part.Known)); err != nil {
		return err
	}
	for k, known := range s.part.Known {
		dst[k] = known.Values[s.index[i]]
	}
	return nil
}
