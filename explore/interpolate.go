package explore

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"latentspace/data"
	"latentspace/experiments"
	"latentspace/latent"
	"latentspace/tensor"
	"latentspace/training"
)

// Interpolate decodes N rows of codes between two ends.
type Interpolate struct {
	Options
	Method string // lerp or slerp
	Steps  int    // examples in a row, both ends among them
	// From and To are indices of examples of the split, whose codes are the ends of the first row;
	// the next examples are the ends of the next row. Negative values mean random draws.
	From, To int
	// FromFile and ToFile are files whose first examples are the ends, in place of an index.
	FromFile, ToFile string
	Prior            Prior // of random draws
}

// InterpolateResult is what [Interpolate] decodes.
type InterpolateResult struct {
	Rows   Rows
	Report InterpolateReport
}

// InterpolateReport is what [Interpolate] reports.
type InterpolateReport struct {
	Method string `json:"method"`
	Steps  int    `json:"steps"`
	Split  string `json:"split,omitempty"` // of examples
	From   *int   `json:"from,omitempty"`  // of examples, their indices in the first row
	To     *int   `json:"to,omitempty"`

	FromFile string `json:"from_file,omitempty"`
	ToFile   string `json:"to_file,omitempty"`
	*PriorFit
}

func (r InterpolateReport) String() string { return r.PriorFit.String() }

// Run interpolates.
func (o Interpolate) Run(ctx context.Context, m *training.Trained) (InterpolateResult, error) {
	if err := o.check(); err != nil {
		return InterpolateResult{}, err
	}
	if err := OneOf("-method", o.Method, slices.Sorted(maps.Keys(latent.Interpolations))); err != nil {
		return InterpolateResult{}, err
	}
	method := latent.Interpolations[o.Method]
	if o.Steps < 2 || o.Steps > 1000 {
		return InterpolateResult{}, experiments.Usagef("-steps %d, want it from 2 to 1000", o.Steps)
	}
	if o.N*o.Steps > mostExamples {
		return InterpolateResult{}, experiments.Usagef("-n %d rows of -steps %d are %d examples, want at most %d", o.N, o.Steps, o.N*o.Steps, mostExamples)
	}
	if err := checkHeld(o.N*o.Steps, m.Shape); err != nil {
		return InterpolateResult{}, err
	}
	if o.From < -1 || o.To < -1 {
		return InterpolateResult{}, experiments.Usagef("-from %d -to %d, want indices of examples", o.From, o.To)
	}
	if err := o.Prior.check(); err != nil {
		return InterpolateResult{}, err
	}
	from, to, fit, err := o.ends(ctx, m)
	if err != nil {
		return InterpolateResult{}, err
	}
	n, dim := from.X.Shape[0], from.X.Shape[1]
	rows := make([]*tensor.Tensor, n)
	for i := range rows {
		path, err := latent.Path(method, from.X.Data[i*dim:(i+1)*dim], to.X.Data[i*dim:(i+1)*dim], o.Steps)
		if err != nil {
			return InterpolateResult{}, fmt.Errorf("explore: %w", err)
		}
		z := tensor.New(o.Steps, dim)
		for j, p := range path {
			copy(z.Data[j*dim:], p)
		}
		if rows[i], err = m.Decode(ctx, z, between(from.About, to.About, i, o.Steps)); err != nil {
			return InterpolateResult{}, err
		}
	}
	if err := checkFigures(fit); err != nil {
		return InterpolateResult{}, err
	}
	r := InterpolateReport{Method: o.Method, Steps: o.Steps, PriorFit: fit}
	r.FromFile, r.ToFile = o.FromFile, o.ToFile
	if o.FromFile == "" && o.From >= 0 {
		r.Split, r.From = o.Split, &o.From
	}
	if o.ToFile == "" && o.To >= 0 {
		r.Split, r.To = o.Split, &o.To
	}
	return InterpolateResult{Rows{Schema: m.Schema, Examples: rows}, r}, nil
}

