package show

import (
	"fmt"
	"slices"

	"latentspace/explore"
	"latentspace/kernel"
	"latentspace/render"
	"latentspace/tensor"
	"latentspace/training"
)

// mapMethods are the names of the methods in charts.
var mapMethods = map[string]string{"plain": "", "pca": "PCA of ", "tsne": "t-SNE of ", "umap": "UMAP of "}

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
	if r.Points.Shape[1] == 3 {
		c.options.Title += ", along the third axis"
	}
	c.points, c.classes = permuted(r.Points, r.Labels, order)
	if r.New != nil {
		c.add(r)
	}
	if thumbnails {
		c.options.Thumbnails = &render.Thumbnails{Shape: m.Shape, Read: func(i int, dst []float32) error {
			if i >= len(order) {
				return r.New.Examples.Read(i-len(order), dst)
			}
			return r.Examples.Read(order[i], dst)
		}}
	}
	return c
}

// newLabel is what new examples are called on a map.
const newLabel = "new"

// add draws new examples above the others, as a class of their own.
func (c *mapChart) add(r explore.MapResult) {
	names, n := r.Names, r.Report.N
	if c.classes == nil {
		names, c.classes = []string{r.Report.Split}, make([]int, n)
	}
	c.options.Names = append(slices.Clone(names), newLabel)
	c.options.Title += fmt.Sprintf(" and %d new ones", r.Report.New)
	all := tensor.New(n+r.Report.New, 2)
	copy(all.Data, c.points.Data)
	for i := range r.Report.New {
		copyPlace(all, n+i, r.New.Points, i)
	}
	c.points = all
	for range r.Report.New {
		c.classes = append(c.classes, len(names))
	}
}

// copyPlace copies the first two coordinates of a point.
func copyPlace(to *tensor.Tensor, i int, from *tensor.Tensor, j int) {
	copy(to.Data[2*i:2*i+2], from.Data[from.Shape[1]*j:])
}

// permuted is the first two coordinates of points and their labels, nil for none, in another order.
func permuted(points *tensor.Tensor, labels, order []int) (*tensor.Tensor, []int) {
	moved := tensor.New(points.Shape[0], 2)
	var classes []int
	for to, from := range order {
		copyPlace(moved, to, points, from)
		if labels != nil {
			classes = append(classes, labels[from])
		}
	}
	return moved, classes
}
