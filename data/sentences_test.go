package data

import (
	"slices"
	"strings"
	"testing"

	"latentspace/data/division"
	"latentspace/data/sentences"
	"latentspace/example"
)

func someSentences(unit string) Sentences {
	return Sentences{Unit: unit, Shuffled: division.Shuffled{Train: 300, Valid: 40, Test: 50, Seed: 1}}
}

// textsIn are the texts of a data set.
func textsIn(t *testing.T, ds Dataset) (all []string) {
	t.Helper()
	f := ds.Schema().Fields[0]
	row := make([]float32, ds.Schema().Width())
	for i := range ds.Len() {
		if err := ds.Read(i, row); err != nil {
			t.Fatal(err)
		}
		all = append(all, f.Spell(row))
	}
	return all
}

func TestSentencesAreOfTheirFactors(t *testing.T) {
	for _, unit := range []string{"word", "char"} {
		s := open(t, someSentences(unit))
		seen := map[string]bool{}
		for k, ds := range []Dataset{s.Train, s.Valid, s.Test} {
			if want := []int{300, 40, 50}[k]; ds.Len() != want {
				t.Errorf("%s: split %d has %d sentences, want %d", unit, k, ds.Len(), want)
			}
			if err := ds.Schema().Check(); err != nil || !ds.Schema().IsText() {
				t.Errorf("%s: %v, want a text", unit, err)
			}
			columns := columnsOf(t, ds)
			for i, text := range textsIn(t, ds) {
				var f sentences.Factors
				for k, c := range columns {
					f[k] = int(c.Values[i])
				}
				if got := f.Sentence(); got != text || sentences.Read(text) != f {
					t.Errorf("%s: %q is of the factors of %q", unit, text, got)
				}
				if seen[text] {
					t.Errorf("%s: %q is there twice", unit, text)
				}
				seen[text] = true
			}
		}
	}
}

func TestRowsOfTextEndAndArePadded(t *testing.T) {
	ds := open(t, someSentences("word")).Train
	row := make([]float32, ds.Schema().Width())
	for i := range ds.Len() {
		if err := ds.Read(i, row); err != nil {
			t.Fatal(err)
		}
		end := slices.Index(row, 0)
		if end < 5 || slices.ContainsFunc(row[:end], func(v float32) bool { return v < 1 }) || slices.ContainsFunc(row[end+1:], func(v float32) bool { return v != -1 }) {
			t.Fatalf("row %d is %v, want tokens, 0 and then −1 alone", i, row)
		}
	}
	if err := ds.Read(0, row[1:]); err == nil || err.Error() != "data: example 0: room for 12 values, want 13" {
		t.Errorf("too little room: got %v", err)
	}
	if err := ds.(Described).ReadAbout(300, row[:8]); err == nil || err.Error() != "data: example 300, want one from 0 to 299" {
		t.Errorf("what is known of no sentence: got %v", err)
	}
}

func TestSentencesHaveTheSameTokensEverywhere(t *testing.T) {
	// Pinned: a change of a digest is a change of the data, for the changelog.
	for unit, want := range map[string]string{
		"word": "2f697c0f9b404fd16e3977ae74c50d1801cd1f27c816cf1009e59fdcaeda0d84",
		"char": "3c5c2f42f5c31ba755c35cd08ecd79230d11c236f5d06f90909def848f5c05f0",
	} {
		if got := open(t, someSentences(unit)).SHA256; got != want {
			t.Errorf("%s: SHA-256 %s, want %s", unit, got, want)
		}
	}
	other := someSentences("word")
	other.Seed = 2
	if open(t, other).SHA256 == open(t, someSentences("word")).SHA256 {
		t.Error("two seeds draw the same sentences")
	}
}

func TestWrongOptionsOfSentences(t *testing.T) {
	_, err := Sentences{Unit: "bpe", Shuffled: division.Shuffled{Train: 921_600, Test: 1}}.Open(t.Context())
	want := strings.Join([]string{
		`data: sentences: unit: "bpe", want word or char`,
		"data: sentences: train: 921600, with 0 to choose by and 1 to test on, want at most the 921600 examples of the set in all",
	}, "\n")
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if c, ok := ClassField(open(t, someSentences("word")).Train); !ok || c.Name != "tense" || c.Kind != example.Category {
		t.Errorf("the class is %+v, want the tense", c)
	}
}
