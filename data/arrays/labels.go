package arrays

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"latentspace/example"
	"latentspace/internal/untrusted"
)

// labels are one known number of each example, of some part.
type labels struct {
	name   string
	values []float32
	words  []string // of a category whose values have names; value i is words[i]
	order  bool     // the values are the indices of a factor, in order
}

// spriteFactors are the columns of dSprites' latents_classes; the colour before them may be missing.
var spriteFactors = []string{"colour", "shape", "scale", "rotation", "x", "y"}

// labelsOf are the labels in an array: one of each of n examples, a row that is one at the place of
// its class and else zero, or a row of several.
func labelsOf(t *tensor, n int, name string) ([]labels, error) {
	if t.rows() != n {
		return nil, fmt.Errorf("%s: shape %v, want a label for each of the %d examples", t.name, t.shape, n)
	}
	if n == 0 {
		return nil, nil
	}
	width := t.size() / n
	if name == "latents_classes" && (width == len(spriteFactors) || width == len(spriteFactors)-1) {
		return columns(t, width, func(k int) (string, bool) {
			factor := spriteFactors[len(spriteFactors)-width+k]
			return factor, factor != "shape"
		}), nil
	}
	if width == 1 {
		return columns(t, 1, func(int) (string, bool) { return name, false }), nil
	}
	if hot := oneHot(t, width); hot != nil {
		return []labels{{name: name, values: hot}}, nil
	}
	if err := untrusted.Attributes.Check(int64(width)); err != nil {
		return nil, fmt.Errorf("%s: %w", t.name, err)
	}
	return columns(t, width, func(k int) (string, bool) { return fmt.Sprintf("%s %d", name, k+1), true }), nil
}

// columns are the columns of an array, without those that are constant if there are several.
func columns(t *tensor, width int, name func(k int) (name string, order bool)) []labels {
	all := make([][]float32, width)
	for k := range all {
		all[k] = make([]float32, t.rows())
	}
	room := make([]float32, width)
	for i := range t.rows() {
		for k, v := range t.row(i, room) {
			all[k][i] = v
		}
	}
	var out []labels
	for k, values := range all {
		constant := !slices.ContainsFunc(values, func(v float32) bool { return v != values[0] })
		if of, order := name(k); !constant || width == 1 {
			out = append(out, labels{name: of, values: values, order: order})
		}
	}
	return out
}

// oneHot returns the place of the one in each row, nil if a row is anything but a single one among zeros.
func oneHot(t *tensor, width int) []float32 {
	out, room := make([]float32, t.rows()), make([]float32, width)
	for i := range out {
		ones := 0
		for k, v := range t.row(i, room) {
			switch v {
			case 1:
				ones++
				out[i] = float32(k)
			case 0:
			default:
				return nil
			}
		}
		if ones != 1 {
			return nil
		}
	}
	return out
}

// known makes fields of the labels of all parts. Labels that some part lacks are left out. The first
// column that says a class is called class.
func (r *raw) known() (known [roles][]Known) {
	for k, first := range r.labels[train] {
		all := make([]*labels, 0, roles)
		for role := range roles {
			if r.examples[role] == nil {
				continue
			}
			if k >= len(r.labels[role]) || r.labels[role][k].name != first.name {
				r.note("only some parts have %s: it is not read", first.name)
				all = nil
				break
			}
			all = append(all, &r.labels[role][k])
		}
		if all == nil {
			continue
		}
		field, levels := fieldOf(first, all)
		if field.Kind == example.Category && first.name != "shape" && !named(known[train], example.ClassField) {
			field.Name = example.ClassField
		}
		for role := range roles {
			if r.examples[role] == nil {
				continue
			}
			values := r.labels[role][k].values
			if levels != nil {
				values = indices(values, levels)
			}
			known[role] = append(known[role], Known{field, values})
		}
	}
	return known
}

func named(known []Known, name string) bool {
	return slices.ContainsFunc(known, func(k Known) bool { return k.Field.Name == name })
}

// fieldOf is the field of labels, and the values that its words stand for, nil if it is a number.
func fieldOf(first labels, all []*labels) (example.Field, []float32) {
	f := example.Field{Name: first.name, Kind: example.Real, View: example.Cell}
	var levels []float32
	for _, l := range all {
		for _, v := range l.values {
			if float64(v) != math.Trunc(float64(v)) {
				return f, nil
			}
			at, found := slices.BinarySearchFunc(levels, v, cmp.Compare[float32])
			if found {
				continue
			}
			if int64(len(levels)) == untrusted.Classes.Value() {
				return f, nil
			}
			levels = slices.Insert(levels, at, v)
		}
	}
	f.Kind = example.Category
	if first.order {
		f.Kind = example.Ordinal
	}
	for _, v := range levels {
		word := strconv.FormatFloat(float64(v), 'f', -1, 32)
		if v >= 0 && int(v) < len(first.words) {
			word = first.words[int(v)]
		}
		f.Words = append(f.Words, word)
	}
	return f, levels
}

// indices are the places of values among levels.
func indices(values, levels []float32) []float32 {
	out := make([]float32, len(values))
	for i, v := range values {
		k, _ := slices.BinarySearch(levels, v)
		out[i] = float32(k)
	}
	return out
}
