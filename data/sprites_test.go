package data

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"math/bits"
	"runtime"
	"slices"
	"strings"
	"testing"

	"latentspace/data/division"
	"latentspace/data/draw"
	"latentspace/data/dsprites"
)

// fewSprites are the 768 of a small grid.
var fewSprites = Sprites{Shuffled: division.Shuffled{Valid: 100, Test: 50, Seed: 1}, Grid: SpriteGrid{Scales: 2, Rotations: 8, Positions: 4}}

// white counts the white pixels of a picture, and returns their mean place.
func white(m draw.Bitmap) (n int, centre [2]float64) {
	for y, row := range m {
		n += bits.OnesCount64(row)
		for x := range draw.SpriteSide {
			if row>>x&1 == 1 {
				centre[0] += float64(x) + 0.5
				centre[1] += float64(y) + 0.5
			}
		}
	}
	centre[0] /= float64(n)
	centre[1] /= float64(n)
	return n, centre
}

func TestSpritesAreWhereTheirPositionSays(t *testing.T) {
	g := SpriteGrid{Scales: 6, Rotations: 40, Positions: 32}
	v := g.values()
	step := 32. / 31
	for shape := range draw.Shapes() {
		for x := range uint16(32) {
			p := dsprites.Place{uint16(shape), 5, 7, x, 31 - x}
			_, c := white(v.Sprite(p).Draw())
			if wx, wy := 16+step*float64(x), 48-step*float64(x); math.Abs(c[0]-wx) > 0.25 || math.Abs(c[1]-wy) > 0.25 {
				t.Errorf("%s at %v: centre (%.2f, %.2f), want (%.2f, %.2f)", draw.Shapes()[shape], p, c[0], c[1], wx, wy)
			}
		}
	}
}

func TestSpritesTurnCounterClockwiseAndHaveTheirSymmetries(t *testing.T) {
	// The turn after which a shape is itself, and not before.
	v := SpriteGrid{Scales: 3, Rotations: 40, Positions: 5}.values()
	for shape, period := range []uint16{10, 20, 40} {
		at := func(rotation uint16) draw.Bitmap {
			return v.Sprite(dsprites.Place{uint16(shape), 2, rotation, 1, 3}).Draw()
		}
		for k := range uint16(40) {
			for other := range k {
				if same := at(k) == at(other); same != ((k-other)%period == 0) {
					t.Errorf("%s turned by %d and by %d fortieths: the same is %v", draw.Shapes()[shape], k, other, same)
				}
			}
		}
	}
	// The heart has its point below; a quarter turn puts it on the right.
	heart := func(turns float64) (right, above int) {
		m := draw.Sprite{Shape: 2, Scale: 1, Turns: turns, X: 32, Y: 32}.Draw()
		for y, row := range m {
			for x := range draw.SpriteSide {
				if row>>x&1 == 0 {
					continue
				}
				right = max(right, x-31)
				above = max(above, 32-y)
			}
		}
		return right, above
	}
	right, above := heart(0)
	turned, _ := heart(0.25)
	if right != 9 || above != 8 || turned != 10 {
		t.Errorf("the heart reaches %d to the right and %d up, and turned %d to the right, want 9, 8 and 10", right, above, turned)
	}
}

func TestSplitsOfSpritesAreTheGrid(t *testing.T) {
	s := open(t, fewSprites)
	if s.Train.Len() != 768-150 || s.Valid.Len() != 100 || s.Test.Len() != 50 || !slices.Equal(s.Test.Schema().Shape(), []int{64, 64, 1}) {
		t.Fatalf("got %d, %d and %d of %v, want 618, 100 and 50", s.Train.Len(), s.Valid.Len(), s.Test.Len(), s.Test.Schema().Shape())
	}
	seen := map[[5]float64]bool{}
	x := make([]float32, 64*64)
	for _, ds := range []Dataset{s.Train, s.Valid, s.Test} {
		about, columns, labels := ds.(Described).About(), columnsOf(t, ds), labelsOf(t, ds)
		if !slices.Equal(about.Names(), []string{"shape", "scale", "rotation", "x", "y"}) || !slices.Equal(sizesOf(ds), []int{3, 2, 8, 4, 4}) {
			t.Fatalf("factors %v with %v values", about.Names(), sizesOf(ds))
		}
		for i := range ds.Len() {
			v := factorsAt(columns, i)
			if seen[v] || int(v[0]) != labels[i] {
				t.Fatalf("sprite %d: factors %v for the second time, or not of its label", i, v)
			}
			seen[v] = true
			// The factors say what the picture is.
			if err := ds.Read(i, x); err != nil {
				t.Fatal(err)
			}
			m := draw.Sprite{Shape: int(v[0]), Scale: v[1], Turns: v[2] / (2 * math.Pi), X: 16 + 32*v[3], Y: 16 + 32*v[4]}.Draw()
			n, _ := white(m)
			differ := 0
			for k, p := range x {
				if p != float32(m[k/64]>>(k%64)&1) {
					differ++
				}
			}
			if n < 50 || differ > 2 { // where the angle in turns is rounded otherwise
				t.Fatalf("sprite %d of %v: %d of %d pixels differ", i, v, differ, n)
			}
		}
	}
	if len(seen) != 768 {
		t.Errorf("%d places, want all 768", len(seen))
	}
}

