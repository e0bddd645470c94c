package data

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math"

	"latentspace/data/draw"
	"latentspace/data/dsprites"
	"latentspace/example"
	"latentspace/kernel"
)

// spriteSet is a split of sprites: pictures of a grid's places.
type spriteSet struct {
	values   *dsprites.Values
	places   []dsprites.Place
	pictures []draw.Bitmap // nil to draw them when they are read
}

// Len implements [Dataset].
func (s *spriteSet) Len() int { return len(s.places) }

// Schema implements [Dataset].
func (s *spriteSet) Schema() example.Schema {
	return example.Of(example.Field{
		Name: "image", Kind: example.Binary, Shape: []int{draw.SpriteSide, draw.SpriteSide, 1}, View: example.Picture,
	})
}

// About implements [Described]: the shape, and an ordinal for each of the other factors,
// whose words spell its values.
func (s *spriteSet) About() example.Schema {
	fields := []example.Field{{Name: dsprites.Factors[0], Kind: example.Category, Words: draw.Shapes(), View: example.Cell}}
	for f, name := range dsprites.Factors[1:] {
		fields = append(fields, example.Field{Name: name, Kind: example.Ordinal, Words: numbersAsWords(s.values[f+1]), View: example.Cell})
	}
	return example.Schema{Fields: fields}
}

// ReadAbout implements [Described].
func (s *spriteSet) ReadAbout(i int, dst []float32) error {
	if err := checkRead(i, s.Len(), dst, len(dsprites.Factors)); err != nil {
		return err
	}
	for f, k := range s.places[i] {
		dst[f] = float32(k)
	}
	return nil
}

// Read implements [Dataset].
func (s *spriteSet) Read(i int, dst []float32) error {
	if err := checkRead(i, s.Len(), dst, draw.SpriteSide*draw.SpriteSide); err != nil {
		return err
	}
	m := s.picture(i)
	m.Values(dst)
	return nil
}

// picture is example i.
func (s *spriteSet) picture(i int) draw.Bitmap {
	if s.pictures != nil {
		return s.pictures[i]
	}
	return s.values.Sprite(s.places[i]).Draw()
}

// digest writes the pictures as bytes, and then the labels.
func (s *spriteSet) digest(ctx context.Context, w io.Writer) error {
	const size, block, grain = draw.SpriteSide * draw.SpriteSide, 2048, 64
	pixels := make([]byte, min(block, s.Len())*size)
	for lo := 0; lo < s.Len(); lo += block {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		n := min(block, s.Len()-lo)
		kernel.For(n, grain, func(from, to int) {
			for k := from; k < to; k++ {
				m := s.picture(lo + k)
				m.Bytes(pixels[k*size : (k+1)*size])
			}
		})
		w.Write(pixels[:n*size]) // a hash returns no error
	}
	labels := make([]byte, s.Len())
	for i := range labels {
		labels[i] = byte(s.places[i][0])
	}
	w.Write(labels)
	return nil
}

// spriteSplits joins the three parts of a set of sprites.
func spriteSplits(ctx context.Context, kind string, train, valid, test *spriteSet) (*Splits, error) {
	h := sha256.New()
	for _, s := range []*spriteSet{train, valid, test} {
		if err := s.digest(ctx, h); err != nil {
			return nil, fmt.Errorf("data: %s: %w", kind, err)
		}
	}
	return &Splits{Train: train, Valid: valid, Test: test, SHA256: hex.EncodeToString(h.Sum(nil))}, nil
}

// spread returns n evenly spaced numbers from lo to hi; a single one is in the middle.
func spread(n int, lo, hi float64) []float64 {
	if n == 1 {
		return []float64{(lo + hi) / 2}
	}
	v := make([]float64, n)
	for k := range v {
		v[k] = lo + float64((hi-lo)*(float64(k)/float64(n-1)))
	}
	return v
}

// aroundTheCircle returns n evenly spaced angles in radians, from 0.
func aroundTheCircle(n int) []float64 {
	v := make([]float64, n)
	for k := range v {
		v[k] = 2 * math.Pi * (float64(k) / float64(n))
	}
	return v
}
