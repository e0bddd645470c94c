package augment

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"latentspace/example"
)

// tones is spectrograms (4, 8): silence, and in frames 3 and 4 the values 0.1 to 0.8.
type tones struct{}

func (tones) Len() int { return 100 }
func (tones) Schema() example.Schema {
	return example.Spectrograms(4, 8, example.Sound{Rate: 8000, Window: 8, Hop: 4, Points: 8, High: 4000, Floor: -80})
}
func (tones) Read(_ int, dst []float32) error {
	clear(dst)
	for y := range 4 {
		dst[y*8+3], dst[y*8+4] = float32(y+1)/10, float32(y+5)/10
	}
	return nil
}

type labelledTones struct{ tones }

func (labelledTones) About() example.Schema { return example.Of(example.Class([]string{"a", "b"})) }
func (labelledTones) ReadAbout(i int, dst []float32) error {
	dst[0] = 1
	return nil
}

// changed are the spectrograms of an epoch.
func changed(t *testing.T, o Sound, epoch int) (all [][]float32) {
	t.Helper()
	ds := o.Of(tones{}, 1).(interface {
		ReadEpoch(epoch, i int, dst []float32) error
	})
	for i := range 100 {
		x := make([]float32, 32)
		if err := ds.ReadEpoch(epoch, i, x); err != nil {
			t.Fatal(err)
		}
		all = append(all, x)
	}
	return all
}

func TestSoundIsMovedInTime(t *testing.T) {
	plain := make([]float32, 32)
	tones{}.Read(0, plain)
	seen := map[int]bool{}
	for _, x := range changed(t, Sound{Delay: 2}, 1) {
		at := slices.IndexFunc(x[:8], func(v float32) bool { return v > 0 })
		seen[at-3] = true
		for y := range 4 {
			for f := range 8 {
				want := float32(0)
				if from := f - at + 3; from >= 0 && from < 8 {
					want = plain[y*8+from]
				}
				if x[y*8+f] != want {
					t.Fatalf("moved by %d: band %d, frame %d has %v, want %v", at-3, y, f, x[y*8+f], want)
				}
			}
		}
	}
	if len(seen) != 5 || seen[3] || seen[-3] {
		t.Errorf("moved by %v, want −2 to 2", seen)
	}
}

// A gain of 8 dB is a tenth of the 80 dB that the values stand for.
func TestSoundIsLouderOrSofter(t *testing.T) {
	var least, most float32
	for _, x := range changed(t, Sound{Gain: 8}, 1) {
		if x[0] != 0 || x[31] != 0 {
			t.Fatal("silence has become loud")
		}
		by := x[3*8+4] - 0.8
		if d := x[8+4] - 0.6 - by; d > 1e-6 || d < -1e-6 {
			t.Fatalf("one band is louder by %v, another by %v", by, by+d)
		}
		least, most = min(least, by), max(most, by)
	}
	if least < -0.1001 || most > 0.1001 || least > -0.09 || most < 0.09 {
		t.Errorf("louder by %v to %v, want ±0.1", least, most)
	}
}

// Bands rise from 0.1 to 0.4 in frame 3, a tenth each, so that a value tells how far it was moved.
func TestSoundIsHigherOrLower(t *testing.T) {
	var least, most float32
	for _, x := range changed(t, Sound{Bend: 1}, 1) {
		by := (x[8+3] - 0.2) * 10
		least, most = min(least, by), max(most, by)
		if x[4*8-5] > 0.4001 || x[3] < 0.0999 {
			t.Fatalf("the ends are %v and %v, want them within 0.1 and 0.4", x[3], x[4*8-5])
		}
	}
	if least < -1.0001 || most > 1.0001 || least > -0.9 || most < 0.9 {
		t.Errorf("moved by %v to %v bands, want ±1", least, most)
	}
}

// What lasts 2 of 8 frames has a mass of 2, and stretched by a half one of 1 to 3.
func TestSoundIsLongerOrShorter(t *testing.T) {
	least, most := float32(9), float32(0)
	for _, x := range changed(t, Sound{Stretch: 0.5}, 1) {
		var sum float32
		for _, v := range x[:8] {
			sum += v
		}
		least, most = min(least, sum/0.6*2), max(most, sum/0.6*2)
	}
	if least < 0.5 || most > 3.5 || least > 1.3 || most < 2.5 {
		t.Errorf("it lasts %v to %v frames, want about 1 to 3", least, most)
	}
}

func TestChangesOfSoundAreAFunctionOfEpochAndIndex(t *testing.T) {
	o := Sound{Delay: 2, Stretch: 0.2, Bend: 1, Gain: 6}
	first, again, next := changed(t, o, 1), changed(t, o, 1), changed(t, o, 2)
	if fmt.Sprint(first) != fmt.Sprint(again) || fmt.Sprint(first) == fmt.Sprint(next) || fmt.Sprint(first[0]) == fmt.Sprint(first[1]) {
		t.Error("a second reading differs, or epochs and examples do not")
	}
	row := []float32{0}
	if ds, ok := o.Of(labelledTones{}, 1).(Described); !ok || ds.ReadAbout(3, row) != nil || row[0] != 1 || len(ds.About().Fields) != 1 {
		t.Errorf("what is known: %v, %v", ok, row)
	}
	if ds := (Sound{}).Of(tones{}, 1); ds != (tones{}) {
		t.Errorf("no changes: %T", ds)
	}
	if ds := o.Of(numbers{4, 4, 1}, 1); ds != (numbers{4, 4, 1}) {
		t.Errorf("pictures: %T", ds)
	}
}

func TestOptionsOfSoundOutOfRangeAreReported(t *testing.T) {
	var got []string
	report := func(key, format string, args ...any) { got = append(got, key+": "+fmt.Sprintf(format, args...)) }
	Sound{Delay: 8, Stretch: 0.6, Bend: 4, Gain: -1}.Check(report, 4, 8)
	want := "delay: 8, want a number from 0 to 7, less than the 8 frames of a sound; stretch: 0.6, want a share from 0 to 0.5; " +
		"bend: 4, want a number from 0 to 3, less than the 4 bands; gain: -1, want a number of dB from 0 to 100"
	if strings.Join(got, "; ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
