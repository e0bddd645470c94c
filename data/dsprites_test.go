package data

import (
	"bytes"
	"math"
	"math/bits"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/data/division"
	"latentspace/data/draw"
	"latentspace/data/dsprites"
	"latentspace/data/npy"
)

// spriteFile is what a file of dSprites has, to be changed before it is written.
type spriteFile struct {
	imgs    []uint8
	classes [][]int64
	values  [][]float64
}

// someSprites are the 48 of a small grid.
func someSprites() *spriteFile { return spritesOf(SpriteGrid{Scales: 2, Rotations: 2, Positions: 2}) }

// spritesOf are those of a grid, drawn by the program, with dSprites' values.
func spritesOf(g SpriteGrid) *spriteFile {
	v := g.values()
	f := &spriteFile{imgs: make([]uint8, g.size()*64*64)}
	for i := range g.size() {
		p := g.place(i)
		m := v.Sprite(p).Draw()
		for k := range 64 * 64 {
			f.imgs[i*64*64+k] = uint8(m[k/64] >> (k % 64) & 1)
		}
		var classes []int64
		var values []float64
		for k, c := range p {
			classes, values = append(classes, int64(c)), append(values, v[k][c])
		}
		values[0]++ // 1 … 3
		f.classes, f.values = append(f.classes, classes), append(f.values, values)
	}
	return f
}

// withColour puts the column before the others that the whole set has.
func (f *spriteFile) withColour(class int64) {
	for i := range f.classes {
		f.classes[i] = slices.Insert(f.classes[i], 0, class)
		f.values[i] = slices.Insert(f.values[i], 0, 1)
	}
}

func (f *spriteFile) encode(t testing.TB) []byte {
	t.Helper()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	n, columns := len(f.imgs)/(64*64), len(f.classes[0])
	var b bytes.Buffer
	w := npy.NewArchiveWriter(&b)
	a, err := w.Create("imgs", npy.Uint8, n, 64, 64)
	must(err)
	must(npy.Write(a, f.imgs))
	a, err = w.Create("latents_classes", npy.Int64, len(f.classes), columns)
	must(err)
	for _, row := range f.classes {
		must(npy.Write(a, row))
	}
	a, err = w.Create("latents_values", npy.Float64, len(f.values), len(f.values[0]))
	must(err)
	for _, row := range f.values {
		must(npy.Write(a, row))
	}
	must(w.Close())
	return b.Bytes()
}

// putSprites writes a file under the name of the whole set.
func putSprites(t *testing.T, b []byte) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, dspritesFiles[0].Name), b, 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestDSpritesAreReadBack(t *testing.T) {
	whole := someSprites()
	whole.withColour(0)
	for name, f := range map[string]*spriteFile{"five factors": someSprites(), "six factors": whole} {
		s := open(t, DSprites{Shuffled: division.Shuffled{Train: 30, Valid: 6, Test: 5, Seed: 1}, Dir: putSprites(t, f.encode(t))})
		if s.Train.Len() != 30 || s.Valid.Len() != 6 || s.Test.Len() != 5 {
			t.Fatalf("%s: got %d, %d and %d, want 30, 6 and 5", name, s.Train.Len(), s.Valid.Len(), s.Test.Len())
		}
		// They were drawn by the program, and so are what Sprites draw there.
		v := SpriteGrid{Scales: 2, Rotations: 2, Positions: 2}.values()
		for _, ds := range []Dataset{s.Train, s.Valid, s.Test} {
			set, columns := ds.(*spriteSet), columnsOf(t, ds)
			for i, p := range set.places {
				if set.picture(i) != v.Sprite(p).Draw() {
					t.Errorf("%s: picture %d is not that of %v", name, i, p)
				}
				x := factorsAt(columns, i)
				if x != [5]float64{float64(p[0]), v[1][p[1]], v[2][p[2]], v[3][p[3]], v[4][p[4]]} {
					t.Errorf("%s: factors %v at %v", name, x, p)
				}
			}
		}
		if got := sizesOf(s.Train); !slices.Equal(got, []int{3, 2, 2, 2, 2}) {
			t.Errorf("%s: %v values, want 3, 2, 2, 2, 2", name, got)
		}
	}
}

func TestDSpritesErrors(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(f *spriteFile)
		want   string // DIR stands for the path
	}{
		{"a grey pixel", func(f *spriteFile) { f.imgs[64*64+65] = 7 }, "data: dsprites: PATH: imgs: value 7 in picture 1 at row 1, column 1, want 0 or 1"},
		{"a fourth shape", func(f *spriteFile) { f.classes[5][0] = 3 }, "data: dsprites: PATH: latents_classes: shape 3 of picture 5, want 0 to 2"},
		{"a negative class", func(f *spriteFile) { f.classes[5][4] = -1 }, "data: dsprites: PATH: latents_classes: y -1 of picture 5, want 0 to 1023"},
		{"a class far away", func(f *spriteFile) { f.classes[5][1] = 1 << 40 }, "data: dsprites: PATH: latents_classes: scale 1099511627776 of picture 5, want 0 to 1023"},
		{"a value of its own", func(f *spriteFile) { f.values[9][1] = 3 }, "data: dsprites: PATH: latents_values: scale 3 of picture 9, want 1 as that of the others with class 1"},
		{"a value that is no number", func(f *spriteFile) { f.values[5][1] = math.NaN() }, "data: dsprites: PATH: latents_values: scale NaN of picture 5, want a finite number"},
		{"another colour", func(f *spriteFile) { f.withColour(2) }, "data: dsprites: PATH: latents_classes: colour 2 of picture 0, want 0: they are white"},
		{"fewer rows than pictures", func(f *spriteFile) { f.classes = f.classes[1:] }, "data: dsprites: PATH: latents_classes: shape [47 5], want (48, 5) or (48, 6)"},
		{"fewer values than classes", func(f *spriteFile) { f.values = f.values[1:] }, "data: dsprites: PATH: latents_values: shape [47 5], want [48 5] as latents_classes"},
		{"no pictures", func(f *spriteFile) { f.imgs = nil }, "data: dsprites: PATH: imgs: |u1 of shape [0 64 64], want |u1 of (n, 64, 64) with n from 1 to 10000000"},
	} {
		f := someSprites()
		c.change(f)
		dir := putSprites(t, f.encode(t))
		_, err := DSprites{Dir: dir}.Open(t.Context())
		if want := strings.ReplaceAll(c.want, "PATH", filepath.Join(dir, dspritesFiles[0].Name)); err == nil || err.Error() != want {
			t.Errorf("%s: got error\n%v, want\n%s", c.name, err, want)
		}
	}
	dir := putSprites(t, someSprites().encode(t))
	_, err := DSprites{Shuffled: division.Shuffled{Valid: 40, Test: 8}, Dir: dir}.Open(t.Context())
	if want := "data: dsprites: train: 0, with 40 to choose by and 8 to test on, want at most the 48 examples of the set in all"; err == nil || err.Error() != want {
		t.Errorf("nothing left to train on: got error %v, want %s", err, want)
	}
}

