package show

import (
	"fmt"

	"latentspace/explore"
	"latentspace/kernel"
	"latentspace/render"
	"latentspace/tensor"
	"latentspace/training"
)

// mapMethods are the names of the methods in charts.
var mapMethods = map[string]string{"plain": "", "pca": "PCA of ", "tsne": "t-SNE of "}

// mapChart is a chart of examples in the plane.
type mapChart struct {
	points  *tensor.Tensor // (n, 2)
	classes []int          // nil where there are none
	options render.ScatterOptions
}

// chartOf is the chart of a map, in an order that is a function of the seed: what is drawn later
// covers what was drawn before, and in the order of a file that is sorted the last class would
// cover the others.
func chartOf(m *training.Trained, r explore.MapResult, seed uint64, thumbnails bool) mapChart {
	order := make([]int, r.Report.N)
	kernel.Permute(order, kernel.Seed(seed, "explore.map"))
	c := mapChart{options: render.ScatterOptions{
		Title: fmt.Sprintf("%s: %s%s, %d %s examples", m.Config.Name, mapMethods[r.Report.Method], r.Report.Space, r.Report.N, r.Report.Split),
		X:     r.Axes[0], Y: r.Axes[1], Names: r.Names,
	}}
	c.points, c.classes = permuted(r.Points, r.Labels, order)
	if thumbnails {
		c.options.Thumbnails = &render.Thumbnails{Shape: m.Shape, Read: func(i int, dst []float32) error { return r.Examples.Read(order[i], dst) }}
	}
	return c
}

// permuted is points (n, 2) and their labels, nil for none, in another order.
func permuted(points *tensor.Tensor, labels, order []int) (*tensor.Tensor, []int) {
	moved := tensor.New(points.Shape...)
	var classes []int
	for to, from := range order {
		copy(moved.Data[2*to:2*to+2], points.Data[2*from:])
		if labels != nil {
			classes = append(classes, labels[from])
		}
	}
	return moved, classes
}
