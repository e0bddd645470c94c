// Package wav reads and writes sound in files of WAV.
//
// Microsoft and IBM, Multimedia Programming Interface and Data Specifications 1.0, 1991;
// Microsoft, Multiple Channel Audio Data and WAVE Files, 2001, for the extensible format.
package wav

import (
	"encoding/binary"
	"fmt"
	"math"

	"latentspace/internal/untrusted"
)

// Sound is what a file has.
type Sound struct {
	Rate     int // samples a second
	Channels int
	// Samples are those of every channel at one time after another, in [−1, 1) if they were integers.
	// Floats are as they are in the file, and finite.
	Samples []float32
	// Coding is how the samples are written, such as "integers of 16 bits".
	Coding string
	// Note is a sentence about what is wrong with the file although it was read, or empty.
	Note string
}

// Seconds is how long the sound is.
func (s *Sound) Seconds() float64 {
	return float64(len(s.Samples)/s.Channels) / float64(s.Rate)
}

// Is reports whether a file is of WAV by its first bytes.
func Is(head []byte) bool {
	return len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WAVE"
}

// chunkHeader is the size of a chunk's name and length.
const chunkHeader = 8

// Decode reads a file: integers of 8, 16, 24 and 32 bits and floats of 32 and 64, of any rate from 100
// to 1,000,000 Hz, in the plain and in the extensible format, with chunks in any order. Errors name
// the byte, what was found and what was wanted.
//
// Writers that could not go back to fill in the length, or were killed, leave samples that are longer
// or shorter than the file says. They are read to the end of the file, and the note says so. A sound
// without samples, or of more than an hour, is an error.
func Decode(file []byte) (*Sound, error) {
	if !Is(file) {
		return nil, untrusted.NotA("a WAV file", file[:min(len(file), untrusted.HeadSize)])
	}
	var f *format
	var samples []byte
	var s Sound
	first := 0 // byte of the samples, once they are found
	for at := 12; at+chunkHeader <= len(file); {
		name := string(file[at : at+4])
		size := int64(binary.LittleEndian.Uint32(file[at+4:]))
		begin := at + chunkHeader
		left := int64(len(file) - begin)
		content := file[begin : begin+int(min(size, left))]
		switch name {
		case "fmt ":
			if f != nil {
				return nil, fmt.Errorf("byte %d: a second format, want one", at)
			}
			if size > left {
				return nil, fmt.Errorf("byte %d: a format of %d bytes, and the file ends after %d", at, size, left)
			}
			parsed, err := parseFormat(content, begin)
			if err != nil {
				return nil, err
			}
			f = &parsed
		case "data":
			if first > 0 {
				return nil, fmt.Errorf("byte %d: samples for a second time, want them once", at)
			}
			first, samples = begin, content
			if size > left {
				s.Note = fmt.Sprintf("says that it has %d bytes of samples and has %d: the file is cut off, or its length was never filled in", size, left)
			}
		}
		at = begin + len(content) + int(size&1) // chunks begin at even bytes
	}
	switch {
	case first == 0:
		return nil, fmt.Errorf("byte %d: the file ends without samples, want a chunk called data", len(file))
	case f == nil:
		return nil, fmt.Errorf("byte %d: the file ends without a format, want a chunk called fmt", len(file))
	}
	return &s, s.fill(*f, samples, first)
}

// fill decodes samples, which begin at a byte of the file.
func (s *Sound) fill(f format, samples []byte, at int) error {
	s.Rate, s.Channels, s.Coding = f.rate, f.channels, f.String()
	n := len(samples) / f.frame()
	if n == 0 {
		return fmt.Errorf("byte %d: %d bytes of samples, want at least %d for %d of %s", at, len(samples), f.frame(), f.channels, f)
	}
	if err := untrusted.Seconds.Check(int64(n / f.rate)); err != nil {
		return fmt.Errorf("byte %d: a sound of %w", at, err)
	}
	if rest := len(samples) % f.frame(); rest > 0 && s.Note == "" {
		s.Note = fmt.Sprintf("ends within a sample: %d bytes at the end are left out", rest)
	}
	s.Samples = make([]float32, n*f.channels)
	size := f.bits / 8
	for k := range s.Samples {
		v := f.sample(samples[k*size : (k+1)*size])
		s.Samples[k] = float32(v)
		if math.IsNaN(v) || math.IsInf(float64(s.Samples[k]), 0) {
			return fmt.Errorf("byte %d: sample %d is %v, want a finite number", at+k*size, k/f.channels, v)
		}
	}
	return nil
}
