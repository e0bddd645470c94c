package explore

import (
	"context"
	"fmt"
	"math"
	"slices"

	"latentspace/nn/tensor"
	"latentspace/probe"
)

// reader reads the attributes that it was trained on off examples, by a [probe.Network].
type reader struct {
	probe *probe.Network
	about []attribute // with the values of the examples that it was trained on
	first []int       // column of each attribute
	mean  []float64   // of numbers
	sd    []float64
}

// newReader trains a reader on examples x (n, shape…) with n values of each attribute. An
// attribute that is constant is not read.
func newReader(ctx context.Context, x *tensor.Tensor, about []attribute, seed uint64) (*reader, error) {
	r := &reader{}
	columns := 0
	for _, a := range about {
		if a.constant() {
			continue
		}
		r.about, r.first = append(r.about, a), append(r.first, columns)
		mean, sd := a.moments()
		r.mean, r.sd = append(r.mean, mean), append(r.sd, sd)
		columns += max(1, len(a.classes))
	}
	n := x.Shape[0]
	if columns == 0 {
		return nil, fmt.Errorf("explore: no attribute differs among %d examples, want one that can be read", n)
	}
	y := tensor.New(n, columns)
	for k, a := range r.about {
		for i, v := range a.values {
			if a.classes != nil {
				y.Data[i*columns+r.first[k]+int(v)] = 1
			} else {
				y.Data[i*columns+r.first[k]] = float32((v - r.mean[k]) / r.sd[k])
			}
		}
	}
	r.probe = probe.New(x.Shape[1:], columns, seed)
	return r, r.probe.Fit(ctx, x, y)
}

// read returns the attributes read off examples (n, shape…): numbers in their own
// unit, of classes the likeliest.
func (r *reader) read(ctx context.Context, x *tensor.Tensor) ([]attribute, error) {
	y, _, err := r.probe.Read(ctx, x)
	if err != nil {
		return nil, err
	}
	columns := y.Shape[1]
	all := make([]attribute, len(r.about))
	for k, a := range r.about {
		all[k] = attribute{name: a.name, classes: a.classes}
		for i := range y.Shape[0] {
			row := y.Data[i*columns+r.first[k] : i*columns+r.first[k]+max(1, len(a.classes))]
			v := r.mean[k] + float64(r.sd[k]*float64(row[0]))
			if a.classes != nil {
				v = float64(slices.Index(row, slices.Max(row)))
			}
			all[k].values = append(all[k].values, v)
		}
	}
	return all, nil
}

// Score is how well an attribute is read off examples that the reader has not been
// trained on.
type Score struct {
	R2       *float64 `json:"r2,omitempty"`       // of a number, 1 − Σ(y − ŷ)²/Σ(y − ȳ)²
	Accuracy *float64 `json:"accuracy,omitempty"` // of classes, the share that is right
}

// score compares what was read with what is known. Of nothing there is no score.
func score(known, read attribute) Score {
	if len(known.values) == 0 {
		return Score{}
	}
	if known.classes != nil {
		right := 0.0
		for i, v := range known.values {
			if v == read.values[i] {
				right++
			}
		}
		right /= float64(len(known.values))
		return Score{Accuracy: &right}
	}
	_, sd := known.moments()
	wrong := 0.0
	for i, v := range known.values {
		wrong += float64((v - read.values[i]) * (v - read.values[i]))
	}
	if sd == 0 {
		return Score{}
	}
	r2 := 1 - wrong/(sd*sd*float64(len(known.values)))
	return Score{R2: &r2}
}

// Reading is how an attribute, read off decoded examples, changes with the strength of a direction.
type Reading struct {
	Attribute string `json:"attribute"`
	// How well it is read off held-out examples, and off their reconstructions, where there
	// are any. Nothing is said of examples that the reader was trained on.
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
