package data

import (
	"errors"
	"slices"
	"testing"

	"latentspace/data/keyed"
	"latentspace/example"
)

func TestBinarisation(t *testing.T) {
	// 1000 values of probability p: the mean has a deviation of at most 0.016.
	ds := Binarized(ramp{4, 1000}, 1)
	mean := func(x []float32) (m float64) {
		for _, v := range x {
			if v != 0 && v != 1 {
				t.Fatalf("binarised value %v, want 0 or 1", v)
			}
			m += float64(v) / float64(len(x))
		}
		return m
	}
	near := func(got, p float64) bool { return got-p < 0.08 && p-got < 0.08 && (p != 0 || got == 0) }

	first := map[int][]float32{}
	for _, b := range take(t, ds, StreamOptions{Batch: 4, Seed: 1}, 2) {
		for k, i := range b.Index {
			x := b.X.Data[1000*k : 1000*(k+1)]
			if !near(mean(x), float64(i)/4) {
				t.Errorf("epoch %d, example %d: mean %v, want about %v", b.Epoch, i, mean(x), float64(i)/4)
			}
			if b.Epoch == 0 {
				first[i] = x
			} else if i > 0 && slices.Equal(first[i], x) {
				t.Errorf("example %d has the same values in two epochs", i)
			}
		}
	}

	fixed, again := make([]float32, 4000), make([]float32, 2000)
	if err := errors.Join(ReadBatch(ds, 0, 4, fixed, nil), ReadBatch(ds, 1, 3, again, nil)); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(fixed[1000:3000], again) {
		t.Error("fixed binarisation depends on the batch, want on the example alone")
	}
	for i := range 4 {
		if got := mean(fixed[1000*i : 1000*(i+1)]); !near(got, float64(i)/4) {
			t.Errorf("fixed, example %d: mean %v, want about %v", i, got, float64(i)/4)
		}
	}
}

func TestBinarisationKeepsBlackAndWhite(t *testing.T) {
	x := make([]float32, 10_000)
	for k := range x {
		x[k] = float32(k % 2)
	}
	d, want := keyed.New(1, "test"), slices.Clone(x)
	if binarize(&d, x); !slices.Equal(x, want) {
		t.Error("a value of 0 or 1 changed")
	}
}

// The bits of a drawn example are pinned: a change here changes what every run learns from.
func TestBinarisationHasTheBitsThatItAlwaysHad(t *testing.T) {
	ds := Binarized(ramp{4, 16}, 7).(Anew)
	word := func(x []float32) (w uint16) {
		for k, v := range x {
			w |= uint16(v) << k
		}
		return w
	}
	x := make([]float32, 16)
	for _, c := range []struct {
		name string
		read func() error
		want uint16
	}{
		{"once and for all", func() error { return ds.Read(2, x) }, 0x6576},
		{"in epoch 0", func() error { return ds.ReadEpoch(0, 2, x) }, 0x2691},
		{"in epoch 3", func() error { return ds.ReadEpoch(3, 2, x) }, 0xc8ed},
	} {
		if err := c.read(); err != nil || word(x) != c.want {
			t.Errorf("%s: got %#04x, want %#04x, %v", c.name, word(x), c.want, err)
		}
	}
}

func TestABinarisedSetIsWhatItsSetIs(t *testing.T) {
	ds := open(t, fewGlyphs).Train
	b := Binarized(ds, 1)
	if f := b.Schema().Fields[0]; f.Kind != example.Binary || ds.Schema().Fields[0].Kind != example.Unit {
		t.Errorf("the values are %s, want binary, and those of the set in [0, 1]", f.Kind)
	}
	if !b.(Described).About().Equal(ds.(Described).About()) || !slices.Equal(labelsOf(t, b), labelsOf(t, ds)) {
		t.Error("what is known is not what is of the set")
	}
	if _, ok := Binarized(ramp{4, 2}, 1).(Described); ok {
		t.Error("something is known of a binarised set of which nothing is")
	}
}