func TestTestSpritesDoNotDependOnHowManyThereAreToTrainOn(t *testing.T) {
	few := fewSprites
	few.Train = 10
	a, b := open(t, few), open(t, fewSprites)
	if a.Train.Len() != 10 {
		t.Errorf("%d sprites to train on, want 10", a.Train.Len())
	}
	if !slices.Equal(a.Test.(*spriteSet).places, b.Test.(*spriteSet).places) || !slices.Equal(a.Train.(*spriteSet).places, b.Train.(*spriteSet).places[:10]) {
		t.Error("other sprites with fewer to train on")
	}
	few.Seed = 2
	if c := open(t, few); slices.Equal(a.Test.(*spriteSet).places, c.Test.(*spriteSet).places) || a.SHA256 == c.SHA256 {
		t.Error("the same sprites with another seed")
	}
}

func TestSpritesHaveTheSameBitsEverywhere(t *testing.T) {
	// Pinned: a change of the digest is a change of the data, for the changelog.
	const want = "4086fbbaefcf882874c6fd7be4e30fadbfdc9c5806cba340df6e0ff01d0dbfc0"
	for _, n := range []int{1, 2, 3} {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(n))
		if got := open(t, fewSprites).SHA256; got != want {
			t.Errorf("%d processors: SHA-256 %s, want %s", n, got, want)
		}
	}
}

func TestDigestOfSpritesIsOfBytesAndLabels(t *testing.T) {
	s := open(t, fewSprites)
	h := sha256.New()
	x := make([]float32, 64*64)
	for _, ds := range []Dataset{s.Train, s.Valid, s.Test} {
		for i := range ds.Len() {
			if err := ds.Read(i, x); err != nil {
				t.Fatal(err)
			}
			for _, v := range x {
				h.Write([]byte{byte(v * 255)})
			}
		}
		for _, label := range labelsOf(t, ds) {
			h.Write([]byte{byte(label)})
		}
	}
	if want := hex.EncodeToString(h.Sum(nil)); s.SHA256 != want {
		t.Errorf("got %s, want %s", s.SHA256, want)
	}
}

func TestSpritesOutsideTheirRanges(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(s *Sprites)
		want   []string
	}{
		{"no values", func(s *Sprites) { s.Grid = SpriteGrid{Rotations: 361, Positions: 65}; s.Test = -1 }, []string{
			"data: sprites: grid.scales: 0, want a number from 1 to 100",
			"data: sprites: grid.rotations: 361, want a number from 1 to 360",
			"data: sprites: grid.positions: 65, want a number from 1 to 64",
			"data: sprites: test: -1, want a number from 0 to 10000000"}},
		{"too large a grid", func(s *Sprites) { s.Grid = SpriteGrid{Scales: 100, Rotations: 360, Positions: 64} }, []string{
			"data: sprites: grid: 442368000 sprites, want at most 10000000"}},
		{"more than there are", func(s *Sprites) { s.Train = 619 }, []string{
			"data: sprites: train: 619, with 100 to choose by and 50 to test on, want at most the 768 examples of the set in all"}},
		{"nothing left to train on", func(s *Sprites) { s.Test = 668 }, []string{
			"data: sprites: train: 0, with 100 to choose by and 668 to test on, want at most the 768 examples of the set in all"}},
	} {
		s := fewSprites
		c.change(&s)
		_, err := s.Open(t.Context())
		if want := strings.Join(c.want, "\n"); err == nil || err.Error() != want {
			t.Errorf("%s: got error\n%v, want\n%s", c.name, err, want)
		}
	}
}

func BenchmarkSprites(b *testing.B) {
	s, err := Sprites{Shuffled: division.Shuffled{Seed: 1}, Grid: SpriteGrid{Scales: 6, Rotations: 40, Positions: 8}}.Open(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	dst := make([]float32, 64*64)
	i := 0
	for b.Loop() {
		if err := s.Train.Read(i%s.Train.Len(), dst); err != nil {
			b.Fatal(err)
		}
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "examples/s")
}
