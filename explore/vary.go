package explore

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"latentspace/data/table"
	"latentspace/experiments"
	"latentspace/explore/attributes"
	"latentspace/latent"
	"latentspace/training"
)

// Vary moves N codes along the direction of an attribute, decodes them, and checks how far the attribute moved and what else moved with it: on held-out
// examples, or, if Split is train and there is no Table, on those that it was fitted to.
type Vary struct {
	Options
	Attribute string // a number, or name:class
	Direction string // of a closed form in place of an attribute, such as sefa:2: see [Vary.Walk]
	// Table is a file of attributes of the examples of Split, in place of what the data know.
	// Four in five of its rows are for fitting and one in five for the check.
	Table   string
	Dialect table.Dialect // of Table; what is zero is found out

	Method      string   // of latent.Directions
	Against     []string // attributes whose influence is removed
	Conditional bool     // remove that of all others

	Strengths []float64 // or else Steps of them, evenly from −Range to Range
	Range     float64
	Steps     int

	From  int   // index in the split of the first example, the next follow; -1 for some that the seed draws
	Draws bool  // random draws in place of examples
	Prior Prior // of them
	Fit   int   // most codes that the direction is fitted to
	Check int   // most held-out examples that are checked
}

// VaryResult is what [Vary] finds.
type VaryResult struct {
	Rows   Rows // of each code, at each strength
	Report VaryReport
}

// Run varies.
func (o Vary) Run(ctx context.Context, m *training.Trained) (VaryResult, error) {
	strengths, err := o.checked()
	if err != nil {
		return VaryResult{}, err
	}
	if err := checkHeld(o.N*len(strengths), m.Shape); err != nil {
		return VaryResult{}, err
	}
	if err := checkHeld(o.Check, m.Shape); err != nil {
		return VaryResult{}, err
	}
	k, err := o.known(ctx, m)
	if err != nil {
		return VaryResult{}, err
	}
	t, err := attributes.Find(k.fit.about, o.Attribute)
	if err := k.unknown(err, o.Attribute); err != nil {
		return VaryResult{}, err
	}
	others, err := o.others(k, t)
	if err != nil {
		return VaryResult{}, err
	}
	s := steering{o: o, m: m, known: k, target: t, others: others}
	if known := t.Known(); len(known.Values) == 0 || known.Constant() {
		return VaryResult{}, fmt.Errorf("explore: attribute %s is the same for all of %d examples, want two classes or values that differ", t.Name, len(known.Values))
	}
	if t.NamesExamples() {
		return VaryResult{}, fmt.Errorf("explore: attribute %s: %s; want one that several examples share", t.Name, t.Known().Unreadable())
	}
	if err := s.learn(ctx); err != nil {
		return VaryResult{}, err
	}
	if err := s.aim(ctx); err != nil {
		return VaryResult{}, err
	}
	shown, labels, fit, err := s.shown(ctx)
	if err != nil {
		return VaryResult{}, err
	}
	rows, err := s.rows(ctx, shown, strengths)
	if err != nil {
		return VaryResult{}, err
	}
	v := VaryReport{
		Attribute: t.String(), Method: o.Method, Removed: others, Unit: unit(t, o.Method, others), Strengths: strengths,
		Split: k.split, Codes: len(s.values), Missing: s.missing, CodesDrawn: s.drawn, Direction: s.direction.Step, PriorFit: fit,
	}
	if v.Readings, v.Unread, v.Checked, err = s.check(ctx, strengths); err != nil {
		return VaryResult{}, err
	}
	v.HeldOut = k.heldOut || s.drawn || o.Draws
	if err := checkFigures(v); err != nil {
		return VaryResult{}, err
	}
	columns := make([]string, len(strengths))
	for j, s := range strengths {
		columns[j] = signed(s)
	}
	return VaryResult{Rows{m.Schema, rows, labels, columns}, v}, nil
}

// checked reports options out of range and returns the strengths.
func (o Vary) checked() ([]float64, error) {
	strengths, err := o.walked()
	if err != nil {
		return nil, err
	}
	if err := OneOf("-method", o.Method, slices.Sorted(maps.Keys(latent.Directions))); err != nil {
		return nil, err
	}
	if o.Table == "" && o.Dialect != (table.Dialect{}) {
		return nil, experiments.Usagef("-dialect has no effect with the attributes that the data know; -attributes reads a table")
	}
	if err := checkFit(o.Fit); err != nil {
		return nil, err
	}
	if o.Check < 1 || o.Check > mostExamples {
		return nil, experiments.Usagef("-check %d held-out examples, want it from 1 to %d", o.Check, mostExamples)
	}
	if o.Conditional && o.Against != nil {
		return nil, experiments.Usagef("-conditional removes all other attributes: it goes without -against")
	}
	return strengths, nil
}

// walked reports options out of range that are about the codes and how far they go, and returns the
// strengths.
func (o Vary) walked() ([]float64, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if err := o.Prior.check(); err != nil {
		return nil, err
	}
	if o.From < -1 || o.From >= mostExamples {
		return nil, experiments.Usagef("-from %d, want the index of an example", o.From)
	}
	if len(o.Files) > 0 && (o.Draws || o.From >= 0) {
		return nil, experiments.Usagef("-i: the examples of files are varied; it goes without -from and -draws")
	}
	strengths := o.Strengths
	if strengths == nil {
		if o.Steps < 2 || o.Steps > 1000 {
			return nil, experiments.Usagef("-steps %d, want it from 2 to 1000", o.Steps)
		}
		if !(o.Range > 0) || math.IsInf(o.Range, 0) {
			return nil, experiments.Usagef("-range %v, want it above 0", o.Range)
		}
		strengths = evenly(o.Range, o.Steps)
	}
	strengths = slices.Clone(strengths)
	slices.Sort(strengths)
	if strengths = slices.Compact(strengths); len(strengths) < 2 {
		return nil, experiments.Usagef("strengths %v, want at least two", strengths)
	}
	if o.N*len(strengths) > mostExamples {
		return nil, experiments.Usagef("-n %d rows of %d strengths are %d examples, want at most %d", o.N, len(strengths), o.N*len(strengths), mostExamples)
	}
	return strengths, nil
}

// others returns the names of the attributes whose influence is to be removed.
func (o Vary) others(k known, t attributes.Target) ([]string, error) {
	var names []string
	all := k.fit.about
	if o.Conditional {
		for _, a := range all {
			if a.Name != t.Name && a.Known().Unreadable() == "" {
				names = append(names, a.Name)
			}
		}
		if names == nil {
			return nil, fmt.Errorf("explore: -conditional: there is no attribute besides %s", t.Name)
		}
		return names, nil
	}
	for _, name := range o.Against {
		i := attributes.Index(attributes.Names(all), name)
		if i < 0 {
			return nil, k.unknown(fmt.Errorf("explore: -against: no attribute %q among %s", name, attributes.List(all)), name)
		}
		if all[i].Name == t.Name {
			return nil, experiments.Usagef("-against %s, want attributes other than that of -attribute", name)
		}
		if all[i].NamesExamples() {
			return nil, fmt.Errorf("explore: -against: attribute %s: %s; want one that several examples share", all[i].Name, all[i].Known().Unreadable())
		}
		names = append(names, all[i].Name)
	}
	return names, nil
}
