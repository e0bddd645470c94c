package atlas

import (
	"context"
	"math"
	"slices"

	"latentspace/data"
	"latentspace/data/columns"
	"latentspace/example"
	"latentspace/explore/attributes"
	"latentspace/training"
)

// mostDirections is how many directions a page offers at most.
const mostDirections = 200

// attributes finds what is known of the points, and the directions that can be fitted to it.
func (a *Atlas) attributes(ctx context.Context) error {
	if a.examples == nil {
		a.drawnDirections(ctx)
		return ctx.Err()
	}
	known, err := attributes.Of(a.examples, a.Space.N)
	if err != nil {
		a.lacks(Sentence(err), "attributes", "directions")
		return nil
	}
	if len(known) == 0 {
		a.lacks("Nothing is known of the examples besides themselves.", "attributes", "directions")
	}
	a.written(known)
	a.known = known
	for _, k := range known {
		a.Space.Attributes = append(a.Space.Attributes, about(k))
		if a.Space.Lacks["directions"] == "" {
			a.Space.Directions = append(a.Space.Directions, targets(k)...)
		}
	}
	if len(a.Space.Directions) == 0 {
		a.lacks("No attribute differs among the examples.", "directions")
	}
	a.Space.Directions = a.Space.Directions[:min(len(a.Space.Directions), mostDirections)]
	return nil
}

// written turns numbers of a table, which models see scaled, into those of its cells.
func (a *Atlas) written(known []attributes.Attribute) {
	of, ok := a.examples.(data.Described)
	if !ok {
		return
	}
	schema := of.About()
	for _, k := range known {
		f, _, ok := schema.Lookup(k.Name)
		if !ok || f.Column == nil || f.Indexed() || f.Gaps {
			continue
		}
		for i, v := range k.Values {
			k.Values[i] = columns.Amount(f, []float32{float32(v)}, 0.5)
		}
	}
}

// drawnDirections finds the directions that can be fitted to draws, by what is known of training
// examples.
func (a *Atlas) drawnDirections(ctx context.Context) {
	if a.m.HasEncoder() || a.Space.N == 0 {
		a.lacks(a.Space.Lacks["examples"], "directions")
		return
	}
	train, err := a.m.Split(ctx, "train")
	if err != nil {
		a.lacks(Sentence(err), "directions")
		return
	}
	some := data.Subset(train, data.Some(train.Len(), a.o.N, a.o.Seed, "explore"))
	known, err := attributes.Of(some, some.Len())
	if err != nil {
		a.lacks(Sentence(err), "directions")
		return
	}
	for _, k := range known {
		a.Space.Directions = append(a.Space.Directions, targets(k)...)
	}
	if len(a.Space.Directions) == 0 {
		a.lacks("No attribute differs among the examples.", "directions")
	}
}

// about says what an attribute is.
func about(k attributes.Attribute) Known {
	if k.Classes != nil {
		return Known{Name: k.Name, Words: k.Classes}
	}
	known := Known{Name: k.Name}
	for _, v := range k.Values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			known.include(v)
		}
	}
	return known
}

// include widens the range of a number.
func (k *Known) include(v float64) {
	if k.Min == nil || v < *k.Min {
		k.Min = &v
	}
	if k.Max == nil || v > *k.Max {
		k.Max = &v
	}
}

// targets are the directions of an attribute: of a number one, of two classes one, of more classes one
// for each that occurs.
func targets(k attributes.Attribute) []string {
	if k.Known().Unreadable() != "" {
		return nil
	}
	switch len(k.Classes) {
	case 0:
		return []string{k.Name}
	case 2:
		return []string{k.Name + ":" + k.Classes[1]}
	}
	var all []string
	for c, word := range k.Classes {
		if slices.Contains(k.Values, float64(c)) {
			all = append(all, k.Name+":"+word)
		}
	}
	return all
}

// conditionsOf are the fields that a model is told.
func conditionsOf(m *training.Trained) []Known {
	all := []Known{}
	for _, name := range m.Conditional() {
		f, at, ok := m.Told.About.Lookup(name)
		if !ok {
			continue
		}
		all = append(all, condition(m, f, at))
	}
	return all
}

// condition is a field that a model is told, at a place of what is known of an example.
func condition(m *training.Trained, f example.Field, at int) Known {
	k := Known{Name: f.Name, Words: f.Words}
	if f.Indexed() || m.Told.Known == nil {
		return k
	}
	width := m.Told.About.Width()
	for i := range m.Told.Known.Shape[0] {
		k.include(float64(m.Told.Known.Data[i*width+at]))
	}
	return k
}
