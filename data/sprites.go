package data

import (
	"context"

	"latentspace/data/division"
	"latentspace/data/draw"
	"latentspace/data/dsprites"
)

// Sprites is white shapes on black that the program draws, one in each picture
// (64, 64, 1), by the factors of dSprites:
//
//	shape     square, ellipse or heart; it is the label
//	scale     Scales values, 0.5 … 1
//	rotation  Rotations angles, counter-clockwise: k·2π/Rotations radians
//	x, y      Positions places each, 0 … 1 for 16 … 48 pixels to the right and down
//
// The splits are samples of this grid without repetition, so that no picture is in
// two of them; with Train 0 they have all of it. Pictures are drawn when they are read,
// and have the same bits on every machine.
//
// Squares and ellipses have the pixels of dSprites. The heart differs: it is a curve of
// the sixth degree, and turns around its centre of mass. And dSprites repeats the first
// rotation at the end.
//
// Matthey, Higgins, Hassabis and Lerchner, dSprites: Disentanglement Testing Sprites
// Dataset, 2017.
type Sprites struct {
	division.Shuffled `yaml:",inline"`
	Grid              SpriteGrid `yaml:"grid"`
}

// SpriteGrid has the number of values of each factor of sprites, except the shape. A
// single value of a scale or position is the middle one.
type SpriteGrid struct {
	Scales    int `yaml:"scales"`    // from 1 to 100
	Rotations int `yaml:"rotations"` // from 1 to 360
	Positions int `yaml:"positions"` // along either axis, from 1 to 64
}

// size is the number of places in the grid.
func (g SpriteGrid) size() int {
	return len(draw.Shapes()) * g.Scales * g.Rotations * g.Positions * g.Positions
}

func (g SpriteGrid) values() *dsprites.Values {
	return &dsprites.Values{
		{0, 1, 2},
		spread(g.Scales, 0.5, 1),
		aroundTheCircle(g.Rotations),
		spread(g.Positions, 0, 1),
		spread(g.Positions, 0, 1),
	}
}

// place is the place of number i, with y changing fastest.
func (g SpriteGrid) place(i int) (p dsprites.Place) {
	sizes := [...]int{len(draw.Shapes()), g.Scales, g.Rotations, g.Positions, g.Positions}
	for f := len(sizes) - 1; f >= 0; f-- {
		p[f] = uint16(i % sizes[f])
		i /= sizes[f]
	}
	return p
}

// Check reports options outside their ranges.
func (s Sprites) Check(report func(key, format string, args ...any)) {
	inside := true
	for _, c := range []struct {
		key     string
		n, most int
	}{{"grid.scales", s.Grid.Scales, 100}, {"grid.rotations", s.Grid.Rotations, 360}, {"grid.positions", s.Grid.Positions, 64}} {
		if c.n < 1 || c.n > c.most {
			report(c.key, "%d, want a number from 1 to %d", c.n, c.most)
			inside = false
		}
	}
	n := -1
	if inside {
		if n = s.Grid.size(); n > division.MostExamples {
			report("grid", "%d sprites, want at most %d", n, division.MostExamples)
		}
	}
	s.Shuffled.Check(report, n)
}

// Open implements [Source]. The splits are [Described].
func (s Sprites) Open(ctx context.Context) (*Splits, error) {
	if err := checked("sprites", s.Check); err != nil {
		return nil, err
	}
	values := s.Grid.values()
	set := func(numbers []int) *spriteSet {
		places := make([]dsprites.Place, len(numbers))
		for k, i := range numbers {
			places[k] = s.Grid.place(i)
		}
		return &spriteSet{values: values, places: places}
	}
	train, valid, test := s.Split("sprites", s.Grid.size())
	return spriteSplits(ctx, "sprites", set(train), set(valid), set(test))
}
