package data

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"latentspace/data/compact"
	"latentspace/data/division"
	"latentspace/data/draw"
	"latentspace/data/keyed"
	"latentspace/example"
)

// Glyphs is handwritten and printed digits that the program draws: paths of a pen and
// outlines of the Go fonts, with random slant, size, width of lines, rotation,
// place and elastic distortion. Pictures are (28, 28, 1), white on black, in the
// sizes and the manner of MNIST; the label is the digit.
//
// Each ten examples in a row have every digit once, in random order. An example depends
// on the seed, its split and its index, and has the same bits on every machine.
type Glyphs struct {
	Pictures `yaml:",inline"`
	Train    int    `yaml:"train"` // pictures to train on, with those of Valid, from 1 to 10,000,000
	Test     int    `yaml:"test"`  // pictures held out to report on, from 0 to 10,000,000
	Seed     uint64 `yaml:"seed"`  // of the pictures
}

// Check reports options outside their ranges.
func (g Glyphs) Check(report func(key, format string, args ...any)) {
	division.CheckCount(report, "train", g.Train, 1)
	division.CheckCount(report, "test", g.Test, 0)
	g.Pictures.check(report, g.Train)
}

// held returns how many pictures of the training set are held out.
func (g Glyphs) held() int { return g.Valid.HeldOut(g.Train) }

// Open implements [Source]. The splits are [Described] by
//
//	class     the digit
//	style     the way it is drawn, one of [draw.Styles]
//	slant     tangent of the angle by which the digit leans right, −0.2 … 0.35
//	scale     height over 20 pixels, 0.85 … 1.1
//	stroke    pixels by which its lines are wider than the style has them, −0.7 … 0.9
//	rotation  radians, clockwise, −0.2 … 0.2
//	shift_x   pixels right of the middle, −1.5 … 1.5
//	shift_y   pixels below the middle, −1.5 … 1.5
//
// The elastic distortion and the pressure of the pen are not described.
func (g Glyphs) Open(ctx context.Context) (*Splits, error) {
	if err := checked("glyphs", g.Check); err != nil {
		return nil, err
	}
	train, err := drawGlyphs(ctx, g.Seed, trainSplit, g.Train)
	if err != nil {
		return nil, err
	}
	test, err := drawGlyphs(ctx, g.Seed, testSplit, g.Test)
	if err != nil {
		return nil, err
	}
	held := g.Train - g.held()
	s := newSplits(train.slice(0, held), train.slice(held, g.Train), test)
	s.Binarize, s.Labels = g.Binarize, g.Labels
	return s, s.setApart(g.Outliers)
}

const (
	trainSplit = iota
	testSplit
)

// glyphs is a split, or a part of one.
type glyphs struct {
	*pictures
	known []float64 // the factors of each picture
}

// About implements [Described].
func (g glyphs) About() example.Schema {
	fields := []example.Field{
		example.Class(g.classes),
		{Name: "style", Kind: example.Category, Words: draw.Styles(), View: example.Cell},
	}
	for _, name := range []string{"slant", "scale", "stroke", "rotation", "shift_x", "shift_y"} {
		fields = append(fields, example.Field{Name: name, Kind: example.Real, View: example.Cell})
	}
	return example.Schema{Fields: fields}
}

// glyphFactors is the number of values that describe a glyph.
const glyphFactors = 8

// ReadAbout implements [Described].
func (g glyphs) ReadAbout(i int, dst []float32) error {
	if err := checkRead(i, g.Len(), dst, glyphFactors); err != nil {
		return err
	}
	for k := range dst {
		dst[k] = float32(g.known[i*glyphFactors+k])
	}
	return nil
}

func (g glyphs) readExact(i int, dst []float64) error {
	if err := checkIndex(i, g.Len()); err != nil {
		return err
	}
	copy(dst, g.known[i*glyphFactors:])
	return nil
}

func (g glyphs) slice(lo, hi int) glyphs {
	return glyphs{g.pictures.slice(lo, hi), g.known[lo*glyphFactors : hi*glyphFactors]}
}

// glyph returns the factors of picture i, and the random numbers for the rest of it.
func glyph(seed, split uint64, i int) (keyed.Draws, draw.Digit) {
	const classes = 10
	order := keyed.New(seed, "glyphs.classes", split, uint64(i/classes))
	var digits [classes]int
	order.Permute(digits[:])
	d := keyed.New(seed, "glyphs.picture", split, uint64(i))
	return d, draw.NewDigit(&d, digits[i%classes])
}

// drawGlyphs draws the first n pictures of a split on all processors, some thousands at a time. A
// picture takes some 8 µs; on two processors the 70,000 are ready in 0.3 s in place of 0.6 s.
func drawGlyphs(ctx context.Context, seed, split uint64, n int) (glyphs, error) {
	const size, most = draw.DigitSide * draw.DigitSide, 8192
	g := glyphs{known: make([]float64, n*glyphFactors), pictures: &pictures{
		height: draw.DigitSide, width: draw.DigitSide, labels: make([]byte, n), classes: example.Numbered(10),
	}}
	all, pixels := compact.New(size), make([]byte, min(n, most)*size)
	for lo := 0; lo < n; lo += most {
		hi := min(lo+most, n)
		g.draw(ctx, seed, split, lo, hi, pixels)
		if ctx.Err() != nil {
			return glyphs{}, fmt.Errorf("data: glyphs: %w", context.Cause(ctx))
		}
		all.Write(pixels[:(hi-lo)*size]) // never fails
	}
	g.pixels = all.Rows()
	return g, nil
}

// draw draws the pictures from … to−1 into pixels, which begin with the first of them.
func (g glyphs) draw(ctx context.Context, seed, split uint64, from, to int, pixels []byte) {
	const size, chunk = draw.DigitSide * draw.DigitSide, 256
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), (to-from)/chunk+1) {
		wg.Go(func() {
			var a draw.Artist
			for ctx.Err() == nil {
				hi := from + int(next.Add(chunk))
				lo := hi - chunk
				if lo >= to {
					return
				}
				for i := lo; i < min(hi, to); i++ {
					d, f := glyph(seed, split, i)
					a.Draw(f, &d, pixels[(i-from)*size:(i-from+1)*size])
					g.labels[i] = byte(f.Class)
					copy(g.known[i*glyphFactors:], []float64{
						float64(f.Class), float64(f.Style), f.Slant, f.Scale, f.Stroke, f.Rotation, f.ShiftX, f.ShiftY,
					})
				}
			}
		})
	}
	wg.Wait()
}
