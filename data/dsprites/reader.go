// Package dsprites reads the file of dSprites.
package dsprites

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"

	"latentspace/data/division"
	"latentspace/data/draw"
	"latentspace/data/npy"
)

// Reader reads the arrays of dSprites' .npz file:
//
//	imgs             uint8 (n, 64, 64), 0 or 1
//	latents_classes  int64 (n, 5), of each factor the index of its value; or (n, 6)
//	                 with the colour before the others, which is always 0
//	latents_values   float64, of the same shape, the values
//
// The metadata beside them is a pickled object and stays unread.
type Reader struct {
	Values *Values
	Places []Place // of the whole grid
	images *npy.Array
}

const (
	// Ratio is how much the file is packed at most: dSprites is white on black: its pictures compress by 180 to one.
	Ratio = 256
	// maxFactorValues bounds the values of a factor.
	maxFactorValues = 1024
)

// NewReader reads all but the pictures.
func NewReader(r io.ReaderAt, size int64) (*Reader, error) {
	archive, err := npy.OpenArchive(r, size, npy.Limits{Ratio: Ratio})
	if err != nil {
		return nil, err
	}
	images, err := archive.Open("imgs")
	if err != nil {
		return nil, err
	}
	if s := images.Shape; images.Type != npy.Uint8 || len(s) != 3 || s[0] < 1 || s[0] > division.MostExamples || s[1] != draw.SpriteSide || s[2] != draw.SpriteSide {
		return nil, fmt.Errorf("imgs: %s of shape %v, want |u1 of (n, 64, 64) with n from 1 to %d", images.Type, s, division.MostExamples)
	}
	s := &Reader{Values: &Values{}, Places: make([]Place, images.Shape[0]), images: images}
	if err := s.readPlaces(archive); err != nil {
		return nil, err
	}
	return s, nil
}

// readPlaces reads the factors of all pictures. A class must have the same value
// everywhere.
func (s *Reader) readPlaces(archive *npy.Archive) error {
	classes, err := archive.Open("latents_classes")
	if err != nil {
		return err
	}
	n, factors := len(s.Places), len(Factors)
	if h := classes.Shape; len(h) != 2 || h[0] != n || h[1] != factors && h[1] != factors+1 {
		return fmt.Errorf("latents_classes: shape %v, want (%d, %d) or (%d, %d)", h, n, factors, n, factors+1)
	}
	numbers, err := archive.Open("latents_values")
	if err != nil {
		return err
	}
	if !slices.Equal(numbers.Shape, classes.Shape) {
		return fmt.Errorf("latents_values: shape %v, want %v as latents_classes", numbers.Shape, classes.Shape)
	}
	colour := classes.Shape[1] - factors // columns before the shape
	class := make([]int64, classes.Shape[1])
	value := make([]float64, classes.Shape[1])
	for i := range s.Places {
		if err := npy.Read(classes, class); err != nil {
			return err
		}
		if err := npy.Read(numbers, value); err != nil {
			return err
		}
		if colour == 1 && class[0] != 0 {
			return fmt.Errorf("latents_classes: colour %d of picture %d, want 0: they are white", class[0], i)
		}
		for f := range Factors {
			if err := s.put(i, f, class[colour+f], value[colour+f]); err != nil {
				return err
			}
		}
	}
	return nil
}

// put records the class and the value of a factor.
func (s *Reader) put(i, f int, class int64, value float64) error {
	most := int64(maxFactorValues)
	if f == 0 {
		most = int64(len(draw.Shapes()))
		value = float64(class) // in the file it is 1 … 3
	}
	if class < 0 || class >= most {
		return fmt.Errorf("latents_classes: %s %d of picture %d, want 0 to %d", Factors[f], class, i, most-1)
	}
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return fmt.Errorf("latents_values: %s %v of picture %d, want a finite number", Factors[f], value, i)
	}
	v := &s.Values[f]
	for len(*v) <= int(class) {
		*v = append(*v, math.NaN()) // until a picture has the value
	}
	switch known := (*v)[class]; {
	case math.IsNaN(known):
		(*v)[class] = value
	case known != value:
		return fmt.Errorf("latents_values: %s %v of picture %d, want %v as that of the others with class %d", Factors[f], value, i, known, class)
	}
	s.Places[i][f] = uint16(class)
	return nil
}

// Read reads the pictures of parts of the set, each given by its indices. No index may
// be in two of them.
func (s *Reader) Read(ctx context.Context, parts ...[]int) ([][]draw.Bitmap, error) {
	into := make([]*draw.Bitmap, len(s.Places)) // where a picture goes, nil for nowhere
	pictures := make([][]draw.Bitmap, len(parts))
	for k, part := range parts {
		pictures[k] = make([]draw.Bitmap, len(part))
		for j, i := range part {
			into[i] = &pictures[k][j]
		}
	}
	const size, some = draw.SpriteSide * draw.SpriteSide, 16
	pixels := make([]byte, some*size)
	var unused draw.Bitmap
	for lo := 0; lo < len(into); lo += some {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		n := min(some, len(into)-lo)
		if err := npy.Read(s.images, pixels[:n*size]); err != nil {
			return nil, err
		}
		for k := range n {
			m := into[lo+k]
			if m == nil {
				m = &unused
			}
			if at := m.Pack(pixels[k*size : (k+1)*size]); at >= 0 {
				return nil, fmt.Errorf("imgs: value %d in picture %d at row %d, column %d, want 0 or 1", pixels[k*size+at], lo+k, at/draw.SpriteSide, at%draw.SpriteSide)
			}
		}
	}
	return pictures, nil
}
