package data

import (
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"

	"latentspace/data/division"
	"latentspace/data/synth"
)

var fewNotes = Notes{Train: 40, Valid: 10, Test: 10, Seed: 1}

func TestNotesHaveTheSameBitsEverywhere(t *testing.T) {
	// Pinned: a change of the digest is a change of the data, for the changelog.
	const want = "60cce9f385c8b7c7c1713eb57ad4470913740e0602b527297fe6d7dba1b6c3cb"
	if got := open(t, fewNotes).SHA256; got != want {
		t.Errorf("SHA-256 of 50 notes: got %s, want %s", got, want)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if got := open(t, fewNotes).SHA256; got != want {
		t.Errorf("by one processor: got %s, want %s", got, want)
	}
}

// The loudest band of a note is that of a harmonic, and what is known is what was sung.
func TestNotesAreWhatIsKnownOfThem(t *testing.T) {
	s := open(t, fewNotes)
	if s.Train.Len() != 30 || s.Valid.Len() != 10 || s.Test.Len() != 10 {
		t.Fatalf("%d, %d and %d notes, want 30, 10 and 10", s.Train.Len(), s.Valid.Len(), s.Test.Len())
	}
	schema := s.Train.Schema()
	if got := fmt.Sprint(schema.Shape()); got != "[64 64 1]" || !schema.IsSound() || schema.Check() != nil {
		t.Fatalf("examples of shape %s, want sounds (64, 64, 1); %v", got, schema.Check())
	}
	columns := columnsOf(t, s.Train)
	x := make([]float32, 64*64)
	count := map[float64]int{}
	for i := range s.Train.Len() {
		if err := s.Train.Read(i, x); err != nil {
			t.Fatal(err)
		}
		count[columns[0].Values[i]]++
		hz := synth.Hertz(columns[1].Values[i])
		loudest := 0
		for y := range 64 {
			if x[y*64+20] > x[loudest*64+20] {
				loudest = y
			}
		}
		mel := 2146.06 / 65 * float64(64-loudest)
		at := 700 * (math.Pow(10, mel/2595) - 1)
		width := (at + 700) * 2146.06 / 65 / 2595 * math.Ln10
		if off := math.Abs(at - hz*max(1, math.Round(at/hz))); off > width {
			t.Errorf("note %d of %.0f Hz is loudest at %.0f ± %.0f Hz, which is no harmonic", i, hz, at, width)
		}
		want := fmt.Sprintf("%s %.1f", columns[0].Words[int(columns[0].Values[i])], columns[1].Values[i])
		if got := s.Train.(interface{ Name(int) string }).Name(i); got != want {
			t.Errorf("note %d is called %q, want %q", i, got, want)
		}
	}
	for vowel := range 5 {
		if count[float64(vowel)] != 6 {
			t.Errorf("%d notes of vowel %d, want 6 of 30", count[float64(vowel)], vowel)
		}
	}
}

func TestNotesOutOfRangeAreRefused(t *testing.T) {
	for want, n := range map[string]Notes{
		"train: 0, want a number from 1":     {Valid: division.Auto},
		"test: -1, want a number from 0":     {Train: 10, Test: -1, Valid: division.Auto},
		"valid: 10, want a number from 0 to": {Train: 10, Valid: 10},
	} {
		if _, err := n.Open(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
