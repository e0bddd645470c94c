package sound

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"os"
	"path/filepath"
	"testing"

	"latentspace/data/wav"
	"latentspace/example"
	"latentspace/nn/elementary"
)

// speech is how the tests see sound at 8 kHz.
var speech = example.Sound{Rate: 8000, Window: 320, Hop: 80, Points: 512, Low: 0, High: 4000, Floor: -80, Ceiling: 0}

const bands = 64

func transform() *Transform { return New(example.Spectrograms(bands, 1, speech).Fields[0]) }

// sine is n samples of a sine of amplitude a.
func sine(hz, a float64, rate, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		turns := hz * float64(i) / float64(rate)
		s, _ := elementary.Circle(turns - math.Floor(turns))
		x[i] = float32(a * s)
	}
	return x
}

// A sine of amplitude 1 in the middle of a band has its most power there: at most 0 dB, and 4 dB less
// where a band is narrower than what the window makes of a sine.
func TestASineIsInItsBand(t *testing.T) {
	tr := transform()
	const frames = 10
	for _, m := range []int{10, 20, 35, 50, 63} {
		hz := toHz(toMel(4000) * float64(m+1) / (bands + 1))
		for _, amplitude := range []float64{1, 0.01} {
			levels := make([]float32, bands*frames)
			tr.Levels(sine(hz, amplitude, 8000, frames*80), levels)
			row := func(m int) float32 { return levels[(bands-1-m)*frames+frames/2] }
			most := 0
			for k := range bands {
				if row(k) > row(most) {
					most = k
				}
			}
			want := 20 * elementary.Log10(amplitude)
			if got := float64(row(m))*80 - 80; most != m || got > want+0.01 || got < want-4 {
				t.Errorf("a sine of %.0f Hz is in band %d with %.1f dB, want band %d with %.0f to %.0f dB", hz, most, got, m, want-4, want)
			}
		}
	}
}

// Between the middles of the first and the last band a triangle rises by as much as its neighbour
// falls.
func TestBandsShareThePower(t *testing.T) {
	for _, n := range []int{1, 2, 16, 64, 200} {
		sum := make([]float64, speech.Points/2+1)
		all := melBands(n, speech)
		for m, b := range all {
			if len(b.weights) == 0 {
				t.Errorf("band %d of %d has no frequency", m, n)
			}
			for j, w := range b.weights {
				if w < 0 || w > 1 {
					t.Errorf("band %d of %d: weight %v, want one from 0 to 1", m, n, w)
				}
				sum[b.first+j] += w
			}
		}
		step := float64(speech.Rate) / float64(speech.Points)
		lo, hi := toHz(toMel(4000)/float64(n+1)), toHz(toMel(4000)*float64(n)/float64(n+1))
		for k, s := range sum {
			if hz := float64(k) * step; hz-step/2 >= lo && hz+step/2 <= hi && math.Abs(s-1) > 1e-9 {
				t.Errorf("%d bands at %v Hz: the weights add up to %v, want 1", n, hz, s)
			}
		}
	}
}

func TestFramesBecomeTheSoundAgain(t *testing.T) {
	for _, s := range []example.Sound{
		{Rate: 8000, Window: 320, Hop: 80, Points: 512}, {Rate: 8000, Window: 256, Hop: 128, Points: 256}, {Rate: 8000, Window: 65, Hop: 7, Points: 128},
	} {
		s.High, s.Ceiling = 4000, 1
		tr := New(example.Spectrograms(8, 1, s).Fields[0])
		const frames = 12
		x := noise(s.Samples(frames))
		n := tr.bins()
		re, im := make([]float64, frames*n), make([]float64, frames*n)
		r := tr.room()
		for i := range frames {
			tr.frame(x, i, r.x)
			tr.fourier.forward(r.x, re[i*n:(i+1)*n], im[i*n:(i+1)*n])
		}
		back := make([]float64, len(x))
		tr.join(re, im, back, tr.weight(frames), r)
		for i := range x {
			if math.Abs(back[i]-x[i]) > 1e-11 {
				t.Fatalf("frames of %d every %d: sample %d comes back as %v, want %v", s.Window, s.Hop, i, back[i], x[i])
			}
		}
	}
}

