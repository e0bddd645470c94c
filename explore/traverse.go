package explore

import (
	"context"
	"fmt"
	"math"

	"latentspace/experiments"
	"latentspace/latent"
	"latentspace/tensor"
	"latentspace/training"
)

// Traverse decodes codes in which one dimension at a time goes through its range,
//
//	zⱼ = meanⱼ + t·deviationⱼ,   t from −Range to Range
//
// around the mean code or that of an example, or, for a model without an encoder, around
// a random draw, since the mean of a prior in many dimensions is unlike all of its
// draws. Mean and deviation are those of the codes of the training split, with the
// posteriors' variance if they are distributions, or of the prior for a model without an
// encoder. Dimensions are ordered by how much they carry, and the first N are shown. Directions of a
// closed form go through that code itself.
type Traverse struct {
	Options
	Along string // sefa or ganspace: their directions in place of dimensions; "" for these
	Order string // kl, sensitivity or index; the first of these that the model has if empty
	Steps int    // pictures in a row
	Range float64
	From  int // index in the split, or of the draw, around which to go; -1 for the mean code, or the first draw
	Fit   int // most codes that mean, deviation and KL are of
}

// TraverseResult is what [Traverse] decodes.
type TraverseResult struct {
	Rows   Rows // of the dimensions that are shown
	Report TraverseReport
}

// TraverseReport is what [Traverse] reports.
type TraverseReport struct {
	Order      string      `json:"order,omitempty"` // of dimensions
	Along      string      `json:"along,omitempty"` // the closed form of directions
	Around     string      `json:"around"`
	Range      float64     `json:"range"` // in standard deviations
	Codes      int         `json:"codes"` // that the figures are of
	Dimensions []Dimension `json:"dimensions,omitempty"`
	Shown      int         `json:"shown"` // how many of them are shown, the first ones

	Components []ComponentReport `json:"components,omitempty"` // the directions that are shown
}

func (t TraverseReport) String() string {
	if t.Along != "" {
		s := fmt.Sprintf("around %s, directions of %s with their shares of what changes:\n", t.Around, t.Along)
		for _, c := range t.Components {
			s += c.label(t.Along) + "\n"
		}
		return s
	}
	s := fmt.Sprintf("around %s, dimensions by %s over %d codes:\n", t.Around, t.Order, t.Codes)
	for _, d := range t.Dimensions[:t.Shown] {
		s += d.label(t.Order) + "\n"
	}
	return s
}

// Run traverses.
func (o Traverse) Run(ctx context.Context, m *training.Trained) (TraverseResult, error) {
	if err := o.checked(m); err != nil {
		return TraverseResult{}, err
	}
	if o.Along != "" {
		return o.along(ctx, m)
	}
	codes, logvar, err := o.codes(ctx, m)
	if err != nil {
		return TraverseResult{}, err
	}
	dims := Dimensions(m, codes, logvar)
	if err := o.Sensitivities(ctx, m, codes, dims); err != nil {
		return TraverseResult{}, err
	}
	base, around, err := o.base(ctx, m, dims)
	if err != nil {
		return TraverseResult{}, err
	}
	o.Order = Order(dims, o.Order)
	shown := min(o.N, len(dims))
	if shown*o.Steps > mostExamples {
		return TraverseResult{}, experiments.Usagef("%d dimensions of -steps %d are %d examples, want at most %d", shown, o.Steps, shown*o.Steps, mostExamples)
	}
	if err := checkHeld(shown*o.Steps, m.Shape); err != nil {
		return TraverseResult{}, err
	}
	strengths := evenly(o.Range, o.Steps)
	rows := o.rows(m)
	rows.Examples, rows.Names = make([]*tensor.Tensor, shown), make([]string, shown)
	for i, d := range dims[:shown] {
		z := tensor.New(o.Steps, len(dims))
		for j, s := range strengths {
			row := z.Data[j*len(dims) : (j+1)*len(dims)]
			copy(row, base.X.Data)
			row[d.Index] = float32(d.Mean + float64(s*d.Deviation))
		}
		if rows.Examples[i], err = m.Decode(ctx, z, repeated(base.About, 0, o.Steps)); err != nil {
			return TraverseResult{}, err
		}
		rows.Names[i] = d.label(o.Order)
	}
	t := TraverseReport{Order: o.Order, Around: around, Range: o.Range, Codes: codes.Shape[0], Dimensions: dims, Shown: shown}
	if err := checkFigures(t); err != nil {
		return TraverseResult{}, err
	}
	return TraverseResult{rows, t}, nil
}

