package pictureset

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"sync"

	"latentspace/data/about"
	"latentspace/data/picture"
	"latentspace/data/pixelcache"
	"latentspace/example"
)

// Set is pictures in a cache. A part of it shares everything but the index.
type Set struct {
	cache  *pixelcache.Cache
	o      picture.Options
	schema example.Schema
	known  about.Known // by the pictures of the cache
	index  []int32     // of the pictures of the set in the cache; nil for all of them
	spare  *sync.Pool  // of bytes of a picture
	binary bool        // values are 0 or 1
}

// newSet is all pictures of a cache.
func newSet(c *pixelcache.Cache, o picture.Options) *Set {
	return &Set{
		cache: c, o: o, schema: example.Pictures(o.Height, o.Width, o.Channels()),
		spare: &sync.Pool{New: func() any { b := make([]byte, o.Size()); return &b }},
	}
}

// Part is some of the pictures, by their indices.
func (s *Set) Part(index []int) *Set {
	p := *s
	p.index = make([]int32, len(index))
	for k, i := range index {
		p.index[k] = int32(s.place(i))
	}
	return &p
}

// place is the index of picture i in the cache.
func (s *Set) place(i int) int {
	if s.index == nil {
		return i
	}
	return int(s.index[i])
}

// Len is how many pictures there are.
func (s *Set) Len() int {
	if s.index == nil {
		return s.cache.Len()
	}
	return len(s.index)
}

// Schema is that of pictures with values in [0, 1].
func (s *Set) Schema() example.Schema { return s.schema }

// names are the names of the files of all pictures of the cache.
func (s *Set) names() []string {
	names := make([]string, len(s.cache.Pictures))
	for i, p := range s.cache.Pictures {
		names[i] = p.Name
	}
	return names
}

// Name is the name of the file of picture i within the folder or the archive.
func (s *Set) Name(i int) string { return s.cache.Pictures[s.place(i)].Name }

// value is that of a byte.
var value = func() (v [256]float32) {
	for b := range v {
		v[b] = float32(b) / 255
	}
	return v
}()

// Read writes picture i to dst.
func (s *Set) Read(i int, dst []float32) error {
	if i < 0 || i >= s.Len() {
		return fmt.Errorf("pictureset: example %d, want one from 0 to %d", i, s.Len()-1)
	}
	if len(dst) != s.o.Size() {
		return fmt.Errorf("pictureset: example %d: room for %d values, want %d", i, len(dst), s.o.Size())
	}
	b := s.spare.Get().(*[]byte)
	defer s.spare.Put(b)
	if err := s.cache.Read(s.place(i), *b); err != nil {
		return err
	}
	for k, v := range *b {
		dst[k] = value[v]
	}
	if s.binary {
		for k, v := range *b {
			dst[k] = float32(v >> 7)
		}
	}
	return nil
}

// Digest writes what identifies the examples: the SHA-256 of the pixels of each, and then what is
// known of them as little-endian float32.
func (s *Set) Digest(w io.Writer) {
	for i := range s.Len() {
		sum := s.cache.Pictures[s.place(i)].Sum
		w.Write(sum[:]) // writing to a hash never fails
	}
	width := s.known.Schema.Width()
	b := make([]byte, 0, 4*width)
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

// ReadAbout writes what is known of picture i to dst.
func (d Described) ReadAbout(i int, dst []float32) error {
	width := d.known.Schema.Width()
	if i < 0 || i >= d.Len() {
		return fmt.Errorf("pictureset: example %d, want one from 0 to %d", i, d.Len()-1)
	}
	if len(dst) != width {
		return fmt.Errorf("pictureset: example %d: room for %d values, want %d", i, len(dst), width)
	}
	copy(dst, d.known.Values[d.place(i)*width:])
	return nil
}

// IsDescribed reports whether anything is known besides the pixels.
func (s *Set) IsDescribed() bool { return len(s.known.Schema.Fields) > 0 }

// Class is the class of picture i, and false if the set has none.
func (s *Set) Class(i int) (int, bool) {
	_, at, ok := s.known.Schema.Lookup(example.ClassField)
	if !ok {
		return 0, false
	}
	return int(s.known.Values[s.place(i)*s.known.Schema.Width()+at]), true
}