func TestSilenceStaysSilence(t *testing.T) {
	tr := transform()
	levels := make([]float32, bands*10)
	levels[3] = 9
	tr.Levels(make([]float32, 800), levels)
	for i, v := range levels {
		if v != 0 {
			t.Fatalf("value %d: got %v, want 0", i, v)
		}
	}
	for i, v := range tr.Samples(levels) {
		if v != 0 {
			t.Fatalf("sample %d: got %v, want 0", i, v)
		}
	}
}

// A tone and a click come back within what 64 bands tell of them.
func TestSoundComesBack(t *testing.T) {
	tr := transform()
	x := sine(700, 0.5, 8000, 64*80)
	for i := range x {
		x[i] *= float32(len(x)-i) / float32(len(x))
	}
	x[1000] = 1
	levels := make([]float32, bands*64)
	tr.Levels(x, levels)
	back := tr.Samples(levels)
	again := make([]float32, len(levels))
	tr.Levels(back, again)
	if d := tr.LevelDistance(levels, again); len(back) != len(x) || !(d < 2) {
		t.Errorf("%d samples whose levels are %.2f dB away, want %d and at most 2", len(back), d, len(x))
	}
}

// Frames of speech that are made sound and frames again are within 1.1 dB of their levels, and the
// sound within 5 dB of its spectrum.
func TestSpokenDigitsComeBack(t *testing.T) {
	dir := os.Getenv("LATENTSPACE_DATA")
	if dir == "" {
		t.Skip("LATENTSPACE_DATA is not set")
	}
	files, err := filepath.Glob(filepath.Join(dir, "spoken-digits", "*_[0-4].wav"))
	if err != nil || len(files) != 300 {
		t.Fatalf("%d files, %v, want 300", len(files), err)
	}
	tr := transform()
	var level, spectral, n float64
	for i := 0; i < len(files); i += 7 {
		b, err := os.ReadFile(files[i])
		if err != nil {
			t.Fatal(err)
		}
		s, err := wav.Decode(b)
		if err != nil {
			t.Fatalf("%s: %v", files[i], err)
		}
		x := make([]float32, (len(s.Samples)+79)/80*80)
		scale := 1 / Loudest(s.Samples)
		for k, v := range s.Samples {
			x[k] = v * scale
		}
		levels := make([]float32, bands*len(x)/80)
		tr.Levels(x, levels)
		back := tr.Samples(levels)
		again := make([]float32, len(levels))
		tr.Levels(back, again)
		level += tr.LevelDistance(levels, again)
		spectral += tr.SpectralDistance(x, back)
		n++
	}
	t.Logf("levels %.2f dB, spectrum %.2f dB", level/n, spectral/n)
	if level/n > 1.1 || spectral/n > 5 {
		t.Errorf("levels %.2f dB, spectrum %.2f dB, want at most 1.1 and 5", level/n, spectral/n)
	}
}

func TestDistancesAreInDecibels(t *testing.T) {
	tr := transform()
	a, b := make([]float32, bands*3), make([]float32, bands*3)
	for i := range b {
		b[i] = 0.125
	}
	if got := tr.LevelDistance(a, b); got != 10 {
		t.Errorf("levels: got %v dB, want an eighth of 80", got)
	}
	b = make([]float32, bands*3) // one band in four of the first frame alone
	for m := 0; m < bands; m += 4 {
		b[m*3] = 0.375
	}
	if got := tr.LevelDistance(a, b); math.Abs(got-5) > 1e-12 {
		t.Errorf("a quarter of the bands of one frame: got %v dB, want √(30²/4)/3", got)
	}
	// Noise and half of it differ by 20·log₁₀ 2 at every frequency.
	x, y := make([]float32, 800), make([]float32, 800)
	for i, v := range noise(800) {
		x[i], y[i] = float32(v), float32(v)/2
	}
	if got := tr.SpectralDistance(x, y); math.Abs(got-6.0206) > 1e-3 {
		t.Errorf("half of a sound: got %v dB, want 6.0206", got)
	}
	if got := tr.SpectralDistance(make([]float32, 800), make([]float32, 800)); got != 0 {
		t.Errorf("silence: got %v dB, want 0", got)
	}
}

