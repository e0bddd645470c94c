package data

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"latentspace/data/draw"
)

var fewGlyphs = Glyphs{Pictures: Pictures{Valid: 100}, Train: 1000, Test: 200, Seed: 1}

func TestGlyphsHaveTheSameBitsEverywhere(t *testing.T) {
	// Pinned: a change of the digest is a change of the data, for the changelog.
	g, err := drawGlyphs(t.Context(), 1, trainSplit, 200)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(g.pixels.Bytes())
	if got, want := hex.EncodeToString(sum[:]), "9487a5f4383d2da9d45a3262a67dffbe6b0611b08a4048cdf64cc37aa485377d"; got != want {
		t.Errorf("SHA-256 of 200 glyphs: got %s, want %s", got, want)
	}
}

func TestGlyphsDependOnSeedSplitAndIndexAlone(t *testing.T) {
	draw := func(seed, split uint64, n int) []byte {
		g, err := drawGlyphs(t.Context(), seed, split, n)
		if err != nil {
			t.Fatal(err)
		}
		return g.pixels.Bytes()
	}
	many := draw(1, trainSplit, 700)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if few := draw(1, trainSplit, 30); !bytes.Equal(few, many[:len(few)]) {
		t.Error("a glyph depends on the number of glyphs or of processors")
	}
	if other := draw(2, trainSplit, 30); bytes.Equal(other, many[:len(other)]) {
		t.Error("two seeds draw the same")
	}
	if other := draw(1, testSplit, 30); bytes.Equal(other, many[:len(other)]) {
		t.Error("two splits draw the same")
	}
}

func TestGlyphsAreBalancedAndShuffled(t *testing.T) {
	s := open(t, fewGlyphs)
	train, valid, labels := s.Train, s.Valid, labelsOf(t, s.Train)
	if train.Len() != 900 || valid.Len() != 100 || s.Test.Len() != 200 {
		t.Fatalf("got %d, %d and %d glyphs, want 900, 100 and 200", train.Len(), valid.Len(), s.Test.Len())
	}
	var first [10]int
	for from := 0; from < train.Len(); from += 10 {
		var seen [10]bool
		for i := from; i < from+10; i++ {
			seen[labels[i]] = true
		}
		if slices.Contains(seen[:], false) {
			t.Fatalf("glyphs %d to %d do not have every digit", from, from+9)
		}
		first[labels[from]]++
	}
	// Each of 90 blocks starts with a digit of ten: 9 of each, deviation 2.8.
	if slices.Max(first[:]) > 9+14 || slices.Min(first[:]) == 0 {
		t.Errorf("digits at the start of a block of ten: %v, want about 9 each", first)
	}
}

func TestGlyphFactors(t *testing.T) {
	s := open(t, fewGlyphs)
	whole := open(t, Glyphs{Train: 1000, Seed: 1})
	names := []string{"class", "style", "slant", "scale", "stroke", "rotation", "shift_x", "shift_y"}
	if got := whole.Train.(Described).About().Names(); !slices.Equal(got, names) {
		t.Errorf("names %v, want %v", got, names)
	}
	if got, want := sizesOf(whole.Train), []int{10, len(draw.Styles()), 0, 0, 0, 0, 0, 0}; !slices.Equal(got, want) {
		t.Errorf("%v values, want %v", got, want)
	}
	columns, held, labels := columnsOf(t, whole.Train), columnsOf(t, s.Valid), labelsOf(t, whole.Train)
	styles := map[float64]bool{}
	for i := range whole.Train.Len() {
		_, f := glyph(1, trainSplit, i)
		want := []float64{float64(f.Class), float64(f.Style), f.Slant, f.Scale, f.Stroke, f.Rotation, f.ShiftX, f.ShiftY}
		for k, v := range want {
			if got := columns[k].Values[i]; got != v || i >= 900 && got != held[k].Values[i-900] {
				t.Fatalf("glyph %d: %s %v, want %v, held out or not", i, names[k], got, v)
			}
		}
		if f.Class != labels[i] {
			t.Fatalf("glyph %d: class %d, want its label %d", i, f.Class, labels[i])
		}
		if math.Abs(f.Slant-0.075) > 0.275 || math.Abs(f.Scale-0.975) > 0.125 || math.Abs(f.Stroke-0.1) > 0.8 ||
			math.Abs(f.Rotation) > 0.2 || math.Abs(f.ShiftX) > 1.5 || math.Abs(f.ShiftY) > 1.5 {
			t.Fatalf("glyph %d: factors %+v, want them in their ranges", i, f)
		}
		styles[want[1]] = true
	}
	if len(styles) != len(draw.Styles()) {
		t.Errorf("%d styles occur in a thousand glyphs, want %d", len(styles), len(draw.Styles()))
	}
}

func TestGlyphsHaveTheInkOfMNIST(t *testing.T) {
	// MNIST's mean grey is 0.1307 and its deviation 0.3081.
	ds := open(t, fewGlyphs).Train
	x := make([]float32, draw.DigitSide*draw.DigitSide)
	var sum, squares, border float64
	for i := range ds.Len() {
		if err := ds.Read(i, x); err != nil {
			t.Fatal(err)
		}
		var ink float64
		for k, v := range x {
			ink += float64(v)
			squares += float64(v) * float64(v)
			if k < draw.DigitSide || k >= draw.DigitSide*(draw.DigitSide-1) || k%draw.DigitSide == 0 || k%draw.DigitSide == draw.DigitSide-1 {
				border += float64(v)
			}
		}
		if mean := ink / float64(len(x)); mean < 0.02 || mean > 0.35 {
			t.Errorf("glyph %d has mean grey %.3f, want 0.02 to 0.35", i, mean)
		}
		sum += ink
	}
	n := float64(ds.Len() * len(x))
	mean, deviation := sum/n, math.Sqrt(squares/n-sum/n*sum/n)
	if math.Abs(mean-0.1307) > 0.015 || math.Abs(deviation-0.3081) > 0.02 {
		t.Errorf("mean %.4f and deviation %.4f, want about 0.1307 and 0.3081", mean, deviation)
	}
	if border > 0.001*sum {
		t.Errorf("%.2f %% of the ink is at the border, want less than 0.1 %%", 100*border/sum)
	}
}

func TestGlyphsOutsideTheirRanges(t *testing.T) {
	g := fewGlyphs
	g.Valid, g.Test = 1000, -1
	_, err := g.Open(t.Context())
	want := strings.Join([]string{
		"data: glyphs: test: -1, want a number from 0 to 10000000",
		"data: glyphs: valid: 1000, want less than the 1000 examples of the training set",
	}, "\n")
	if err == nil || err.Error() != want {
		t.Errorf("got error %v, want %q", err, want)
	}
}
