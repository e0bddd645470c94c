package data

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strconv"

	"latentspace/data/division"
	"latentspace/data/keyed"
	"latentspace/example"
)

// Points are the options that every set of points in the plane has. A point depends
// on the seed, its split and its index, not on the counts.
type Points struct {
	Train int    `yaml:"train"` // points to train on, from 1 to 10,000,000
	Valid int    `yaml:"valid"` // points held out to choose by, from 0 to 10,000,000
	Test  int    `yaml:"test"`  // points held out to report on, from 0 to 10,000,000
	Seed  uint64 `yaml:"seed"`  // of the points
}

// defaultPoints are the sizes of MNIST, as it is commonly split.
var defaultPoints = Points{Train: 50_000, Valid: 5_000, Test: 5_000, Seed: 1}

// Mixture is a source whose points lie around modes: a model of them can be asked
// how many it hits.
type Mixture interface {
	Source
	Modes() [][2]float64 // the centres, by label
	Spread() float64     // the deviation around them, along either axis
}

func (p Points) check(report report) {
	division.CheckCount(report, "train", p.Train, 1)
	division.CheckCount(report, "valid", p.Valid, 0)
	division.CheckCount(report, "test", p.Test, 0)
}

// open draws the splits. Without classes, the labels that draw returns are dropped.
func (p Points) open(ctx context.Context, kind string, classes []string, draw func(d *keyed.Draws) (x, y float64, label int)) (*Splits, error) {
	var splits [3]stored
	for s, split := range []struct {
		name string
		n    int
	}{{"train", p.Train}, {"valid", p.Valid}, {"test", p.Test}} {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("data: %s: %w", kind, context.Cause(ctx))
		}
		set := points{values: make([]float32, 2*split.n)}
		labels := make([]uint32, split.n)
		for i := range split.n {
			d := keyed.New(p.Seed, kind+"."+split.name, uint64(i))
			x, y, label := draw(&d)
			set.values[2*i], set.values[2*i+1] = float32(x), float32(y)
			labels[i] = uint32(label)
		}
		if classes == nil {
			splits[s] = set
		} else {
			splits[s] = labeledPoints{points: set, labels: labels, classes: classes}
		}
	}
	return newSplits(splits[0], splits[1], splits[2]), nil
}

// around draws a point at a distance from a centre that is normal along each axis.
func around(d *keyed.Draws, centre [2]float64, sigma float64) (x, y float64) {
	x, y = d.Gaussian()
	return centre[0] + float64(sigma*x), centre[1] + float64(sigma*y)
}

// points is a set of points in the plane.
type points struct{ values []float32 }

// Len implements [Dataset].
func (p points) Len() int { return len(p.values) / 2 }

// Schema implements [Dataset].
func (p points) Schema() example.Schema { return example.Points(2) }

// Read implements [Dataset].
func (p points) Read(i int, dst []float32) error {
	if err := checkRead(i, p.Len(), dst, 2); err != nil {
		return err
	}
	copy(dst, p.values[2*i:])
	return nil
}

func (p points) digest(w io.Writer) {
	b := make([]byte, 0, 4*len(p.values))
	for _, v := range p.values {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	w.Write(b) // a hash returns no error
}

// labeledPoints is a set of points with a class each.
type labeledPoints struct {
	points
	labels  []uint32
	classes []string
}

// About implements [Described].
func (p labeledPoints) About() example.Schema { return example.Of(example.Class(p.classes)) }

// ReadAbout implements [Described].
func (p labeledPoints) ReadAbout(i int, dst []float32) error {
	if err := checkRead(i, p.Len(), dst, 1); err != nil {
		return err
	}
	dst[0] = float32(p.labels[i])
	return nil
}

func (p labeledPoints) digest(w io.Writer) {
	p.points.digest(w)
	b := make([]byte, 0, 4*len(p.labels))
	for _, l := range p.labels {
		b = binary.LittleEndian.AppendUint32(b, l)
	}
	w.Write(b) // a hash returns no error
}

// numbered returns the names of n classes that are called by their numbers.
func numbered(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	return names
}
