package data

import (
	archive "archive/zip"
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mewkiz/flac"
	"github.com/mewkiz/flac/frame"
	"github.com/mewkiz/flac/meta"

	"latentspace/data/wav"
	"latentspace/nn/elementary"
)

// tone is a WAV file of a sine.
func tone(t testing.TB, hz float64, rate int, seconds, amplitude float64) []byte {
	t.Helper()
	x := make([]float32, int(math.Round(seconds*float64(rate))))
	for i := range x {
		turns := hz * float64(i) / float64(rate)
		sin, _ := elementary.Circle(turns - math.Floor(turns))
		x[i] = float32(amplitude * sin)
	}
	var b bytes.Buffer
	if err := wav.Encode(&b, rate, x); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// recordings is a folder of 12 sounds of 0.1 to 0.21 s, two notes by six players.
func recordings(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for i := range 12 {
		note, player := []string{"low", "high"}[i%2], string(rune('a'+i/2))
		name := fmt.Sprintf("%s_%s_%d.wav", note, player, i%3)
		store(t, filepath.Join(dir, name), tone(t, []float64{500, 2000}[i%2], 8000, 0.1+float64(i)/100, 0.1+float64(i)/20))
	}
	return dir
}

const recordingNames = `(?P<note>\w+)_(?P<player>\w)_(?P<take>\d)`

// soundOf is the kind with few bands and frames of 10 ms.
func soundOf(dir string) Sound {
	m := Sources["sound"]().(Sound)
	m.Dir, m.Rate, m.Seconds, m.Mels, m.Window, m.Hop, m.Valid, m.Test = dir, 8000, 0.16, 8, 20, 10, 3, 3
	return m
}

func TestSoundsAreTheFilesOfAFolder(t *testing.T) {
	m := soundOf(recordings(t))
	m.Pattern = recordingNames
	s := open(t, m)
	if s.Train.Len() != 6 || s.Valid.Len() != 3 || s.Test.Len() != 3 {
		t.Fatalf("%d, %d and %d sounds, want 6, 3 and 3", s.Train.Len(), s.Valid.Len(), s.Test.Len())
	}
	want := []string{
		"sounds in a folder: 12 of 8000 Hz; 0.1 to 0.21 s long", "5 of 12 are longer than 0.16 s and are cut",
		"6 of 12 are shorter than 0.16 s and end in silence",
	}
	if !slices.Equal(s.Notes, want) {
		t.Errorf("notes %q, want %q", s.Notes, want)
	}
	schema := s.Train.Schema()
	if !slices.Equal(schema.Shape(), []int{8, 16, 1}) || !schema.IsSound() || schema.Check() != nil {
		t.Fatalf("examples are %v, want sounds (8, 16, 1); %v", schema, schema.Check())
	}
	x := make([]float32, 8*16)
	for _, ds := range []Dataset{s.Train, s.Valid, s.Test} {
		classes, err := ClassesOf(ds, ds.Len())
		if err != nil || classes.Name != "note" || !slices.Equal(classes.Names, []string{"high", "low"}) {
			t.Fatalf("classes %v, %v, want high and low notes", classes, err)
		}
		for i, label := range classes.Labels {
			if err := ds.Read(i, x); err != nil {
				t.Fatal(err)
			}
			loudest := 0
			for y := range 8 {
				if x[y*16+5] > x[loudest*16+5] {
					loudest = y
				}
			}
			// The 8 bands are 2146/9 mel apart: 500 Hz are 607 mel, near the middle of band 2 of 0 to
			// 7, and 2000 Hz are 1521, near that of band 5. The highest is on top.
			if want := 7 - []int{5, 2}[label]; loudest != want {
				t.Errorf("a %s note is loudest in row %d, want %d", classes.Names[label], loudest, want)
			}
			// Each is as loud as can be, however soft its file is.
			if v := x[loudest*16+5]; v < 0.94 || v > 1 {
				t.Errorf("a level of %v, want about 1", v)
			}
		}
	}
}

func TestSoundsAreHeldOutByAnAttribute(t *testing.T) {
	m := soundOf(recordings(t))
	m.Pattern, m.TestWhere, m.Test = recordingNames, "take=0,2", Sources["sound"]().(Sound).Test
	s := open(t, m)
	if s.Train.Len() != 1 || s.Valid.Len() != 3 || s.Test.Len() != 8 {
		t.Fatalf("%d, %d and %d sounds, want 1, 3 and the 8 of takes 0 and 2", s.Train.Len(), s.Valid.Len(), s.Test.Len())
	}
	x := s.Test.(interface{ Name(int) string })
	for i := range s.Test.Len() {
		if strings.HasSuffix(x.Name(i), "_1.wav") {
			t.Errorf("%s is to test on, want takes 0 and 2", x.Name(i))
		}
	}
	if names := s.Test.(Described).About().Names(); !slices.Equal(names, []string{"note", "player"}) {
		t.Errorf("known are %q, want the note and the player alone", names)
	}
}

// What is in files of other forms is the same sound.
func TestEveryFileCountsAndNoneVanishes(t *testing.T) {
	dir := t.TempDir()
	store(t, filepath.Join(dir, "a", "44.wav"), tone(t, 440, 44100, 0.3, 0.5))
	store(t, filepath.Join(dir, "a", "silence.WAV"), tone(t, 440, 8000, 0.16, 0))
	store(t, filepath.Join(dir, "b", "short.wav"), tone(t, 440, 8000, 0.001, 0.5))
	store(t, filepath.Join(dir, "b", "slow.wav"), tone(t, 440, 2000, 0.16, 0.5))
	cut := tone(t, 440, 8000, 0.16, 0.5)
	store(t, filepath.Join(dir, "b", "cut.wav"), cut[:len(cut)-100])
	store(t, filepath.Join(dir, "b", "song.mp3"), []byte("ID3"))
	store(t, filepath.Join(dir, "b", "notes.txt"), []byte("x"))
	m := soundOf(dir)
	m.Valid, m.Test = 0, 0
	s := open(t, m)
	want := []string{
		"sounds in a folder: 3 of 8000 Hz, 1 of 2000 Hz, 1 of 44100 Hz; 0.001 to 0.3 s long",
		"2 of 5 have other rates than 8000 Hz and are resampled",
		"1 of 5 has a rate of less than 8000 Hz: there is silence in the highest bands",
		"1 of 5 is longer than 0.16 s and is cut",
		"2 of 5 are shorter than 0.16 s and end in silence",
		"1 of 5 has no sound, only silence",
		"b/cut.wav says that it has 2560 bytes of samples and has 2460: the file is cut off, or its length was never filled in",
		"passed over: 1 .txt files, 1 MP3 files, which ffmpeg converts to WAV",
	}
	if !slices.Equal(s.Notes, want) {
		t.Errorf("notes\n%s\nwant\n%s", strings.Join(s.Notes, "\n"), strings.Join(want, "\n"))
	}
	x := make([]float32, s.Train.Schema().Width())
	for i, silent := range []bool{false, true, false, false, false} { // 44, silence, cut, short, slow
		if err := s.Train.Read(i, x); err != nil {
			t.Fatal(err)
		}
		if got := slices.Max(x) == 0; got != silent {
			t.Errorf("sound %d is silent: %v, want %v", i, got, silent)
		}
	}
	if s.Train.Len() != 5 || !slices.Equal(labelsOf(t, s.Train), []int{0, 0, 1, 1, 1}) {
		t.Errorf("classes %v, want those of the folders", labelsOf(t, s.Train))
	}
}

func TestFLACIsTheSameSound(t *testing.T) {
	dir := t.TempDir()
	plain := tone(t, 440, 8000, 0.16, 0.5)
	w, err := wav.Decode(plain)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	n := len(w.Samples)
	e, err := flac.NewEncoder(&b, &meta.StreamInfo{BlockSizeMin: uint16(n), BlockSizeMax: uint16(n), SampleRate: 8000, NChannels: 1, BitsPerSample: 16})
	if err != nil {
		t.Fatal(err)
	}
	sub := &frame.Subframe{SubHeader: frame.SubHeader{Pred: frame.PredVerbatim}, NSamples: n}
	for _, v := range w.Samples {
		sub.Samples = append(sub.Samples, int32(v*32768))
	}
	header := frame.Header{BlockSize: uint16(n), SampleRate: 8000, Channels: frame.ChannelsMono, BitsPerSample: 16}
	if err := errors.Join(e.WriteFrame(&frame.Frame{Header: header, Subframes: []*frame.Subframe{sub}}), e.Close()); err != nil {
		t.Fatal(err)
	}
	store(t, filepath.Join(dir, "a.wav"), plain)
	store(t, filepath.Join(dir, "b.flac"), b.Bytes())
	m := soundOf(dir)
	m.Valid, m.Test = 0, 0
	s := open(t, m)
	x, y := make([]float32, 8*16), make([]float32, 8*16)
	if s.Train.Len() != 2 || s.Train.Read(0, x) != nil || s.Train.Read(1, y) != nil || !slices.Equal(x, y) || slices.Max(x) == 0 {
		t.Errorf("%d sounds, %v and %v, want the same twice", s.Train.Len(), x[:4], y[:4])
	}
}

func TestSilenceAroundASoundIsTrimmed(t *testing.T) {
	var b bytes.Buffer
	x := make([]float32, 2400)
	for i := 800; i < 1600; i++ {
		x[i] = float32(i%8)/8 - 0.4
	}
	if err := wav.Encode(&b, 8000, x); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	store(t, filepath.Join(dir, "a.wav"), b.Bytes())
	m := soundOf(dir)
	m.Valid, m.Test, m.Trim = 0, 0, 40
	y := make([]float32, 8*16)
	if err := open(t, m).Train.Read(0, y); err != nil {
		t.Fatal(err)
	}
	// A tenth of a second, ten frames, is left.
	if y[0] == 0 || y[9] == 0 || y[12] != 0 {
		t.Errorf("the highest band is %v, want sound in the first ten frames", y[:16])
	}
}

func TestSoundInAnArchiveIsTheSame(t *testing.T) {
	dir := recordings(t)
	var b bytes.Buffer
	w := archive.NewWriter(&b)
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(dir, e.Name()))
		f, _ := w.Create(e.Name())
		if _, err2 := f.Write(content); err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
	}
	w.Close()
	file := filepath.Join(t.TempDir(), "all.zip")
	store(t, file, b.Bytes())
	if got, want := open(t, soundOf(file)).SHA256, open(t, soundOf(dir)).SHA256; got != want {
		t.Errorf("the digest of the archive is %s, want that of the folder, %s", got, want)
	}
}

