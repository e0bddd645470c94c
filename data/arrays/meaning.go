package arrays

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"latentspace/example"
)

// set decides what the arrays of a file mean, for a model that was trained on a kind of values if it
// is not empty.
func (r *raw) set(shape []int, trained example.Kind) (*Set, error) {
	first := r.examples[train]
	if first == nil {
		return nil, errors.New("no examples to train on")
	}
	for role, t := range r.examples {
		switch {
		case t == nil:
		case len(t.shape) == 0 || t.size() == 0:
			return nil, fmt.Errorf("%s: shape %v, want at least one example of one value", t.name, t.shape)
		case !slices.Equal(t.shape[1:], first.shape[1:]):
			return nil, fmt.Errorf("%s: examples of shape %v to %s, want %v as those to train on", t.name, t.shape[1:], roleNames[role], first.shape[1:])
		}
	}
	field, err := r.arrange(shape)
	if err != nil {
		return nil, err
	}
	kind, scale := r.kind(field.View == example.Picture, trained)
	field.Kind = kind
	s := &Set{Field: field}
	known := r.known()
	for role, into := range []**Part{&s.Train, &s.Valid, &s.Test} {
		t := r.examples[role]
		if t == nil {
			continue
		}
		*into = &Part{N: t.rows(), Known: known[role]}
		scale.apply(t, *into, kind)
	}
	s.Notes = r.notes
	return s, nil
}

// arrange decides the shape of an example. A picture whose channels come first is turned.
func (r *raw) arrange(asked []int) (example.Field, error) {
	shape := slices.Clone(r.examples[train].shape[1:])
	if err := checkShape(asked); err != nil {
		return example.Field{}, err
	}
	channels := func(k int) bool { return shape[k] == 1 || shape[k] == 3 }
	switch {
	case len(shape) == 2:
		shape = append(shape, 1)
	case len(shape) == 3 && channels(2):
	case len(shape) == 3 && channels(0):
		c, h, w := shape[0], shape[1], shape[2]
		for _, t := range r.examples {
			if t != nil {
				t.turn(c, h*w)
			}
		}
		shape = []int{h, w, c}
		if c > 1 {
			r.note("the channels of the pictures come first, (%d, %d, %d): they are turned to (%d, %d, %d)", c, h, w, h, w, c)
		}
	case len(shape) == 0:
		shape = []int{1}
	}
	size := product(shape)
	switch {
	case asked != nil && product(asked) != size:
		return example.Field{}, fmt.Errorf("shape: %v makes %d values, want the %d of an example of shape %v", asked, product(asked), size, r.examples[train].shape[1:])
	case len(asked) == 2:
		shape = []int{asked[0], asked[1], 1}
	case asked != nil:
		shape = slices.Clone(asked)
	case len(shape) > 1 && (len(shape) != 3 || !channels(2)):
		return example.Field{}, fmt.Errorf("examples of shape %v, want pictures (height, width), (height, width, 1 or 3) or (1 or 3, height, width), or vectors; shape: [%d] takes them for vectors", shape, size)
	}
	if len(shape) == 1 {
		if asked == nil {
			r.vectors(shape[0])
		}
		return example.Field{Name: "point", Shape: shape, View: example.Point}, nil
	}
	return example.Field{Name: "image", Shape: shape, View: example.Picture}, nil
}

// vectors says how vectors that may be pictures become them. Nothing in the file tells the two
// apart.
func (r *raw) vectors(d int) {
	for _, channels := range []int{1, 3} {
		side := int(math.Sqrt(float64(d / channels)))
		if r.examples[train].isByte() && side >= 8 && side*side*channels == d {
			r.note("the examples are vectors of %d values; if they are pictures of %d × %d, say shape: [%d, %d, %d]", d, side, side, side, side, channels)
			return
		}
	}
}

// checkShape reports a shape that is not one of a vector or of a picture.
func checkShape(shape []int) error {
	for k, d := range shape {
		if d < 1 || len(shape) > 3 || k == 2 && d != 1 && d != 3 || d > 1<<24 {
			return fmt.Errorf("shape: %v, want [values], [height, width] or [height, width, 1 or 3]", shape)
		}
	}
	if shape != nil && len(shape) == 0 {
		return errors.New("shape: [], want [values], [height, width] or [height, width, 1 or 3]")
	}
	return nil
}

func product(shape []int) int {
	n := 1
	for _, d := range shape {
		if d > math.MaxInt/n {
			return math.MaxInt
		}
		n *= d
	}
	return n
}

// turn puts the channels of each pixel side by side, which were apart.
func (t *tensor) turn(channels, pixels int) {
	if channels == 1 {
		return
	}
	if t.kept != nil {
		t.channels = channels
		return
	}
	if t.bytes != nil {
		room := make([]byte, channels*pixels)
		t.bytes.Change(func(row []byte) { turn(row, room, channels) })
		return
	}
	room := make([]float32, channels*pixels)
	for at := 0; at < len(t.floats); at += len(room) {
		turn(t.floats[at:at+len(room)], room, channels)
	}
}

// turn does so in one picture. Room is as long.
func turn[T any](picture, room []T, channels int) {
	copy(room, picture)
	pixels := len(picture) / channels
	for k := range pixels {
		for c := range channels {
			picture[k*channels+c] = room[c*pixels+k]
		}
	}
}
