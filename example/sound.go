package example

import "fmt"

// Sound is how a [Spectrogram] is made of sound: of frames of samples, the power in bands that are
// equally wide on the mel scale. It is enough to make sound of a spectrogram again.
type Sound struct {
	Rate   int `json:"rate"`   // samples a second
	Window int `json:"window"` // samples of a frame
	Hop    int `json:"hop"`    // samples from one frame to the next
	Points int `json:"points"` // of the Fourier transform of a frame, a power of two
	// Low and High are where the bands begin and end, in Hz.
	Low  float64 `json:"low"`
	High float64 `json:"high"`
	// Floor and Ceiling are the levels that the values 0 and 1 stand for, in dB: a sine of amplitude 1
	// has 0 dB.
	Floor   float64 `json:"floor"`
	Ceiling float64 `json:"ceiling"`
}

// Spectrograms returns the schema of spectrograms with a number of bands and of frames.
func Spectrograms(bands, frames int, s Sound) Schema {
	return Of(Field{Name: "sound", Kind: Unit, Shape: []int{bands, frames, 1}, View: Spectrogram, Sound: &s})
}

// Limits of a sound's numbers, far beyond any that is meant.
const (
	mostRate   = 1_000_000
	mostPoints = 1 << 16
	mostLevel  = 1000 // dB
)

// check reports the first thing that is wrong with the sound of a field.
func (s Sound) check(f Field) error {
	points := s.Points
	for points > 1 && points%2 == 0 {
		points /= 2
	}
	switch {
	case f.View != Spectrogram || f.Kind != Unit || len(f.Shape) != 3 || f.Shape[2] != 1:
		return fmt.Errorf("a %s field of shape %v seen as %s, want spectrograms (bands, frames, 1) in [0, 1]", f.Kind, f.Shape, f.View)
	case s.Rate < 1 || s.Rate > mostRate:
		return fmt.Errorf("%d samples a second, want 1 to %d", s.Rate, mostRate)
	case s.Points < 4 || s.Points > mostPoints || points != 1:
		return fmt.Errorf("transforms of %d points, want a power of two from 4 to %d", s.Points, mostPoints)
	case s.Hop < 1 || s.Window < s.Hop || s.Window > s.Points:
		return fmt.Errorf("frames of %d samples every %d, want at least 1, and as many samples as that to at most %d", s.Window, s.Hop, s.Points)
	case !(s.Low >= 0 && s.High > s.Low && s.High <= float64(s.Rate)/2):
		return fmt.Errorf("bands from %v to %v Hz, want a range from 0 to %v", s.Low, s.High, float64(s.Rate)/2)
	case !(s.Floor >= -mostLevel && s.Ceiling > s.Floor && s.Ceiling <= mostLevel):
		return fmt.Errorf("levels from %v to %v dB, want a range within ±%d", s.Floor, s.Ceiling, mostLevel)
	}
	return nil
}

// Samples is how many samples a number of frames stands for.
func (s Sound) Samples(frames int) int { return frames * s.Hop }
