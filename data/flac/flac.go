// Package flac reads sound in files of FLAC, the Free Lossless Audio Codec.
package flac

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/mewkiz/flac"

	"latentspace/data/wav"
	"latentspace/internal/panics"
	"latentspace/internal/untrusted"
)

// Is reports whether a file is of FLAC by its first bytes.
func Is(head []byte) bool { return bytes.HasPrefix(head, []byte("fLaC")) }

// Decode reads a file, as [wav.Decode] does. A file that ends within a frame is read up to it, and the
// note says so. What would take far more memory than the file is an error.
func Decode(file []byte) (s *wav.Sound, err error) {
	if !Is(file) {
		return nil, untrusted.NotA("a FLAC file", file[:min(len(file), untrusted.HeadSize)])
	}
	err = panics.Caught(func() error {
		s, err = decode(file)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("FLAC: %w", err)
	}
	return s, nil
}

func decode(file []byte) (*wav.Sound, error) {
	stream, err := flac.New(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	rate, channels, bits := int(stream.Info.SampleRate), int(stream.Info.NChannels), int(stream.Info.BitsPerSample)
	s := &wav.Sound{Rate: rate, Channels: channels, Coding: fmt.Sprintf("FLAC of %d bits", bits)}
	switch {
	case rate < wav.LeastRate || rate > wav.MostRate:
		return nil, fmt.Errorf("a rate of %d Hz, want one from %d to %d", rate, wav.LeastRate, wav.MostRate)
	case channels < 1 || bits < 4 || bits > 32:
		return nil, fmt.Errorf("%d channels of %d bits, want at least one of 4 to 32", channels, bits)
	}
	most := int64(1) << (bits - 1)
	scale := 1 / float64(most)
	for {
		f, err := stream.ParseNext()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			if len(s.Samples) == 0 {
				return nil, err
			}
			s.Note = fmt.Sprintf("is read up to %.4g s: %v", s.Seconds(), err)
			return s, nil
		}
		if len(f.Subframes) != channels {
			return nil, fmt.Errorf("a frame of %d channels, want the %d of all", len(f.Subframes), channels)
		}
		n := len(f.Subframes[0].Samples)
		if err := fits(len(s.Samples)+n*channels, rate*channels, len(file)); err != nil {
			return nil, err
		}
		for i := range n {
			for _, sub := range f.Subframes {
				if v := int64(sub.Samples[i]); v < -most || v >= most {
					return nil, fmt.Errorf("sample %d is %d, want one of %d bits", len(s.Samples)/channels, v, bits)
				}
				s.Samples = append(s.Samples, float32(float64(sub.Samples[i])*scale))
			}
		}
	}
	if len(s.Samples) == 0 {
		return nil, errors.New("no samples")
	}
	return s, nil
}

// fits reports more samples than a file of a size may have, with so many a second.
func fits(samples, second, size int) error {
	if err := untrusted.Seconds.Check(int64(samples / second)); err != nil {
		return fmt.Errorf("a sound of %w", err)
	}
	if samples*4 <= untrusted.Slack {
		return nil
	}
	if err := untrusted.SoundRatio.Check(int64(samples / max(1, size))); err != nil {
		return fmt.Errorf("%d samples in %d bytes: %w", samples, size, err)
	}
	return nil
}
