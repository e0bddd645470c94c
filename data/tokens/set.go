package tokens

import (
	"encoding/binary"
	"fmt"
	"io"

	"latentspace/example"
)

// Set is rows of tokens of a field of text, and what is known of each. It takes two bytes for a
// token. It is safe for concurrent use once all rows are added.
type Set struct {
	field  example.Field
	about  example.Schema
	tokens []uint16
	ends   []int // of each row, in tokens
	known  []uint16
}

// NewSet returns a set without rows. What about says of them are indices.
func NewSet(f example.Field, about example.Schema) *Set { return &Set{field: f, about: about} }

// Length is how many tokens a row has at most, without the end.
func (s *Set) Length() int {
	if s.field.Text.Ends() {
		return s.field.Size() - 1
	}
	return s.field.Size()
}

// Add adds the tokens of a text with what is known of it, and returns how many rows it takes: a text
// longer than [Set.Length] is cut. Its last row has the end.
func (s *Set) Add(text []int32, known ...int) (rows int) {
	for first := true; first || len(text) > 0; first = false {
		n := min(len(text), s.Length())
		for _, t := range text[:n] {
			s.tokens = append(s.tokens, uint16(t))
		}
		if text = text[n:]; len(text) == 0 && s.field.Text.Ends() {
			s.tokens = append(s.tokens, 0)
		}
		s.ends = append(s.ends, len(s.tokens))
		for _, k := range known {
			s.known = append(s.known, uint16(k))
		}
		rows++
	}
	return rows
}

// Len is how many rows there are.
func (s *Set) Len() int { return len(s.ends) }

// Schema is the field as the only one of an example.
func (s *Set) Schema() example.Schema { return example.Of(s.field) }

// About is what is known of each row.
func (s *Set) About() example.Schema { return s.about }

// row is the tokens of row i.
func (s *Set) row(i int) []uint16 {
	start := 0
	if i > 0 {
		start = s.ends[i-1]
	}
	return s.tokens[start:s.ends[i]]
}

// Read writes row i to dst, with −1 behind its tokens.
func (s *Set) Read(i int, dst []float32) {
	row := s.row(i)
	for k := range dst {
		dst[k] = -1
		if k < len(row) {
			dst[k] = float32(row[k])
		}
	}
}

// ReadAbout writes what is known of row i to dst.
func (s *Set) ReadAbout(i int, dst []float32) {
	for k := range dst {
		dst[k] = float32(s.known[i*len(dst)+k])
	}
}

// Digest writes a line for the field of text and for each of what is known, with its words quoted,
// and then of each row the number of its tokens, the tokens and what is known of it, as little-endian
// uint16.
func (s *Set) Digest(w io.Writer) error {
	text := *s.field.Text
	if _, err := fmt.Fprintf(w, "%s %s %d %d %q\n", text.Unit, text.Of, text.Unknown, s.field.Size(), s.field.Words); err != nil {
		return err
	}
	for _, f := range s.about.Fields {
		if _, err := fmt.Fprintf(w, "%q %q\n", f.Name, f.Words); err != nil {
			return err
		}
	}
	var b []byte
	width := len(s.about.Fields)
	for i := range s.Len() {
		row := s.row(i)
		b = binary.LittleEndian.AppendUint16(b[:0], uint16(len(row)))
		for _, t := range row {
			b = binary.LittleEndian.AppendUint16(b, t)
		}
		for _, k := range s.known[i*width : (i+1)*width] {
			b = binary.LittleEndian.AppendUint16(b, k)
		}
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	return nil
}
