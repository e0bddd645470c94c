package data

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"latentspace/data/points"
	"latentspace/example"
)

// Grid is a source of [points.Grid].
type Grid struct {
	points.Grid `yaml:",inline"`
}

// Moons is a source of [points.Moons].
type Moons struct {
	points.Moons `yaml:",inline"`
}

// Ring is a source of [points.Ring].
type Ring struct {
	points.Ring `yaml:",inline"`
}

// SwissRoll is a source of [points.SwissRoll].
type SwissRoll struct {
	points.SwissRoll `yaml:",inline"`
}

// Mixture is a source whose points lie around modes: a model of them can be asked
// how many it hits.
type Mixture interface {
	Source
	Modes() [][2]float64 // the centres, by label
	Spread() float64     // the deviation around them, along either axis
}

// Open implements [Source].
func (g Grid) Open(ctx context.Context) (*Splits, error) { return openPoints(ctx, "grid", g) }

// Open implements [Source].
func (m Moons) Open(ctx context.Context) (*Splits, error) { return openPoints(ctx, "moons", m) }

// Open implements [Source].
func (r Ring) Open(ctx context.Context) (*Splits, error) { return openPoints(ctx, "ring", r) }

// Open implements [Source].
func (s SwissRoll) Open(ctx context.Context) (*Splits, error) { return openPoints(ctx, "swissroll", s) }

// openPoints draws the splits of a kind of points.
func openPoints(ctx context.Context, kind string, p interface {
	Check(report func(key, format string, args ...any))
	Draw(ctx context.Context) (points.Splits, error)
}) (*Splits, error) {
	if err := checked(kind, p.Check); err != nil {
		return nil, err
	}
	drawn, err := p.Draw(ctx)
	if err != nil {
		return nil, fmt.Errorf("data: %s: %w", kind, err)
	}
	var splits [3]stored
	for k, set := range drawn {
		splits[k] = pointSet{set}
		if set.Classes != nil {
			splits[k] = labeledPoints{pointSet{set}}
		}
	}
	return newSplits(splits[0], splits[1], splits[2]), nil
}

// pointSet is a set of points in the plane.
type pointSet struct{ points.Set }

// Len implements [Dataset].
func (p pointSet) Len() int { return len(p.Values) / 2 }

// Schema implements [Dataset].
func (p pointSet) Schema() example.Schema { return example.Points(2) }

// Read implements [Dataset].
func (p pointSet) Read(i int, dst []float32) error {
	if err := checkRead(i, p.Len(), dst, 2); err != nil {
		return err
	}
	copy(dst, p.Values[2*i:])
	return nil
}

func (p pointSet) digest(w io.Writer) {
	b := make([]byte, 0, 4*len(p.Values))
	for _, v := range p.Values {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	w.Write(b) // a hash returns no error
}

// labeledPoints is a set of points with a class each.
type labeledPoints struct{ pointSet }

// About implements [Described].
func (p labeledPoints) About() example.Schema { return example.Of(example.Class(p.Classes)) }

// ReadAbout implements [Described].
func (p labeledPoints) ReadAbout(i int, dst []float32) error {
	if err := checkRead(i, p.Len(), dst, 1); err != nil {
		return err
	}
	dst[0] = float32(p.Labels[i])
	return nil
}

func (p labeledPoints) digest(w io.Writer) {
	p.pointSet.digest(w)
	b := make([]byte, 0, 4*len(p.Labels))
	for _, l := range p.Labels {
		b = binary.LittleEndian.AppendUint32(b, l)
	}
	w.Write(b) // a hash returns no error
}