func TestAttributesOfSoundsComeFromATable(t *testing.T) {
	dir := recordings(t)
	table := "file,age\n"
	entries, _ := os.ReadDir(dir)
	for i, e := range entries {
		table += fmt.Sprintf("%s,%d\n", e.Name(), 20+i)
	}
	store(t, filepath.Join(dir, "about.csv"), []byte(table))
	m := soundOf(dir)
	m.Attributes = "about.csv"
	for _, c := range columnsOf(t, open(t, m).Test) {
		if c.Name != "age" || c.Values[0] < 20 {
			t.Errorf("%s is %v, want ages from 20", c.Name, c.Values)
		}
	}
}

func TestFoldersWithoutSoundAreRefused(t *testing.T) {
	empty, texts, bad := t.TempDir(), t.TempDir(), t.TempDir()
	store(t, filepath.Join(texts, "a.txt"), []byte("a"))
	store(t, filepath.Join(texts, "b.ogg"), []byte("OggS"))
	store(t, filepath.Join(bad, "a.wav"), tone(t, 440, 8000, 0.1, 0.5))
	store(t, filepath.Join(bad, "b.wav"), []byte("OggS"))
	few := recordings(t)
	for name, c := range map[string]struct {
		dir    string
		change func(m *Sound)
		want   string
	}{
		"no folder":            {"", nil, "dir: name a folder of files of WAV or FLAC"},
		"nowhere":              {filepath.Join(empty, "none"), nil, "there is no such file"},
		"an empty folder":      {empty, nil, "a folder without files of WAV or FLAC: it has no files"},
		"no sound":             {texts, nil, "a folder without files of WAV or FLAC: it has 1 .txt files, 1 OGG files, which ffmpeg converts to WAV"},
		"a damaged file":       {bad, nil, "1 of 2 files of sound is damaged, want at most a share of 0.01 (max_damaged): b.wav: an Ogg file, want a WAV file"},
		"too many to test on":  {few, func(m *Sound) { m.Test = 12 }, "test: 12, want less than the 12 sounds in all"},
		"too many to choose":   {few, func(m *Sound) { m.Valid = 9 }, "valid: 9, want less than the 9 sounds that are not to test on"},
		"names that differ":    {few, func(m *Sound) { m.Pattern = `(?P<n>\d)` }, "pattern: the name"},
		"no such attribute":    {few, func(m *Sound) { m.Test, m.TestWhere = Sources["sound"]().(Sound).Test, "take=0" }, `test_where: no attribute "take"`},
		"two ways to hold out": {few, func(m *Sound) { m.TestWhere = "take=0" }, `test_where: "take=0", with test 3, want one of both`},
		"a rate":               {few, func(m *Sound) { m.Rate = 0 }, "rate: 0, want a number of Hz from 1000 to 192000"},
		"a window":             {few, func(m *Sound) { m.Window = math.NaN() }, "window: NaN"},
		"a hop":                {few, func(m *Sound) { m.Hop = 21 }, "hop: 21, want a number of milliseconds up to the 20 of window"},
		"a length":             {few, func(m *Sound) { m.Seconds = 1e9 }, "seconds: 1e+09, want a number from 0 to 163.8"},
		"bands":                {few, func(m *Sound) { m.Mels = 1000 }, "mels: 1000, want a number of bands from 8 to 256"},
		"a highest band":       {few, func(m *Sound) { m.High = 5000 }, "high: 5000, with low 0, want a range from 0 to 4000 Hz"},
		"a floor":              {few, func(m *Sound) { m.Floor = 0 }, "floor: 0, with the ceiling 0"},
		"a level":              {few, func(m *Sound) { m.Level = "loud" }, `level: "loud", want peak or file`},
		"a trim":               {few, func(m *Sound) { m.Trim = -1 }, "trim: -1, want a number of dB"},
		"a delay":              {few, func(m *Sound) { m.Delay = 16 }, "delay: 16, want a number from 0 to 15"},
		"a pattern":            {few, func(m *Sound) { m.Pattern = "(" }, `pattern: "(" is no regular expression`},
	} {
		m := soundOf(c.dir)
		if c.change != nil {
			c.change(&m)
		}
		if _, err := m.Open(t.Context()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

func TestNewSoundsAreReadAsInTraining(t *testing.T) {
	dir := recordings(t)
	m := soundOf(dir)
	s := open(t, m)
	schema := s.Train.Schema()
	all, notes, err := Import(t.Context(), dir, m, schema, schema)
	if err != nil || all.Len() != 12 || !strings.HasPrefix(notes[0], "sounds in a folder") {
		t.Fatalf("a folder: %v, notes %q", err, notes)
	}
	for _, name := range []string{"high_a_1.wav", "low_b_2.wav"} {
		one, notes, err := Import(t.Context(), filepath.Join(dir, name), m, schema, schema)
		if err != nil || one.Len() != 1 || !slices.Equal(notes, []string{"it is shorter than 0.16 s and ends in silence"}) {
			t.Fatalf("%s: %v, notes %q", name, err, notes)
		}
		x, y := make([]float32, schema.Width()), make([]float32, schema.Width())
		i := slices.IndexFunc([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, func(i int) bool { return all.(interface{ Name(int) string }).Name(i) == name })
		if all.Read(i, x) != nil || one.Read(0, y) != nil || !slices.Equal(x, y) {
			t.Errorf("%s alone is not what it is among others", name)
		}
	}
	store(t, filepath.Join(dir, "text.wav"), []byte("hello"))
	for path, want := range map[string]string{
		filepath.Join(dir, "none.wav"): "there is no such file, want a file of WAV or FLAC",
		filepath.Join(dir, "text.wav"): `text.wav: a text that begins with "hello", want a WAV file`,
	} {
		if _, _, err := Import(t.Context(), path, m, schema, schema); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestSpokenDigitsHoldOutTheirFirstTakes(t *testing.T) {
	dir := os.Getenv("LATENTSPACE_DATA")
	if dir == "" {
		t.Skip("LATENTSPACE_DATA is not set")
	}
	m := Sources["sound"]().(Sound)
	m.Dir, m.Rate, m.Seconds, m.Hop = filepath.Join(dir, "spoken-digits"), 8000, 0.64, 10
	m.Pattern, m.TestWhere = `(?P<digit>\d)_(?P<speaker>\w+)_(?P<take>\d+)`, "take=0,1,2,3,4"
	s := open(t, m)
	if s.Train.Len() != 263 || s.Valid.Len() != 37 || s.Test.Len() != 300 {
		t.Errorf("%d, %d and %d sounds, want 263, 37 and 300", s.Train.Len(), s.Valid.Len(), s.Test.Len())
	}
	if field, _ := ClassField(s.Test); field.Name != "digit" || len(field.Words) != 10 {
		t.Errorf("the class is %s of %q, want ten digits", field.Name, field.Words)
	}
}
