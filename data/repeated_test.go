package data

import (
	"slices"
	"testing"

	"latentspace/example"
)

// numberedSet is examples of one value, the epoch and their number.
type numberedSet struct{ n int }

func (s numberedSet) Len() int               { return s.n }
func (s numberedSet) Schema() example.Schema { return example.Points(2) }
func (s numberedSet) Read(i int, dst []float32) error {
	return s.ReadEpoch(-1, i, dst)
}
func (s numberedSet) ReadEpoch(epoch, i int, dst []float32) error {
	dst[0], dst[1] = float32(epoch), float32(i)
	return nil
}

func TestASmallSetIsRepeated(t *testing.T) {
	ds := Repeated(numberedSet{3}, 7)
	if ds.Len() != 9 {
		t.Errorf("3 examples, at least 7: got %d, want 9", ds.Len())
	}
	got := make([]float32, 2)
	if err := ds.Read(7, got); err != nil || !slices.Equal(got, []float32{-1, 1}) {
		t.Errorf("example 7: got %v, %v, want number 1", got, err)
	}
	// In epoch 5 it comes for the third time: that of epoch 5·3 + 2.
	if err := ds.(Anew).ReadEpoch(5, 7, got); err != nil || !slices.Equal(got, []float32{17, 1}) {
		t.Errorf("example 7 of epoch 5: got %v, %v, want number 1 of epoch 17", got, err)
	}
	if err := ds.Read(9, got); err == nil {
		t.Error("there is an example 9")
	}
	if same := Repeated(numberedSet{7}, 7); same != (Dataset)(numberedSet{7}) {
		t.Errorf("7 examples, at least 7: got %v, want the set itself", same)
	}
}

func TestARepeatedSetKnowsWhatTheSetDoes(t *testing.T) {
	splits, err := openGlyphs(t)
	if err != nil {
		t.Fatal(err)
	}
	ds := Repeated(splits.Test, 120).(Described)
	want, got := make([]float32, ds.About().Width()), make([]float32, ds.About().Width())
	if err := ds.ReadAbout(103, got); err != nil {
		t.Fatal(err)
	}
	if err := splits.Test.(Described).ReadAbout(3, want); err != nil || !slices.Equal(got, want) {
		t.Errorf("what is known of example 103: got %v, %v, want %v", got, err, want)
	}
}
