package data

import (
	"context"
	"fmt"

	"latentspace/data/division"
	"latentspace/data/keyed"
	"latentspace/data/soundset"
	"latentspace/data/synth"
	"latentspace/example"
)

// Notes is notes that the program sings, as spectrograms (64, 64, 1) of 0.64 seconds at 8,000 Hz: one
// of five vowels at any pitch of two octaves. An example depends on the seed, its split and its index,
// and has the same bits on every machine; each five in a row have every vowel once.
type Notes struct {
	Train int            `yaml:"train"` // notes to train on, with those of Valid, from 1 to 10,000,000
	Valid division.Count `yaml:"valid"` // notes of these that are held out to choose by: with auto an eighth, at most 5,000
	Test  int            `yaml:"test"`  // notes held out to report on, from 0 to 10,000,000
	Seed  uint64         `yaml:"seed"`  // of the notes

	Labels   `yaml:",inline"`
	Outliers `yaml:",inline"`
}

// noteFrames are how notes become spectrograms.
var noteFrames = soundset.Frames{Rate: 8000, Seconds: 0.64, Mels: 64, Window: 40, Hop: 10, Floor: -80}

// Check reports options outside their ranges.
func (n Notes) Check(report func(key, format string, args ...any)) {
	division.CheckCount(report, "train", n.Train, 1)
	division.CheckCount(report, "test", n.Test, 0)
	if n.Valid != division.Auto && (n.Valid < 0 || int(n.Valid) >= n.Train) {
		report("valid", "%d, want a number from 0 to %d, less than train", int(n.Valid), n.Train-1)
	}
	n.Labels.check(report, n.Train)
	n.Outliers.check(report)
}

// Open implements [Source]. The splits are [Described] by
//
//	vowel       the vowel
//	pitch       semitones, 48 … 72, where 69 is 440 Hz
//	brightness  0 … 1: harmonic h has h^−(2 − 1.5·brightness) of the first, times the vowel's gain
//	attack      seconds until the note is as loud as it will be, 0.005 … 0.15
//	decay       seconds in which it then falls by a factor of e, 0.1 … 0.8
func (n Notes) Open(ctx context.Context) (*Splits, error) {
	if err := checked("notes", n.Check); err != nil {
		return nil, err
	}
	train, err := n.sing(ctx, trainSplit, n.Train)
	if err != nil {
		return nil, fmt.Errorf("data: notes: %w", err)
	}
	test, err := n.sing(ctx, testSplit, n.Test)
	if err != nil {
		return nil, fmt.Errorf("data: notes: %w", err)
	}
	index := make([]int, n.Train)
	for i := range index {
		index[i] = i
	}
	held := n.Train - n.Valid.HeldOut(n.Train)
	s := splitSounds(train.Part(index[:held]), train.Part(index[held:]), test)
	s.Labels = n.Labels
	return s, s.setApart(n.Outliers)
}

// note returns the factors of a note.
func (n Notes) note(split uint64, i int) synth.Note {
	names := synth.Vowels()
	order := keyed.New(n.Seed, "notes.vowels", split, uint64(i/len(names)))
	vowels := make([]int, len(names))
	order.Permute(vowels)
	d := keyed.New(n.Seed, "notes.note", split, uint64(i))
	return synth.Draw(&d, vowels[i%len(names)])
}

// sing makes the first notes of a split.
func (n Notes) sing(ctx context.Context, split uint64, count int) (*soundset.Set, error) {
	fields := []example.Field{{Name: "vowel", Kind: example.Category, Words: synth.Vowels(), View: example.Cell}}
	for _, name := range []string{"pitch", "brightness", "attack", "decay"} {
		fields = append(fields, example.Field{Name: name, Kind: example.Real, View: example.Cell})
	}
	return soundset.Make(ctx, soundset.Recipe{
		N: count, Schema: noteFrames.Schema(), Reading: soundset.Reading{Level: soundset.Peak}, About: example.Schema{Fields: fields},
		Sound: func(i int, x, about []float32) string {
			note := n.note(split, i)
			note.Samples(x, noteFrames.Rate)
			copy(about, []float32{float32(note.Vowel), float32(note.Pitch), float32(note.Brightness), float32(note.Attack), float32(note.Decay)})
			return fmt.Sprintf("%s %.1f", fields[0].Words[note.Vowel], note.Pitch)
		},
	})
}
