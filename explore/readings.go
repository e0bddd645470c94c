package explore

import (
	"context"
	"fmt"
	"math"
	"slices"

	"latentspace/example"
	"latentspace/probe"
	"latentspace/tensor"
)

// reader reads the attributes that it was trained on off examples, by a [probe.Network].
type reader struct {
	probe *probe.Network
	about []attribute // with the values of the examples that it was trained on
	// labels are, of an attribute with classes, the indices of those that occur in these
	// values, in order; the others are never read.
	labels [][]int
	mean   []float64 // of numbers
	sd     []float64
	unread []Unread // attributes that it was not trained on
}

// newReader trains a reader on examples x (n, shape…) of a schema with n values of each attribute; NaN
// is a value that is missing. An attribute that is constant, or that names examples, is not
// read.
func newReader(ctx context.Context, of example.Schema, x *tensor.Tensor, about []attribute, seed uint64) (*reader, error) {
	r := &reader{}
	var heads []probe.Head
	var values [][]float64
	for _, a := range about {
		known := a.known()
		if why := known.unreadable(); why != "" {
			r.unread = append(r.unread, Unread{Attribute: a.name, Why: why})
			continue
		}
		mean, sd := known.moments()
		labels := known.occurring()
		r.about, r.labels = append(r.about, a), append(r.labels, labels)
		r.mean, r.sd = append(r.mean, mean), append(r.sd, sd)
		heads = append(heads, probe.Head{Classes: len(labels)})
		of := make([]float64, len(a.values))
		for i, v := range a.values {
			switch {
			case math.IsNaN(v):
				of[i] = v
			case a.classes != nil:
				k, _ := slices.BinarySearch(labels, int(v))
				of[i] = float64(k)
			default:
				of[i] = (v - mean) / sd
			}
		}
		values = append(values, of)
	}
	if heads == nil {
		return nil, fmt.Errorf("explore: none of the attributes %s of %d examples can be read: %s", attributeNames(about), x.Shape[0], listed(reasons(r.unread)))
	}
	r.probe = probe.New(of, heads, seed)
	return r, r.probe.Fit(ctx, x, values)
}

// read returns the attributes read off examples (n, shape…): numbers in their own
// unit, of classes the likeliest.
func (r *reader) read(ctx context.Context, x *tensor.Tensor) ([]attribute, error) {
	values, _, err := r.probe.Read(ctx, x)
	if err != nil {
		return nil, err
	}
	all := make([]attribute, len(r.about))
	for k, a := range r.about {
		all[k] = attribute{name: a.name, classes: a.classes, values: values[k]}
		for i, v := range values[k] {
			if a.classes != nil {
				values[k][i] = float64(r.labels[k][int(v)])
			} else {
				values[k][i] = r.mean[k] + float64(r.sd[k]*v)
			}
		}
	}
	return all, nil
}

// Reading is how an attribute, read off decoded examples, changes with the strength of a direction.
type Reading struct {
	Attribute string `json:"attribute"`
	// How well it is read off examples that the reader was not trained on, and off the
	// reconstructions of those that are held out, where there are any.
	Examples      *Score `json:"on_examples,omitempty"`
	Reconstructed *Score `json:"on_reconstruction,omitempty"`

	// Of a number, at each strength: its mean, and how far that is from the mean at
	// strength 0, in standard deviations of the attribute.
	Mean  []float64 `json:"mean,omitempty"`
	Shift []float64 `json:"shift,omitempty"`
	// Of classes: the share of examples that are read as another class than at strength 0.
	Changed []float64 `json:"changed,omitempty"`
	// Of the class that the direction is for: the share read as it.
	Share []float64 `json:"share,omitempty"`
	// Of the attribute that the direction is for: the share of examples where it is
	// higher at the highest strength than at the lowest, and whether the mean rises
	// with every strength.
	Rising   *float64 `json:"rising,omitempty"`
	Monotone *bool    `json:"monotone,omitempty"`
}

// readings sums up what was read at strength 0 and at each of the strengths.
func (r *reader) readings(t target, base []attribute, at [][]attribute) []Reading {
	var all []Reading
	for k, a := range r.about {
		reading := Reading{Attribute: a.name}
		for _, read := range at {
			if a.classes != nil {
				reading.Changed = append(reading.Changed, differing(read[k].values, base[k].values))
				continue
			}
			mean, _ := read[k].moments()
			zero, _ := base[k].moments()
			reading.Mean = append(reading.Mean, mean)
			reading.Shift = append(reading.Shift, (mean-zero)/r.sd[k])
		}
		if a.name == t.name {
			r.follow(&reading, t, k, at)
		}
		all = append(all, reading)
	}
	return all
}

// follow adds what is told of the attribute that the direction is for.
func (r *reader) follow(reading *Reading, t target, k int, at [][]attribute) {
	lowest, highest := at[0][k].values, at[len(at)-1][k].values
	series := reading.Mean
	if t.class >= 0 {
		for _, read := range at {
			share := 0.0
			for _, v := range read[k].indicator(t.class) {
				share += v / float64(len(read[k].values))
			}
			reading.Share = append(reading.Share, share)
		}
		series = reading.Share
		lowest, highest = at[0][k].indicator(t.class), at[len(at)-1][k].indicator(t.class)
	}
	higher := 0
	for i, v := range highest {
		if v > lowest[i] {
			higher++
		}
	}
	rising := float64(higher) / float64(len(highest))
	monotone := true
	for i := 1; i < len(series); i++ {
		monotone = monotone && series[i] > series[i-1]
	}
	reading.Rising, reading.Monotone = &rising, &monotone
}

// differing is the share of values that differ.
func differing(a, b []float64) float64 {
	n := 0
	for i, v := range a {
		if v != b[i] {
			n++
		}
	}
	return float64(n) / float64(len(a))
}

// perStrength is the slope of the least squares of shifts over strengths, through
// the origin, as shifts are 0 at 0.
func perStrength(strengths, shift []float64) float64 {
	var xy, xx float64
	for i, s := range strengths {
		xy += float64(s * shift[i])
		xx += float64(s * s)
	}
	if xx == 0 {
		return math.NaN()
	}
	return xy / xx
}