// between returns the conditions of the steps of row i: in the first half those of its beginning,
// in the second half those of its end; nil if there are none.
func between(from, to *tensor.Tensor, i, steps int) *tensor.Tensor {
	if from == nil {
		return nil
	}
	about, d := repeated(from, i, steps), from.Shape[1]
	for k := (steps + 1) / 2; k < steps; k++ {
		copy(about.Data[k*d:(k+1)*d], to.Data[i*d:(i+1)*d])
	}
	return about
}

// unheld returns the options without held conditions.
func unheld(o Options) Options {
	o.Conditions = nil
	return o
}

// heldEnds sets the held conditions at the ends of the rows: one value for both ends, or two with a
// comma between.
func (o Interpolate) heldEnds(m *training.Trained, from, to coded) (coded, coded, error) {
	first, last := o.Options, o.Options
	first.Conditions, last.Conditions = map[string]string{}, map[string]string{}
	for name, value := range o.Conditions {
		a, b, two := strings.Cut(value, ",")
		if !two {
			b = a
		}
		first.Conditions[name], last.Conditions[name] = a, b
	}
	var err error
	if from.About, err = first.hold(m, from.About); err != nil {
		return from, to, err
	}
	to.About, err = last.hold(m, to.About)
	return from, to, err
}

// ends returns the codes at the ends of the rows, and the prior they were drawn from.
func (o Interpolate) ends(ctx context.Context, m *training.Trained) (from, to coded, fit *PriorFit, err error) {
	of := [2]end{{o.FromFile, o.From}, {o.ToFile, o.To}}
	if !of[0].given() && !of[1].given() {
		z, fit, err := o.Prior.draw(ctx, m, 2*o.N, o.Options)
		if err != nil {
			return coded{}, coded{}, nil, err
		}
		about, err := unheld(o.Options).Told(m, 2*o.N)
		if err != nil {
			return coded{}, coded{}, nil, err
		}
		both := coded{X: z, About: about}
		from, to, err = o.heldEnds(m, both.Slice(0, o.N), both.Slice(o.N, 2*o.N))
		return from, to, fit, err
	}
	if !of[0].given() || !of[1].given() {
		return coded{}, coded{}, nil, experiments.Usagef("-from %d -to %d: want both, or neither for random draws", o.From, o.To)
	}
	if err := o.Prior.none("-from and -to name examples"); err != nil {
		return coded{}, coded{}, nil, err
	}
	if !m.CanEncode() {
		return coded{}, coded{}, nil, noEncoder(m)
	}
	var sets [2]data.Dataset
	n := o.N
	for i, e := range of {
		first, where := e.index, ""
		if sets[i], where, err = e.source(ctx, m, o.Options); err != nil {
			return coded{}, coded{}, nil, err
		}
		if e.file != "" {
			first = 0
		}
		if first >= sets[i].Len() {
			return coded{}, coded{}, nil, fmt.Errorf("explore: -from %d -to %d, want examples from 0 to %d of %s", o.From, o.To, sets[i].Len()-1, where)
		}
		of[i].index = first
		some := o.Options
		some.N = n
		if n, err = some.take(sets[i].Len()-first, fmt.Sprintf("%s from %d on", where, first)); err != nil {
			return coded{}, coded{}, nil, err
		}
	}
	var ends [2]coded
	for i, e := range of {
		x, err := m.Read(sets[i], e.index, n)
		if err != nil {
			return coded{}, coded{}, nil, err
		}
		z, err := m.Encode(ctx, x)
		if err != nil {
			return coded{}, coded{}, nil, err
		}
		ends[i] = coded{X: z, About: x.About}
	}
	from, to, err = o.heldEnds(m, ends[0], ends[1])
	return from, to, nil, err
}

// end is where rows begin or end: at an example of a file, or else of the split.
type end struct {
	file  string
	index int // in the split; −1 for none
}

func (e end) given() bool { return e.file != "" || e.index >= 0 }

// source returns the examples at the ends, and what they are called.
func (e end) source(ctx context.Context, m *training.Trained, o Options) (data.Dataset, string, error) {
	if e.file != "" {
		o.Files = []string{e.file}
		o.Conditions = maps.Clone(o.Conditions)
		for name, value := range o.Conditions { // of those of two ends, as in 3,8, the first
			o.Conditions[name], _, _ = strings.Cut(value, ",")
		}
	}
	return o.source(ctx, m)
}
