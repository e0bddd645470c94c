package soundset

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"latentspace/data/about"
	"latentspace/example"
)

// Set is sounds in memory, as spectrograms of 16 bits a value. A part of it shares everything but the
// index.
type Set struct {
	schema example.Schema
	names  []string // of the files
	levels []uint16 // of all sounds, one after another
	known  about.Known
	index  []int // of the sounds of the set among all; nil for all of them
}

const most = math.MaxUint16

// Part is some of the sounds, by their indices.
func (s *Set) Part(index []int) *Set {
	p := *s
	p.index = make([]int, len(index))
	for k, i := range index {
		p.index[k] = s.place(i)
	}
	return &p
}

func (s *Set) place(i int) int {
	if s.index == nil {
		return i
	}
	return s.index[i]
}

// Len is how many sounds there are.
func (s *Set) Len() int {
	if s.index == nil {
		return len(s.names)
	}
	return len(s.index)
}

// Schema is that of the spectrograms.
func (s *Set) Schema() example.Schema { return s.schema }

// Name is the name of the file of sound i within the folder or the archive.
func (s *Set) Name(i int) string { return s.names[s.place(i)] }

// row is the levels of sound i.
func (s *Set) row(i int) []uint16 {
	width := s.schema.Width()
	return s.levels[s.place(i)*width : (s.place(i)+1)*width]
}

// Read writes the spectrogram of sound i to dst.
func (s *Set) Read(i int, dst []float32) error {
	if i < 0 || i >= s.Len() {
		return fmt.Errorf("soundset: example %d, want one from 0 to %d", i, s.Len()-1)
	}
	if len(dst) != s.schema.Width() {
		return fmt.Errorf("soundset: example %d: room for %d values, want %d", i, len(dst), s.schema.Width())
	}
	for k, v := range s.row(i) {
		dst[k] = float32(v) / most
	}
	return nil
}

// keep stores a spectrogram as that of a file.
func (s *Set) keep(file int, levels []float32) {
	row := s.levels[file*len(levels) : (file+1)*len(levels)]
	for k, v := range levels {
		row[k] = uint16(math.Round(float64(v) * most))
	}
}

// Digest writes what identifies the examples: the levels of each as little-endian uint16, and then
// what is known of them as little-endian float32.
func (s *Set) Digest(w io.Writer) {
	var b []byte
	for i := range s.Len() {
		b = b[:0]
		for _, v := range s.row(i) {
			b = binary.LittleEndian.AppendUint16(b, v)
		}
		w.Write(b) // writing to a hash never fails
	}
	width := s.known.Schema.Width()
	for i := range s.Len() {
		b = b[:0]
		for _, v := range s.known.Values[s.place(i)*width : (s.place(i)+1)*width] {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
		w.Write(b)
	}
}

// Described is a set of which more is known: the class, attributes.
type Described struct{ *Set }

// About is the schema of what is known.
func (d Described) About() example.Schema { return d.known.Schema }

// ReadAbout writes what is known of sound i to dst.
func (d Described) ReadAbout(i int, dst []float32) error {
	width := d.known.Schema.Width()
	if i < 0 || i >= d.Len() {
		return fmt.Errorf("soundset: example %d, want one from 0 to %d", i, d.Len()-1)
	}
	if len(dst) != width {
		return fmt.Errorf("soundset: example %d: room for %d values, want %d", i, len(dst), width)
	}
	copy(dst, d.known.Values[d.place(i)*width:])
	return nil
}

// IsDescribed reports whether anything is known besides the sound.
func (s *Set) IsDescribed() bool { return len(s.known.Schema.Fields) > 0 }

// Class is the class of sound i: the first category that is known of it, 0 if there is none.
func (s *Set) Class(i int) int {
	at := 0
	for _, f := range s.known.Schema.Fields {
		if f.Kind == example.Category {
			return int(s.known.Values[s.place(i)*s.known.Schema.Width()+at])
		}
		at += f.Width()
	}
	return 0
}

// HoldOut returns which sounds of a whole set have one of some values of an attribute, as in
// take=0,1,2, and forgets the attribute.
func (s *Set) HoldOut(condition string) ([]bool, error) {
	return s.known.HoldOut(condition, len(s.names))
}