// rows are those of the strengths, without examples.
func (o Traverse) rows(m *training.Trained) Rows {
	rows := Rows{Schema: m.Schema, Columns: make([]string, o.Steps)}
	for j, s := range evenly(o.Range, o.Steps) {
		rows.Columns[j] = signed(s)
		if s != 0 {
			rows.Columns[j] += "σ"
		}
	}
	return rows
}

// checked reports options out of range.
func (o Traverse) checked(m *training.Trained) error {
	if err := o.check(); err != nil {
		return err
	}
	if o.Along != "" {
		if err := OneOf("-along", o.Along, closedForms); err != nil {
			return err
		}
	}
	if o.Order != "" {
		if err := OneOf("-order", o.Order, []string{"kl", "sensitivity", "index"}); err != nil {
			return err
		}
		if o.Order == "kl" && !m.HasPosterior() {
			return m.Lacks("posterior, which -order kl is about; use -order sensitivity")
		}
		if o.Order == "kl" && !standard(m) {
			return m.Lacks("prior N(0, I), which -order kl is about; use -order sensitivity")
		}
	}
	if o.Steps < 2 || o.Steps > 1000 {
		return experiments.Usagef("-steps %d, want it from 2 to 1000", o.Steps)
	}
	if !(o.Range > 0) || math.IsInf(o.Range, 0) {
		return experiments.Usagef("-range %v, want it above 0", o.Range)
	}
	if o.From < -1 || o.From >= mostExamples {
		return experiments.Usagef("-from %d, want the index of an example", o.From)
	}
	return checkFit(o.Fit)
}

// standard reports whether the model was trained with the prior N(0, I).
func standard(m *training.Trained) bool {
	prior, err := m.OwnPrior()
	return err == nil && latent.IsStandard(prior)
}

// base returns the code to go around, with what is known of it, and what it is of.
func (o Traverse) base(ctx context.Context, m *training.Trained, dims []Dimension) (base coded, of string, err error) {
	if !m.CanEncode() || m.Inverts() && o.From < 0 {
		draw := max(o.From, 0)
		z, err := m.Draw(draw+1, o.Seed)
		if err != nil {
			return coded{}, "", err
		}
		about, err := o.Told(m, draw+1)
		return coded{X: z, About: about}.Slice(draw, draw+1), fmt.Sprintf("draw %d", draw), err
	}
	if o.From < 0 {
		base.X = tensor.New(1, len(dims))
		for j, d := range dims {
			base.X.Data[j] = float32(d.Mean)
		}
		base.About, err = o.Told(m, 1)
		return base, "the mean code", err
	}
	ds, err := m.Split(ctx, o.Split)
	if err != nil {
		return coded{}, "", err
	}
	x, err := m.Read(ds, o.From, 1)
	if err != nil {
		return coded{}, "", err
	}
	if base.X, err = m.Encode(ctx, x); err != nil {
		return coded{}, "", err
	}
	base.About, err = o.hold(m, x.About)
	return base, fmt.Sprintf("example %d", o.From), err
}

// codes returns codes of the training split, or draws from the prior, and the
// log-variances if codes are distributions.
func (o Traverse) codes(ctx context.Context, m *training.Trained) (z, logvar *tensor.Tensor, err error) {
	if !m.HasEncoder() {
		z, err = m.Draw(o.Fit, o.Seed)
		return z, nil, err
	}
	train, err := m.Split(ctx, "train")
	if err != nil {
		return nil, nil, err
	}
	some := o.some(train, o.Fit)
	if m.HasPosterior() {
		return m.Posteriors(ctx, some, some.n)
	}
	z, err = m.Codes(ctx, some, some.n)
	return z, nil, err
}
