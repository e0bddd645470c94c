// Package augment changes pictures a little from epoch to epoch of training.
package augment

import (
	"sync"

	"latentspace/data/keyed"
	"latentspace/example"
)

// Options are the changes. Each picture is changed by a function of the seed, the epoch and its
// index, in training alone.
type Options struct {
	// Flip exchanges left and right in half of the pictures.
	Flip bool `yaml:"flip" run:"fixed"`
	// Shift moves pictures by up to this number of pixels in any direction, and repeats their edge.
	Shift int `yaml:"shift" run:"fixed"`
	// Crop takes a part that is smaller by up to this number of pixels, at any place, and enlarges it.
	Crop int `yaml:"crop" run:"fixed"`
}

// Check reports options outside their ranges, for pictures of a size.
func (o Options) Check(report func(key, format string, args ...any), size int) {
	for _, c := range []struct {
		key string
		n   int
	}{{"shift", o.Shift}, {"crop", o.Crop}} {
		if c.n < 0 || c.n >= max(size, 1) {
			report(c.key, "%d, want a number from 0 to %d, less than the size of the pictures", c.n, size-1)
		}
	}
}

// Dataset is the methods of a data set that are wrapped.
type Dataset interface {
	Len() int
	Schema() example.Schema
	Read(i int, dst []float32) error
}

// Described is the methods of a data set of which more is known.
type Described interface {
	Dataset
	About() example.Schema
	ReadAbout(i int, dst []float32) error
}

// Of returns a data set whose method ReadEpoch changes the pictures of an epoch. Read reads them as
// they are. With no changes, or of examples that are no pictures, it is the set itself.
func (o Options) Of(ds Dataset, seed uint64) Dataset {
	s := ds.Schema()
	if o == (Options{}) || len(s.Fields) != 1 || len(s.Fields[0].Shape) != 3 {
		return ds
	}
	shape := s.Fields[0].Shape
	a := augmented{ds, o, seed, shape[0], shape[1], shape[2], &sync.Pool{New: func() any { return new([]float32) }}}
	if known, ok := ds.(Described); ok {
		return described{a, known}
	}
	return a
}

type augmented struct {
	Dataset
	o                       Options
	seed                    uint64
	height, width, channels int
	spare                   *sync.Pool
}

// described is an augmented set of which more is known.
type described struct {
	augmented
	known Described
}

// About returns the schema of what is known.
func (d described) About() example.Schema { return d.known.About() }

// ReadAbout reads what is known of example i.
func (d described) ReadAbout(i int, dst []float32) error { return d.known.ReadAbout(i, dst) }

// ReadEpoch writes example i, as it is in an epoch, to dst.
func (a augmented) ReadEpoch(epoch, i int, dst []float32) error {
	if err := a.Read(i, dst); err != nil {
		return err
	}
	d := keyed.New(a.seed, "augment", uint64(epoch), uint64(i))
	if flip := d.Uint64()>>63 == 1; flip && a.o.Flip {
		a.flip(dst)
	}
	across, down := d.Below(2*a.o.Shift+1)-a.o.Shift, d.Below(2*a.o.Shift+1)-a.o.Shift
	less := d.Below(a.o.Crop + 1)
	x, y := d.Below(less+1), d.Below(less+1)
	if across == 0 && down == 0 && less == 0 {
		return nil
	}
	spare := a.spare.Get().(*[]float32)
	defer a.spare.Put(spare)
	if *spare == nil {
		*spare = make([]float32, len(dst))
	}
	if across != 0 || down != 0 {
		copy(*spare, dst)
		a.shift(dst, *spare, across, down)
	}
	if less > 0 {
		copy(*spare, dst)
		a.enlarge(dst, *spare, less, x, y)
	}
	return nil
}

// flip exchanges left and right.
func (a augmented) flip(x []float32) {
	n := a.channels
	for y := range a.height {
		row := x[y*a.width*n : (y+1)*a.width*n]
		for l, r := 0, a.width-1; l < r; l, r = l+1, r-1 {
			for c := range n {
				row[l*n+c], row[r*n+c] = row[r*n+c], row[l*n+c]
			}
		}
	}
}

// shift moves a picture to the right and down.
func (a augmented) shift(dst, src []float32, across, down int) {
	n := a.channels
	for y := range a.height {
		from := min(max(y-down, 0), a.height-1) * a.width
		for x := range a.width {
			at := from + min(max(x-across, 0), a.width-1)
			copy(dst[(y*a.width+x)*n:(y*a.width+x+1)*n], src[at*n:])
		}
	}
}

// enlarge resamples a part of a picture that is smaller by some columns, and by rows in proportion,
// between the nearest pixels.
func (a augmented) enlarge(dst, src []float32, less, left, top int) {
	n := a.channels
	rows := min(less, a.height-1)
	top = min(top, rows)
	for y := range a.height {
		y0, y1, v := between(y, top, a.height-rows, a.height)
		for x := range a.width {
			x0, x1, u := between(x, left, a.width-less, a.width)
			for c := range n {
				upper := mixed(src[(y0*a.width+x0)*n+c], src[(y0*a.width+x1)*n+c], u)
				lower := mixed(src[(y1*a.width+x0)*n+c], src[(y1*a.width+x1)*n+c], u)
				dst[(y*a.width+x)*n+c] = mixed(upper, lower, v)
			}
		}
	}
}

// between returns the neighbours of pixel i of n, which stand for length pixels from the offset on,
// and the share of the second: pixel i is at offset + (2i + 1)·length/2n − ½.
func between(i, offset, length, n int) (first, second int, share float32) {
	at := (2*i+1)*length - n + 2*n*offset // times 2n
	at = min(max(at, 2*n*offset), 2*n*(offset+length-1))
	first = at / (2 * n)
	return first, min(first+1, offset+length-1), float32(at%(2*n)) / float32(2*n)
}

func mixed(a, b, share float32) float32 { return a + float32(float32(b-a)*share) }
