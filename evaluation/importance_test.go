package evaluation

import (
	"slices"
	"strconv"
	"testing"

	"latentspace/data"
	"latentspace/models/families"
)

// What comes back of texts is said of words, by how often each is in a text: of one that every text has
// once, such as "The", nothing varies.
func TestWordsAreRankedByWhatComesBack(t *testing.T) {
	g := data.Sources["sentences"]().(data.Sentences)
	g.Train, g.Valid, g.Test = 100, 10, 40
	s := opened(t, g)
	m := newMeasurement(subject(learned(t, families.Models["textvae"](), "textvae", s.Train, 0, 1e-3), s), Options{Seed: 1})
	table, err := m.importantFeatures(t.Context(), 40)
	if err != nil {
		t.Fatal(err)
	}
	if len(table.Rows) != shownImportant {
		t.Errorf("got %d words, want %d", len(table.Rows), shownImportant)
	}
	words := s.Train.Schema().Fields[0].Words
	for i, name := range table.Rows {
		word, err := strconv.Unquote(name)
		if err != nil || !slices.Contains(words, word) {
			t.Errorf("row %d is %s, want a word", i, name)
		}
		if variance := table.Values[i][1]; word == "The" && variance != 0 {
			t.Errorf("how often there is %q varies by %v, want 0", word, variance)
		}
	}
}
