package render

import (
	"fmt"
	"image"
	"slices"

	"latentspace/tensor"
)

// StripOptions lay out rows of pictures.
type StripOptions struct {
	// Scale and Gap are as in [GridOptions].
	Scale, Gap int
	// Ends sets the first and the last picture of each row apart, as where a row leads
	// from one given picture to another.
	Ends bool
	// Labels stand beside the rows.
	Labels Labels
}

// Strip draws rows of pictures, each the steps of one path through the latent
// space, an [image.Gray] for grey pictures without NaN:
//
//	rows[i] (steps, height, width, channels)   channels 1 or 3   values in [0, 1]
//
// It is an error if there are no rows, if they differ in shape, and for what is one
// to [Grid].
func Strip(rows []*tensor.Tensor, o StripOptions) (image.Image, error) {
	if len(rows) == 0 {
		return nil, fmt.Errorf("render: strip: 0 rows, want at least 1")
	}
	var all [][]float32
	m, err := pictures(rows[0])
	if err != nil {
		return nil, fmt.Errorf("render: strip: row 0: %w", err)
	}
	for i, row := range rows {
		if !slices.Equal(row.Shape, rows[0].Shape) {
			return nil, fmt.Errorf("render: strip: row %d has shape %v, want %v as row 0", i, row.Shape, rows[0].Shape)
		}
		all = append(all, cells(row)...)
	}
	gap, err := resolve(o.Gap)
	if err != nil {
		return nil, fmt.Errorf("render: strip: %w", err)
	}
	steps := rows[0].Shape[0]
	m.table(steps, len(rows), gap)
	if o.Ends && steps > 2 {
		m.left[1], m.left[steps-1] = gap+apart, gap+apart
	}
	if err := m.setScale(o.Scale); err != nil {
		return nil, fmt.Errorf("render: strip: %w", err)
	}
	if err := o.Labels.check(len(rows), steps); err != nil {
		return nil, fmt.Errorf("render: strip: %w", err)
	}
	return o.Labels.around(m.draw(all), &m), nil
}
