package flac

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/mewkiz/flac"
	"github.com/mewkiz/flac/frame"
	"github.com/mewkiz/flac/meta"
)

// encoded is a file of one frame of two channels of 16 bits for each entry: n samples, which count up
// from it, and their negatives.
func encoded(t testing.TB, n int, from ...int32) []byte {
	t.Helper()
	var b bytes.Buffer
	e, err := flac.NewEncoder(&b, &meta.StreamInfo{BlockSizeMin: uint16(n), BlockSizeMax: uint16(n), SampleRate: 8000, NChannels: 2, BitsPerSample: 16})
	if err != nil {
		t.Fatal(err)
	}
	for k, first := range from {
		f := &frame.Frame{Header: frame.Header{BlockSize: uint16(n), SampleRate: 8000, Channels: frame.ChannelsLR, BitsPerSample: 16, Num: uint64(k)}}
		for sign := int32(1); sign >= -1; sign -= 2 {
			sub := &frame.Subframe{SubHeader: frame.SubHeader{Pred: frame.PredVerbatim}, NSamples: n}
			for i := range n {
				sub.Samples = append(sub.Samples, sign*(first+int32(i)))
			}
			f.Subframes = append(f.Subframes, sub)
		}
		if err := e.WriteFrame(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestFLACIsRead(t *testing.T) {
	s, err := Decode(encoded(t, 16, 100, 200))
	if err != nil {
		t.Fatal(err)
	}
	if s.Rate != 8000 || s.Channels != 2 || s.Coding != "FLAC of 16 bits" || len(s.Samples) != 64 || s.Note != "" {
		t.Fatalf("got %+v, want 32 samples of 2 channels", s)
	}
	for i := range 32 {
		want := float32(100+100*(i/16)+i%16) / 32768
		if s.Samples[2*i] != want || s.Samples[2*i+1] != -want {
			t.Errorf("sample %d: %v and %v, want ±%v", i, s.Samples[2*i], s.Samples[2*i+1], want)
		}
	}
}

func TestFLACThatIsCutOffIsReadUpToIt(t *testing.T) {
	whole := encoded(t, 16, 100, 200)
	s, err := Decode(whole[:len(whole)-10])
	if err != nil || len(s.Samples) != 32 || !strings.Contains(s.Note, "is read up to 0.002 s") {
		t.Errorf("got %+v, %v, want the first frame and a note", s, err)
	}
}

func TestWhatIsNoFLACIsRefused(t *testing.T) {
	whole := encoded(t, 16, 100)
	none := encoded(t, 16)
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"an empty file":     {nil, "an empty file, want a FLAC file"},
		"a WAV file":        {[]byte("RIFF\x04\x00\x00\x00WAVE"), "a WAV file, want a FLAC file"},
		"a beginning alone": {whole[:6], "FLAC: "},
		"a frame cut off":   {whole[:len(whole)-10], "FLAC: "},
		"no frames":         {none, "FLAC: no samples"},
	} {
		if _, err := Decode(c.file); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

func TestAFileHasNotFarMoreThanItsSize(t *testing.T) {
	for name, c := range map[string]struct {
		samples, second, size int
		want                  string
	}{
		"a minute":             {60 * 8000, 8000, 500_000, ""},
		"silence in few bytes": {60 * 8000, 8000, 100, ""},
		"more than an hour":    {3601 * 8000, 8000, 10_000_000, "a sound of 3601 seconds, want at most 3600"},
		"far more than it is":  {3600 * 8000, 8000, 100_000, "28800000 samples in 100000 bytes: 288 samples to one byte, want at most 64"},
	} {
		if err := fits(c.samples, c.second, c.size); (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

// Whatever is read is finite and of whole frames, and no larger than it may be.
func FuzzDecode(f *testing.F) {
	whole := encoded(f, 16, 100, -200)
	f.Add(whole)
	f.Add(whole[:len(whole)-7])
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := Decode(b)
		if err != nil {
			return
		}
		if len(s.Samples) == 0 || len(s.Samples)%s.Channels != 0 || len(s.Samples)*4 > max(16<<20, 300*len(b)) {
			t.Fatalf("%d samples of %d channels out of %d bytes", len(s.Samples), s.Channels, len(b))
		}
		for i, v := range s.Samples {
			if math.IsNaN(float64(v)) || v < -1 || v > 1 {
				t.Fatalf("sample %d is %v", i, v)
			}
		}
	})
}
