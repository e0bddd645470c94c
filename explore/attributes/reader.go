package attributes

import (
	"context"
	"fmt"
	"math"
	"slices"

	"latentspace/example"
	"latentspace/probe"
	"latentspace/tensor"
)

// Reader reads the attributes that it was trained on off examples, by a [probe.Network].
type Reader struct {
	probe *probe.Network
	About []Attribute // with the values of the examples that it was trained on
	// labels has, for an attribute with classes, the indices of the classes that occur
	// in these values, in order. Other classes are never read.
	labels [][]int
	mean   []float64 // of numbers
	sd     []float64
	Unread []Unread // attributes that it was not trained on
}

// NewReader trains a Reader on examples x (n, shape…) of a schema with n values of each attribute;
// NaN is a value that is missing. Attributes that are constant, or that name examples, are not
// read.
func NewReader(ctx context.Context, of example.Schema, x *tensor.Tensor, about []Attribute, seed uint64) (*Reader, error) {
	r := &Reader{}
	var heads []probe.Head
	var values [][]float64
	for _, a := range about {
		known := a.Known()
		if why := known.Unreadable(); why != "" {
			r.Unread = append(r.Unread, Unread{Attribute: a.Name, Why: why})
			continue
		}
		mean, sd := known.Moments()
		labels := known.occurring()
		r.About, r.labels = append(r.About, a), append(r.labels, labels)
		r.mean, r.sd = append(r.mean, mean), append(r.sd, sd)
		heads = append(heads, probe.Head{Classes: len(labels)})
		of := make([]float64, len(a.Values))
		for i, v := range a.Values {
			switch {
			case math.IsNaN(v):
				of[i] = v
			case a.Classes != nil:
				k, _ := slices.BinarySearch(labels, int(v))
				of[i] = float64(k)
			default:
				of[i] = (v - mean) / sd
			}
		}
		values = append(values, of)
	}
	if heads == nil {
		return nil, fmt.Errorf("explore: none of the attributes %s of %d examples can be read: %s", List(about), x.Shape[0], Listed(Reasons(r.Unread)))
	}
	r.probe = probe.New(of, heads, seed)
	return r, r.probe.Fit(ctx, x, values)
}

// Read returns the attributes read off examples (n, shape…): numbers in their own unit,
// and the likeliest classes.
func (r *Reader) Read(ctx context.Context, x *tensor.Tensor) ([]Attribute, error) {
	values, _, err := r.probe.Read(ctx, x)
	if err != nil {
		return nil, err
	}
	all := make([]Attribute, len(r.About))
	for k, a := range r.About {
		all[k] = Attribute{Name: a.Name, Classes: a.Classes, Values: values[k]}
		for i, v := range values[k] {
			if a.Classes != nil {
				values[k][i] = float64(r.labels[k][int(v)])
			} else {
				values[k][i] = r.mean[k] + float64(r.sd[k]*v)
			}
		}
	}
	return all, nil
}
