package explore

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"latentspace/data"
	"latentspace/explore/codefile"
	"latentspace/explore/newcomers"
	"latentspace/tensor"
	"latentspace/training"
)

// readBatch is the number of examples that are read, or decoded, at once.
const readBatch = 512

// source returns the examples that a verb takes, those of the files or else of the split, and what
// they are called.
func (o Options) source(ctx context.Context, m *training.Trained) (data.Dataset, string, error) {
	if len(o.Files) == 0 {
		ds, err := m.Split(ctx, o.Split)
		return ds, "the " + o.Split + " split", err
	}
	where := strings.Join(o.Files, ", ")
	set, notes, err := newcomers.Open(ctx, o.Files, m.Model, m.Config.Data)
	if err != nil {
		return nil, "", err
	}
	for _, note := range notes {
		o.Tell("%s", note)
	}
	names := m.Conditional()
	if len(names) == 0 {
		return set, where, nil
	}
	missing := slices.DeleteFunc(slices.Clone(names), func(name string) bool { _, ok := o.Conditions[name]; return ok })
	if len(missing) == 0 {
		row, err := o.hold(m, tensor.New(1, m.Told.About.Width()))
		if err != nil {
			return nil, "", err
		}
		return set.Alike(m.Told.About, row.Data), where, nil
	}
	ds, err := set.Known(m.Told.About)
	if err != nil {
		return nil, "", fmt.Errorf("%w, and the model is told it: -given %s=… says it of all", err, missing[0])
	}
	return ds, where, nil
}

// Take returns N examples of the split, drawn by the seed, or all if there are no more, with the index
// of each in the split.
func (o Options) Take(ctx context.Context, m *training.Trained) (data.Dataset, []int, error) {
	if err := o.check(); err != nil {
		return nil, nil, err
	}
	ds, where, err := o.source(ctx, m)
	if err != nil {
		return nil, nil, err
	}
	n, err := o.take(ds.Len(), where)
	if err != nil {
		return nil, nil, err
	}
	some := o.some(ds, n)
	return some.Dataset, some.index, nil
}

// from is where examples come from, for a report: the split, or none for files.
func (o Options) from() string {
	if len(o.Files) > 0 {
		return ""
	}
	return o.Split
}

// NameOf is the name of an example of a data set, in a report: that of its file, or its number.
func NameOf(ds data.Dataset, i int) string {
	switch of := ds.(type) {
	case part:
		return NameOf(of.whole, of.index[i])
	case interface{ Name(i int) string }:
		return of.Name(i)
	}
	return strconv.Itoa(i)
}

// part is some examples of a data set, in their order, as a data set of its own.
type part struct {
	data.Dataset
	whole data.Dataset
	index []int // of each in the whole
	n     int
}

// some is most examples of a data set, or all if there are no more. They are a random part
// that is a function of the seed, and the same for every verb; of two parts the smaller is in
// the larger.
func (o Options) some(ds data.Dataset, most int) part {
	return partOf(ds, data.Some(ds.Len(), most, o.Seed, "explore"))
}

// Some is the values of most examples of a data set, or of all if there are no more: those that
// every verb takes by the seed.
func Some(m *training.Trained, ds data.Dataset, most int, seed uint64) (*tensor.Tensor, error) {
	some := Options{Seed: seed}.some(ds, most)
	return m.Values(some, 0, some.n)
}

func partOf(ds data.Dataset, index []int) part {
	return part{data.Subset(ds, index), ds, index, len(index)}
}

// Unwrap is the part as a set that has what is known of its examples: see [example.Knows].
func (p part) Unwrap() data.Dataset { return p.Dataset }

// rows is the examples first … first+n−1 of the part.
func (p part) rows(first, n int) part { return partOf(p.whole, p.index[first:first+n]) }

// labels returns the class of each example, and the names of the classes; nil if the
// data set has none.
func (p part) labels() (labels []int, names []string, err error) {
	c, err := data.ClassesOf(p.Dataset, p.n)
	if err != nil || c == nil {
		return nil, nil, err
	}
	return c.Labels, c.Names, nil
}

// ClassName is the name of a class, or its number if it has none.
func ClassName(names []string, label int) string {
	if label >= 0 && label < len(names) {
		return names[label]
	}
	return fmt.Sprint(label)
}

// checkFinite reports the first value of rows (n, d) that is not finite, where row 0 is of
// example first of the part. What they are is such as the code.
func (p part) checkFinite(what string, first int, rows *tensor.Tensor) error {
	return codefile.CheckFinite(what+" of example", rows, func(row int) int { return p.index[first+row] })
}
