package explore

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"latentspace/data"
	"latentspace/data/attributefile"
	"latentspace/explore/attributes"
	"latentspace/internal/untrusted"
	"latentspace/kernel"
	"latentspace/tensor"
	"latentspace/trained"
	"latentspace/training"
)

// examples are some examples of a data set, with what is known of each.
type examples struct {
	ds    data.Dataset
	index []int
	about []attributes.Attribute
}

// known has the examples that a direction is fitted to and checked on.
type known struct {
	fit, held examples
	split     string                    // of fit
	heldOut   bool                      // whether the two are disjoint
	table     *attributefile.Attributes // that the attributes come from; nil for the data
}

// known returns the examples of the data: of the training split to fit and of the
// split to check, or of a file of attributes four in five and one in five.
func (o Vary) known(ctx context.Context, m *training.Trained) (known, error) {
	split, err := m.Split(ctx, o.Split)
	if err != nil {
		return known{}, err
	}
	if o.Table != "" {
		return o.tabled(split)
	}
	train, err := m.Split(ctx, "train")
	if err != nil {
		return known{}, err
	}
	k := known{split: "train", heldOut: o.Split != "train"}
	if k.fit, err = examplesOf(o.some(train, o.Fit)); err != nil {
		return known{}, err
	}
	if k.held, err = examplesOf(o.some(split, o.Check)); err != nil {
		return known{}, err
	}
	if len(k.fit.about) == 0 {
		return known{}, fmt.Errorf("explore: the examples of this data have neither labels nor known factors; -attributes FILE.csv names some")
	}
	if len(k.held.index) == 0 {
		return known{}, fmt.Errorf("explore: the %s split has no examples to check on", o.Split)
	}
	return k, nil
}

// tabled returns the examples of a file of attributes.
func (o Vary) tabled(ds data.Dataset) (known, error) {
	f, _, err := untrusted.Open(o.Table)
	if err != nil {
		return known{}, fmt.Errorf("explore: -attributes: %w", err)
	}
	defer f.Close()
	t, err := attributefile.Read(f, o.Table, o.Dialect)
	if err != nil {
		return known{}, err
	}
	o.describe(o.Table, t.Description, t.LeftOut)
	if err := t.Check(ds.Len()); err != nil {
		return known{}, err
	}
	about, err := attributes.FromTable(t)
	if err != nil {
		return known{}, err
	}
	k := known{split: o.Split, heldOut: true, table: t}
	k.fit, k.held = divided(examples{ds, t.Index, about}, o.Fit, o.Check, o.Seed)
	if len(k.held.index) == 0 {
		return known{}, fmt.Errorf("explore: -attributes: %s has %d rows, want at least 5, as one in five is for the check", o.Table, len(t.Index))
	}
	return k, nil
}

// divided sets every fifth example aside, in an order that is a function of the seed,
// since a file may be sorted or its classes may alternate.
func divided(all examples, most, mostHeld int, seed uint64) (fit, held examples) {
	fit.ds, held.ds = all.ds, all.ds
	take := func(to *examples, k int) {
		if to.about == nil {
			for _, a := range all.about {
				to.about = append(to.about, attributes.Attribute{Name: a.Name, Classes: a.Classes})
			}
		}
		to.index = append(to.index, all.index[k])
		for j, a := range all.about {
			to.about[j].Values = append(to.about[j].Values, a.Values[k])
		}
	}
	order := make([]int, len(all.index))
	kernel.Permute(order, kernel.Seed(seed, "explore.divided"))
	for i, k := range order {
		switch {
		case i%5 != 4 && len(fit.index) < most:
			take(&fit, k)
		case i%5 == 4 && len(held.index) < mostHeld:
			take(&held, k)
		}
	}
	return fit, held
}

// unknown adds the reason to an error about a column that the table leaves out.
func (k known) unknown(err error, spelled string) error {
	if err == nil || k.table == nil {
		return err
	}
	name, _, _ := strings.Cut(spelled, ":")
	for _, n := range []string{spelled, name} {
		if why := k.table.Why(n); why != "" {
			return fmt.Errorf("explore: attribute %s is left out: %s", n, why)
		}
	}
	return err
}

// complete returns the examples for which all given attributes are known.
func (e examples) complete(names ...string) examples {
	f := examples{ds: e.ds}
	for _, a := range e.about {
		f.about = append(f.about, attributes.Attribute{Name: a.Name, Classes: a.Classes})
	}
	for i, at := range e.index {
		if slices.ContainsFunc(e.about, func(a attributes.Attribute) bool { return slices.Contains(names, a.Name) && math.IsNaN(a.Values[i]) }) {
			continue
		}
		f.index = append(f.index, at)
		for k, a := range e.about {
			f.about[k].Values = append(f.about[k].Values, a.Values[i])
		}
	}
	return f
}

// examplesOf is a part of a data set with what is known of it.
func examplesOf(p part) (examples, error) {
	about, err := attributes.Of(p.Dataset, p.n)
	return examples{ds: p.whole, index: p.index, about: about}, err
}

// some returns at most most of them, spread evenly, since a file may be sorted.
func (e examples) some(most int) examples {
	n := min(most, len(e.index))
	f := examples{ds: e.ds}
	for k := range n {
		f.index = append(f.index, e.index[k*len(e.index)/n])
	}
	for _, a := range e.about {
		b := attributes.Attribute{Name: a.Name, Classes: a.Classes}
		for k := range n {
			b.Values = append(b.Values, a.Values[k*len(e.index)/n])
		}
		f.about = append(f.about, b)
	}
	return f
}

// apart divides them: every fifth goes to the second part.
func (e examples) apart() (most, fifth examples) {
	most.ds, fifth.ds = e.ds, e.ds
	for _, a := range e.about {
		most.about = append(most.about, attributes.Attribute{Name: a.Name, Classes: a.Classes})
		fifth.about = append(fifth.about, attributes.Attribute{Name: a.Name, Classes: a.Classes})
	}
	for i, at := range e.index {
		to := &most
		if i%5 == 4 {
			to = &fifth
		}
		to.index = append(to.index, at)
		for k, a := range e.about {
			to.about[k].Values = append(to.about[k].Values, a.Values[i])
		}
	}
	return most, fifth
}

// read returns the examples.
func (e examples) read(ctx context.Context, m *training.Trained) (trained.Examples, error) {
	if ctx.Err() != nil {
		return trained.Examples{}, ctx.Err()
	}
	return m.Read(partOf(e.ds, e.index), 0, len(e.index))
}

// codes returns their codes, computed in batches.
func (e examples) codes(ctx context.Context, m *training.Trained) (coded, error) {
	dim, err := m.Dim()
	if err != nil {
		return coded{}, err
	}
	z := coded{X: tensor.New(len(e.index), dim)}
	if len(m.Conditional()) > 0 {
		z.About = tensor.New(len(e.index), m.Told.About.Width())
	}
	for lo := 0; lo < len(e.index); lo += 512 {
		x, err := examples{ds: e.ds, index: e.index[lo:min(lo+512, len(e.index))]}.read(ctx, m)
		if err != nil {
			return coded{}, err
		}
		part, err := m.Encode(ctx, x)
		if err != nil {
			return coded{}, err
		}
		copy(z.X.Data[lo*dim:], part.Data)
		if z.About != nil {
			copy(z.About.Data[lo*z.About.Shape[1]:], x.About.Data)
		}
	}
	return z, nil
}

// named is the attribute of a name that is known to be there.
func (e examples) named(name string) attributes.Attribute {
	for _, a := range e.about {
		if a.Name == name {
			return a
		}
	}
	return attributes.Attribute{}
}
