// Package soundset has files of sound as examples: as spectrograms, with what is known of each file.
package soundset

import (
	"math"

	"latentspace/example"
	"latentspace/nn/elementary"
	"latentspace/sound"
)

// Reading is how sound is read.
type Reading struct {
	// Level is peak to make the loudest sample of each sound 1, or file to leave it as it is.
	Level string `yaml:"level"`
	// Trim cuts off the beginning and the end as far as they are this many dB softer than the loudest
	// 10 ms; 0 cuts off nothing.
	Trim float64 `yaml:"trim"`
}

// The values of [Reading.Level].
const (
	Peak = "peak"
	File = "file"
)

// Check reports options outside their ranges.
func (r Reading) Check(report func(key, format string, args ...any)) {
	if r.Level != Peak && r.Level != File {
		report("level", "%q, want peak or file", r.Level)
	}
	if !(r.Trim >= 0 && r.Trim <= 200) {
		report("trim", "%v, want a number of dB from 0 to 200, 0 for none", r.Trim)
	}
}

// Frames are how sound becomes a spectrogram.
type Frames struct {
	// Rate is how many samples a second sounds are brought to, from 1,000 to 192,000.
	Rate int `yaml:"rate"`
	// Seconds is how much of a sound is read. It is rounded up to a multiple of eight frames; longer
	// sounds are cut, and shorter ones end in silence.
	Seconds float64 `yaml:"seconds"`
	// Mels is how many bands a frame has, from 8 to 256.
	Mels int `yaml:"mels"`
	// Window and Hop are the length of a frame, and the time from one to the next, in milliseconds.
	Window float64 `yaml:"window"`
	Hop    float64 `yaml:"hop"`
	// Low and High are where the bands begin and end, in Hz. High is 0 for half of the rate.
	Low  float64 `yaml:"low"`
	High float64 `yaml:"high"`
	// Floor and Ceiling are the levels of the values 0 and 1, in dB. A sine as loud as can be has 0 dB.
	Floor   float64 `yaml:"floor"`
	Ceiling float64 `yaml:"ceiling"`
}

// The ranges of options.
const (
	leastRate, mostRate = 1000, 192_000
	leastMels, mostMels = 8, 256
	mostFrames          = 1 << 14
	mostLevel           = 300 // dB
	group               = 8   // that the number of frames is a multiple of, so that networks can halve it
)

// Check reports options outside their ranges.
func (f Frames) Check(report func(key, format string, args ...any)) {
	if f.Rate < leastRate || f.Rate > mostRate {
		report("rate", "%d, want a number of Hz from %d to %d", f.Rate, leastRate, mostRate)
		return
	}
	if f.Mels < leastMels || f.Mels > mostMels {
		report("mels", "%d, want a number of bands from %d to %d", f.Mels, leastMels, mostMels)
		return
	}
	samples := func(ms float64) float64 { return math.Round(ms * float64(f.Rate) / 1000) }
	most := 1000 * float64(1<<15) / float64(f.Rate)
	switch {
	case !(f.Window > 0 && samples(f.Window) <= 1<<15 && samples(f.Window) >= 2):
		report("window", "%v, want a number of milliseconds up to %.4g", f.Window, most)
		return
	case !(f.Hop > 0 && f.Hop <= f.Window && samples(f.Hop) >= 1):
		report("hop", "%v, want a number of milliseconds up to the %v of window", f.Hop, f.Window)
		return
	case !(f.Seconds > 0 && f.Seconds*1000/f.Hop <= mostFrames-group):
		report("seconds", "%v, want a number from 0 to %.4g, the time of %d frames", f.Seconds, f.Hop*(mostFrames-group)/1000, mostFrames-group)
		return
	case !(f.Low >= 0 && f.Low < f.high() && f.high() <= float64(f.Rate)/2):
		report("high", "%v, with low %v, want a range from 0 to %v Hz", f.High, f.Low, float64(f.Rate)/2)
	case !(f.Floor >= -mostLevel && f.Floor < f.Ceiling && f.Ceiling <= mostLevel):
		report("floor", "%v, with the ceiling %v, want a range within ±%d dB", f.Floor, f.Ceiling, mostLevel)
	}
}

func (f Frames) high() float64 {
	if f.High == 0 {
		return float64(f.Rate) / 2
	}
	return f.High
}

// Schema is that of the spectrograms of options that Check accepts.
func (f Frames) Schema() example.Schema {
	s := example.Sound{
		Rate:   f.Rate,
		Window: int(math.Round(f.Window * float64(f.Rate) / 1000)),
		Hop:    int(math.Round(f.Hop * float64(f.Rate) / 1000)),
		Points: 4, Low: f.Low, High: f.high(), Floor: f.Floor, Ceiling: f.Ceiling,
	}
	for s.Points < s.Window {
		s.Points *= 2
	}
	n := int(math.Ceil(f.Seconds * float64(f.Rate) / float64(group*s.Hop)))
	return example.Spectrograms(f.Mels, group*n, s)
}

// prepare makes the samples of one channel those of an example: at its level and without the silence
// around them.
func (r Reading) prepare(x []float32, rate int) []float32 {
	if r.Trim > 0 {
		x = trimmed(x, rate/100, r.Trim)
	}
	if most := sound.Loudest(x); r.Level == Peak && most > 0 {
		y := make([]float32, len(x))
		for i, v := range x {
			y[i] = v / most
		}
		x = y
	}
	return x
}

// trimmed cuts off parts of n samples at both ends that are softer than the loudest part by a number
// of dB.
func trimmed(x []float32, n int, decibels float64) []float32 {
	n = max(n, 1)
	parts := (len(x) + n - 1) / n
	power := make([]float64, parts)
	var most float64
	for i := range power {
		for _, v := range x[i*n : min((i+1)*n, len(x))] {
			power[i] += float64(float64(v) * float64(v))
		}
		most = max(most, power[i])
	}
	least := most * elementary.Pow(10, -decibels/10)
	lo, hi := 0, parts
	for lo < hi && power[lo] < least {
		lo++
	}
	for hi > lo && power[hi-1] < least {
		hi--
	}
	return x[lo*n : min(hi*n, len(x))]
}