// The numbers of this program with numpy 2, of x_i = sin(2π·(2500 + i/8)·i/8000)/2 for i < 800, padded
// by 120 zeros on either side as y. The bands of librosa 0.11 (htk=True, norm=None) are sampled, not
// averaged, and give up to 0.9 dB less on the slopes of this sine.
//
//	w = np.sin(np.pi*(np.arange(320)+.5)/320)**2
//	f = np.array([np.fft.rfft(np.pad(y[80*t:80*t+320]*w, (0, 192))) for t in range(10)])
//	p = np.abs(f)**2*4/(512*(w**2).sum())
//	e = 700*(10**(np.linspace(0, 2595*np.log10(1+4000/700), 66)/2595)-1)/15.625
//	k = np.arange(257)[:, None]+(np.arange(1000)+.5)/1000-.5
//	M = np.array([np.clip(np.minimum((k-a)/(b-a), (c-k)/(c-b)), 0, None).mean(1) for a, b, c in zip(e, e[1:], e[2:])])
//	print(10*np.log10(p@M.T)[[2, 5, 7]][:, [49, 51, 53, 55]])
func TestLevelsAreThoseOfAnotherProgram(t *testing.T) {
	x := make([]float32, 800)
	for i := range x {
		turns := (2500 + float64(i)/8) * float64(i) / 8000
		s, _ := elementary.Circle(turns - math.Floor(turns))
		x[i] = float32(s / 2)
	}
	levels := make([]float32, bands*10)
	transform().Levels(x, levels)
	want := [3][4]float64{{-64.711, -8.288, -41.263, -81.345}, {-74.294, -18.060, -16.431, -75.211}, {-78.693, -34.726, -9.608, -69.682}}
	for k, frame := range []int{2, 5, 7} {
		for j, m := range []int{49, 51, 53, 55} {
			got := float64(levels[(bands-1-m)*10+frame])*80 - 80
			if want := max(want[k][j], -80); math.Abs(got-want) > 0.005 {
				t.Errorf("frame %d, band %d: got %.3f dB, want %.3f", frame, m, got, want)
			}
		}
	}
}

// The bits are those of every other processor.
func TestBitsOfSound(t *testing.T) {
	tr := transform()
	x := make([]float32, 40*80)
	for i, v := range noise(len(x)) {
		x[i] = float32(v) * float32(i%1600) / 1600
	}
	x = Resample(Resample(x, 8000, 11025), 11025, 8000)[:40*80]
	levels := make([]float32, bands*40)
	tr.Levels(x, levels)
	h := sha256.New()
	for _, values := range [][]float32{x, levels, tr.Samples(levels)} {
		binary.Write(h, binary.LittleEndian, values) // never fails
	}
	const want = "96d0169ff0e79d36"
	if got := hex.EncodeToString(h.Sum(nil)[:8]); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func BenchmarkSecondOfSound(b *testing.B) {
	tr := transform()
	x := make([]float32, 8000)
	for i, v := range noise(len(x)) {
		x[i] = float32(v) / 2
	}
	levels := make([]float32, bands*100)
	b.Run("levels", func(b *testing.B) {
		for b.Loop() {
			tr.Levels(x, levels)
		}
	})
	b.Run("samples", func(b *testing.B) {
		for b.Loop() {
			tr.Samples(levels)
		}
	})
}