func TestDSpritesAreFoundWhereTheyMayBe(t *testing.T) {
	_, cache := toySet(t) // an empty cache, and LATENTSPACE_DATA unset
	cache = filepath.Join(filepath.Dir(cache), "dsprites")
	d := DSprites{Shuffled: division.Shuffled{Valid: 1, Test: 1}}
	_, err := d.Open(t.Context())
	if want := "put the first, from github.com/google-deepmind/dsprites-dataset, into a folder and name that in dir, or use the sprites that need no file: data: {kind: sprites}"; err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), cache) {
		t.Errorf("without the file: got error %v", err)
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		t.Fatal(err)
	}
	b := someSprites().encode(t)
	known := filepath.Join(cache, dspritesFiles[1].Name)
	if err := os.WriteFile(known, b, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = d.Open(t.Context())
	if err == nil || !strings.HasPrefix(err.Error(), "data: dsprites: "+known+": SHA-256 ") || !strings.HasSuffix(err.Error(), ", want "+dspritesFiles[1].SHA256) {
		t.Errorf("another file of the known name: got error %v, want one of its SHA-256", err)
	}
	own := d
	own.Dir = cache
	if s := open(t, own); s.Train.Len() != 46 {
		t.Errorf("one's own file of that name: %d sprites, want 46", s.Train.Len())
	}
	if err := os.WriteFile(filepath.Join(cache, dspritesFiles[0].Name), b, 0o644); err != nil {
		t.Fatal(err)
	}
	if s := open(t, d); s.Train.Len() != 46 {
		t.Errorf("the whole set beside it: %d sprites, want 46", s.Train.Len())
	}
}

func TestDSpritesAreTheRealOnes(t *testing.T) {
	if os.Getenv("LATENTSPACE_DATA") == "" {
		t.Skip("LATENTSPACE_DATA is unset: it names the folder of the real files")
	}
	if testing.Short() {
		t.Skip("reading all of dSprites is left out in short mode")
	}
	s := open(t, DSprites{Shuffled: division.Shuffled{Seed: 1}})
	set := s.Train.(*spriteSet)
	if set.Len() != 46_080 || !slices.Equal(sizesOf(set), []int{3, 6, 10, 16, 16}) {
		t.Fatalf("got %d pictures of %v values, want 46080 of 3, 6, 10, 16, 16", set.Len(), sizesOf(set))
	}
	// What the program draws against what is in the file, by intersection over union.
	// Hearts are another curve around another point.
	columns := columnsOf(t, set)
	whites, overlap, union := 0, [3]int{}, [3]int{}
	for i, p := range set.places {
		m := set.picture(i)
		x := factorsAt(columns, i)
		own := draw.Sprite{Shape: int(p[0]), Scale: x[1], Turns: x[2] / 6.283185307179586, X: 16 + 32*x[3], Y: 16 + 32*x[4]}.Draw()
		for y := range m {
			whites += bits.OnesCount64(m[y])
			overlap[p[0]] += bits.OnesCount64(m[y] & own[y])
			union[p[0]] += bits.OnesCount64(m[y] | own[y])
		}
	}
	if whites != 8_020_979 { // by numpy
		t.Errorf("%d white pixels, want 8020979", whites)
	}
	for shape, want := range []float64{0.999, 0.995, 0.7} {
		if got := float64(overlap[shape]) / float64(union[shape]); got < want {
			t.Errorf("%s: intersection over union %.3f, want at least %v", draw.Shapes()[shape], got, want)
		}
	}
}

func FuzzSpriteReader(f *testing.F) {
	three := SpriteGrid{Scales: 1, Rotations: 1, Positions: 1}
	for colour := range int64(2) {
		s := spritesOf(three)
		f.Add(s.encode(f))
		s.withColour(colour)
		f.Add(s.encode(f))
	}
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := dsprites.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		n := len(r.Places)
		if n*64*64 > max(dsprites.Ratio*len(b), 1<<16) {
			t.Fatalf("%d pictures in %d bytes", n, len(b))
		}
		order := make([]int, n)
		for i := range order {
			order[i] = i
		}
		pictures, err := r.Read(t.Context(), order)
		if err != nil {
			return
		}
		set := &spriteSet{values: r.Values, places: r.Places, pictures: pictures[0]}
		x := make([]float32, 64*64)
		for i := range n {
			if err := set.Read(i, x); err != nil {
				t.Fatal(err)
			}
		}
	})
}
