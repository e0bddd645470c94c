package render

import (
	"fmt"
	"image"
	"math"
	"slices"

	"latentspace/tensor"
)

// GridOptions lay out a table of pictures.
type GridOptions struct {
	// Columns is the number of pictures in a row. 0 picks as many as make the table
	// about square.
	Columns int
	// Scale is the number of pixels per value in both directions. 0 picks one by
	// which a picture has at least 56 pixels on its longer side, so 2 for 28×28, and
	// less where the whole would exceed 1200 pixels.
	Scale int
	// Gap is the number of white pixels between pictures. 0 picks 2, less is none.
	Gap int
	// Labels stand beside the table. [Pairs] has none.
	Labels Labels
}

// Grid draws pictures row by row in one image, an [image.Gray] for grey pictures
// without NaN:
//
//	x (n, height, width, channels)   channels 1 or 3   values in [0, 1]
//
// It is an error if x has another rank or number of channels or is empty, if an
// option is out of range, and if the image would have more than 2²⁸ pixels.
func Grid(x *tensor.Tensor, o GridOptions) (image.Image, error) {
	m, err := pictures(x)
	if err != nil {
		return nil, fmt.Errorf("render: grid: %w", err)
	}
	n := x.Shape[0]
	columns, gap, err := o.columns(n, n)
	if err != nil {
		return nil, fmt.Errorf("render: grid: %w", err)
	}
	m.table(columns, (n+columns-1)/columns, gap)
	if err := m.setScale(o.Scale); err != nil {
		return nil, fmt.Errorf("render: grid: %w", err)
	}
	if err := o.Labels.check(len(m.above), len(m.left)); err != nil {
		return nil, fmt.Errorf("render: grid: %w", err)
	}
	return o.Labels.around(m.draw(cells(x)), &m), nil
}

// Pairs draws rows of originals, each row above that of their reconstructions, as
// [Grid] does; a wider gap sets one pair of rows apart from the next. It is also an
// error if the two have different shapes.
func Pairs(originals, reconstructions *tensor.Tensor, o GridOptions) (image.Image, error) {
	if !slices.Equal(originals.Shape, reconstructions.Shape) {
		return nil, fmt.Errorf("render: pairs: originals of shape %v and reconstructions of shape %v, want the same",
			originals.Shape, reconstructions.Shape)
	}
	m, err := pictures(originals)
	if err != nil {
		return nil, fmt.Errorf("render: pairs: %w", err)
	}
	n := originals.Shape[0]
	columns, gap, err := o.columns(n, 2*n)
	if err != nil {
		return nil, fmt.Errorf("render: pairs: %w", err)
	}
	m.table(columns, 2*((n+columns-1)/columns), gap)
	for row := 2; row < len(m.above); row += 2 {
		m.above[row] = gap + apart
	}
	if err := m.setScale(o.Scale); err != nil {
		return nil, fmt.Errorf("render: pairs: %w", err)
	}
	var rows [][]float32
	tops, bottoms := cells(originals), cells(reconstructions)
	for first := 0; first < n; first += columns {
		last := min(first+columns, n)
		blank := make([][]float32, columns-(last-first))
		rows = append(rows, tops[first:last]...)
		rows = append(rows, blank...)
		rows = append(rows, bottoms[first:last]...)
		rows = append(rows, blank...)
	}
	return m.draw(rows), nil
}

// columns resolves the number of columns, for n pictures of which a square table
// would have square, and the gap.
func (o GridOptions) columns(n, square int) (columns, gap int, err error) {
	if o.Columns < 0 {
		return 0, 0, fmt.Errorf("%d columns, want at least 1, or 0 to choose", o.Columns)
	}
	if columns = o.Columns; columns == 0 {
		columns = int(math.Ceil(math.Sqrt(float64(square))))
	}
	gap, err = resolve(o.Gap)
	return min(columns, n), gap, err
}
