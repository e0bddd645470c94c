package render

import (
	"fmt"
	"image"
)

// Series is a line of a chart: the points (X[i], Y[i]) in order, as the loss on the
// training set by step. Series of one name share a colour and an entry in the legend.
type Series struct {
	Name string
	X, Y []float64
}

// CurveOptions name a chart of curves. Axis titles say their units, as in "loss (nats
// per example)"; empty ones are left out.
type CurveOptions struct {
	Title, X, Y string
}

// Curves draws series in one frame of 900×540 pixels. The vertical axis is
// logarithmic where all values are positive and the largest is above 10^2.5 times the
// smallest. A point with a NaN, an infinity or a value beyond ±10¹⁰⁰ is skipped and the
// line is broken there. Without points the frame says "no points".
//
// It is an error if the X and Y of a series differ in length.
func Curves(series []Series, o CurveOptions) (image.Image, error) {
	frame := []Panel{{Y: o.Y, Series: series}}
	img, err := drawPanels(frame, newPage(900, 540), 1, o.Title, o.X)
	if err != nil {
		return nil, fmt.Errorf("render: curves: %w", err)
	}
	return img, nil
}
