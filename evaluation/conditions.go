package evaluation

import (
	"errors"
	"fmt"
	"slices"

	"latentspace/data"
	"latentspace/metrics"
	"latentspace/probe"
	"latentspace/tensor"
)

// leastOfClass is the least number of samples and examples of a class for a Fréchet distance of its
// own: with fewer than two for each feature it is mostly bias.
const leastOfClass = 2 * probe.Features

// conditions adds the share of samples, from a model that is told a class, to which the classifier
// gives that class (seen). It also adds a table of the classes, with the Fréchet distance of
// features for classes with enough examples.
func (c *comparison) conditions(seen []int, drawn, real *tensor.Tensor, method string) error {
	field, _ := data.ClassField(c.m.Train)
	if !slices.Contains(c.m.Model.Conditional(), field.Name) {
		if len(c.m.Metrics) > 0 && c.m.wants("condition_accuracy") {
			c.leave(fmt.Sprintf("condition_accuracy is of a model that is told a class, and a model of kind %s is not.", c.m.Model.Kind))
		}
		return nil
	}
	_, at, _ := c.m.Model.Told.About.Lookup(field.Name)
	asked := make([]int, len(seen))
	for i := range asked {
		asked[i] = int(row(c.about, i)[at])
	}
	for _, f := range c.Figures {
		if f.Name == "classifier_accuracy" {
			method += fmt.Sprintf("; it tells %.4g ± %.2g of the held-out examples right", f.Value, f.Error)
		}
	}
	c.add("condition_accuracy", metrics.Accuracy(seen, asked), "share of samples", samplesReduction, method)
	classes, err := data.ClassesOf(c.m.Held, real.Shape[0])
	if err != nil {
		return err
	}
	t := Table{Name: "classes", Title: "Samples of each class", Columns: []string{"samples", "of that class"}}
	var distances []float64
	for k, name := range field.Words {
		of := equal(asked, k)
		if len(of) == 0 {
			continue
		}
		right := 0.0
		for _, i := range of {
			if seen[i] == k {
				right++
			}
		}
		t.Rows, t.Values = append(t.Rows, name), append(t.Values, []float64{float64(len(of)), right / float64(len(of))})
		held := equal(classes.Labels, k)
		if min(len(of), len(held)) < leastOfClass {
			continue
		}
		e, err := metrics.Frechet(picked(drawn, of), picked(real, held))
		if err == nil {
			distances = append(distances, e.Value)
		} else if _, unfit := errors.AsType[metrics.Unfit](err); !unfit {
			return err
		}
	}
	if len(distances) == len(t.Rows) {
		t.Columns = append(t.Columns, "Fréchet distance")
		for k, d := range distances {
			t.Values[k] = append(t.Values[k], d)
		}
	}
	c.Tables = append(c.Tables, t)
	return nil
}

// equal returns the indices of the labels that are k.
func equal(labels []int, k int) (index []int) {
	for i, l := range labels {
		if l == k {
			index = append(index, i)
		}
	}
	return index
}

// picked returns some rows of a matrix.
func picked(x *tensor.Tensor, index []int) *tensor.Tensor {
	y := tensor.New(len(index), x.Shape[1])
	for k, i := range index {
		copy(row(y, k), row(x, i))
	}
	return y
}
