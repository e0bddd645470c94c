package sound

import (
	"slices"
	"testing"

	"latentspace/example"
)

func TestSpectrogramsAreJoined(t *testing.T) {
	tr := New(example.Spectrograms(2, 1, speech).Fields[0])
	a, b := []float32{1, 1, 1, 2, 2, 2}, []float32{5, 5, 5, 6, 6, 6}
	for overlap, want := range map[int][]float32{
		0: {1, 1, 1, 5, 5, 5, 2, 2, 2, 6, 6, 6},
		1: {1, 1, 3, 5, 5, 2, 2, 4, 6, 6},
		2: {1, 2, 4, 5, 2, 3, 5, 6},
	} {
		if got := tr.Chain([][]float32{a, b}, overlap); !slices.Equal(got, want) {
			t.Errorf("overlap %d: got %v, want %v", overlap, got, want)
		}
	}
	if got := tr.Chain([][]float32{a}, 2); !slices.Equal(got, a) {
		t.Errorf("one alone: got %v, want itself", got)
	}
}
