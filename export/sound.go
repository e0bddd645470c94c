package export

import (
	"io"

	"latentspace/data/wav"
	"latentspace/example"
	"latentspace/sound"
	"latentspace/tensor"
)

// Sound writes a file of WAV, integers of 16 bits, of spectrograms x (n, bands, frames, 1) of a
// schema: one after another, each of which begins a number of frames before the one before it ends.
// What is louder than such a file can be is made softer as a whole.
func Sound(file string, s example.Schema, x *tensor.Tensor, overlap int) error {
	return File(file, func(w io.Writer) error { return WriteSound(w, s, x, overlap) })
}

// WriteSound writes what [Sound] puts into a file.
func WriteSound(w io.Writer, s example.Schema, x *tensor.Tensor, overlap int) error {
	t := sound.New(s.Fields[0])
	var parts [][]float32
	Each(x, func(values []float32) error { // which returns no error
		parts = append(parts, values)
		return nil
	})
	samples := t.Samples(t.Chain(parts, overlap))
	if most := sound.Loudest(samples); most > 1 {
		for i := range samples {
			samples[i] /= most
		}
	}
	return wav.Encode(w, t.Rate(), samples)
}
