package augment

import (
	"math"
	"sync"

	"latentspace/data/keyed"
	"latentspace/example"
)

// Sound is changes of spectrograms. Each sound is changed by a function of the seed, the epoch and its
// index, in training alone.
type Sound struct {
	// Delay moves sounds by up to this many frames, earlier or later, with silence at the end that
	// becomes free.
	Delay int `yaml:"delay" run:"fixed"`
	// Stretch makes sounds longer or shorter by up to this share, from 0 to 0.5.
	Stretch float64 `yaml:"stretch" run:"fixed"`
	// Bend moves sounds by up to this many bands, higher or lower.
	Bend float64 `yaml:"bend" run:"fixed"`
	// Gain makes sounds louder or softer by up to this many dB. Silence stays silence.
	Gain float64 `yaml:"gain" run:"fixed"`
}

// Check reports options outside their ranges, for spectrograms with a number of bands and of frames.
func (o Sound) Check(report func(key, format string, args ...any), bands, frames int) {
	if o.Delay < 0 || o.Delay >= frames {
		report("delay", "%d, want a number from 0 to %d, less than the %d frames of a sound", o.Delay, frames-1, frames)
	}
	if !(o.Stretch >= 0 && o.Stretch <= 0.5) {
		report("stretch", "%v, want a share from 0 to 0.5", o.Stretch)
	}
	if !(o.Bend >= 0 && o.Bend <= float64(bands-1)) {
		report("bend", "%v, want a number from 0 to %d, less than the %d bands", o.Bend, bands-1, bands)
	}
	if !(o.Gain >= 0 && o.Gain <= 100) {
		report("gain", "%v, want a number of dB from 0 to 100", o.Gain)
	}
}

// Of returns a data set whose method ReadEpoch changes the spectrograms of an epoch. Read reads them
// as they are. With no changes, or of examples that are no spectrograms, it is the set itself.
func (o Sound) Of(ds Dataset, seed uint64) Dataset {
	s := ds.Schema()
	if o == (Sound{}) || !s.IsSound() {
		return ds
	}
	f := s.Fields[0]
	h := heard{ds, o, seed, f.Shape[0], f.Shape[1], f.Sound.Ceiling - f.Sound.Floor, &sync.Pool{New: func() any { x := make([]float32, f.Size()); return &x }}}
	if known, ok := ds.(Described); ok {
		return describedSound{h, known}
	}
	return h
}

// heard is a set of spectrograms that change.
type heard struct {
	Dataset
	o             Sound
	seed          uint64
	bands, frames int
	span          float64 // dB from 0 to 1
	spare         *sync.Pool
}

// describedSound is such a set of which more is known.
type describedSound struct {
	heard
	known Described
}

// About returns the schema of what is known.
func (d describedSound) About() example.Schema { return d.known.About() }

// ReadAbout reads what is known of example i.
func (d describedSound) ReadAbout(i int, dst []float32) error { return d.known.ReadAbout(i, dst) }

// ReadEpoch writes example i, as it is in an epoch, to dst.
func (h heard) ReadEpoch(epoch, i int, dst []float32) error {
	src := h.spare.Get().(*[]float32)
	defer h.spare.Put(src)
	if err := h.Read(i, *src); err != nil {
		return err
	}
	d := keyed.New(h.seed, "augment.sound", uint64(epoch), uint64(i))
	delay := d.Below(2*h.o.Delay+1) - h.o.Delay
	stretch := 1 + d.Between(-h.o.Stretch, h.o.Stretch)
	bend := d.Between(-h.o.Bend, h.o.Bend)
	gain := float32(d.Between(-h.o.Gain, h.o.Gain) / h.span)
	for t := range h.frames {
		t0, u := placed(float64(t-delay) / stretch)
		for y := range h.bands {
			y0, v := placed(float64(y) + bend)
			upper := mixed(h.at(*src, y0, t0), h.at(*src, y0, t0+1), u)
			lower := mixed(h.at(*src, y0+1, t0), h.at(*src, y0+1, t0+1), u)
			x := mixed(upper, lower, v)
			if x > 0 {
				x = min(max(x+gain, 0), 1)
			}
			dst[y*h.frames+t] = x
		}
	}
	return nil
}

// at is a value of a spectrogram: before and after it is silence, and above and below the bands go on
// as the last.
func (h heard) at(x []float32, y, t int) float32 {
	if t < 0 || t >= h.frames {
		return 0
	}
	return x[min(max(y, 0), h.bands-1)*h.frames+t]
}

// placed is the whole number below a place, and the share of the next.
func placed(at float64) (whole int, share float32) {
	below := math.Floor(at)
	return int(below), float32(at - below)
}
