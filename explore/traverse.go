package explore

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"latentspace/experiments"
	"latentspace/export"
	"latentspace/nn/elementary"
	"latentspace/render"
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
// encoder. Dimensions are ordered by how much they carry, and the first N are shown.
type Traverse struct {
	Options
	Order string // kl, sensitivity or index; the first of these that the model has if empty
	Steps int    // pictures in a row
	Range float64
	From  int // index in the split, or of the draw, around which to go; -1 for the mean code, or the first draw
	Fit   int // most codes that mean, deviation and KL are of
	Delay time.Duration
}

// Traversed is the report of [Traverse].
type Traversed struct {
	Written
	Order      string      `json:"order"`
	Around     string      `json:"around"`
	Range      float64     `json:"range"` // in standard deviations
	Codes      int         `json:"codes"` // that the figures are of
	Dimensions []Dimension `json:"dimensions"`
	Shown      int         `json:"shown"` // the first so many
}

// Dimension is one of the latent space.
type Dimension struct {
	Index     int     `json:"index"`
	Mean      float64 `json:"mean"`
	Deviation float64 `json:"deviation"`
	// KL is what a code tells in this dimension, averaged over examples, in nats:
	// ½(μ² + σ² − 1 − ln σ²).
	KL *float64 `json:"kl,omitempty"`
	// Sensitivity is the mean squared change of a decoded example, summed over
	// values, when the dimension moves by a deviation, from half below a code to half
	// above it.
	Sensitivity float64 `json:"sensitivity"`
}

func (t Traversed) String() string {
	s := t.Written.String() + fmt.Sprintf("around %s, dimensions by %s over %d codes:\n", t.Around, t.Order, t.Codes)
	for _, d := range t.Dimensions[:t.Shown] {
		s += d.label(t.Order) + "\n"
	}
	return s
}

// label is a dimension's name with what it is ordered by.
func (d Dimension) label(order string) string {
	if order == "kl" {
		return fmt.Sprintf("z%d KL %.2f", d.Index, *d.KL)
	}
	return fmt.Sprintf("z%d Δ² %.3g", d.Index, d.Sensitivity)
}

// Run traverses and writes.
func (o Traverse) Run(ctx context.Context, m *training.Trained) (fmt.Stringer, error) {
	start := time.Now()
	if err := o.checked(m); err != nil {
		return nil, err
	}
	codes, logvar, err := o.codes(ctx, m)
	if err != nil {
		return nil, err
	}
	dims := dimensions(codes, logvar)
	if err := o.sensitivities(ctx, m, codes, dims); err != nil {
		return nil, err
	}
	base, around, err := o.base(ctx, m, dims)
	if err != nil {
		return nil, err
	}
	if o.Order == "" {
		if o.Order = "sensitivity"; dims[0].KL != nil {
			o.Order = "kl"
		}
	}
	slices.SortStableFunc(dims, func(a, b Dimension) int { return compareDimensions(a, b, o.Order) })
	shown := min(o.N, len(dims))
	if shown*o.Steps > mostExamples {
		return nil, experiments.Usagef("%d dimensions of -steps %d are %d examples, want at most %d", shown, o.Steps, shown*o.Steps, mostExamples)
	}
	if err := checkHeld(shown*o.Steps, m.Shape); err != nil {
		return nil, err
	}
	strengths := evenly(o.Range, o.Steps)
	rows := make([]*tensor.Tensor, shown)
	labels := render.Labels{Rows: make([]string, shown), Columns: make([]string, o.Steps)}
	for j, s := range strengths {
		labels.Columns[j] = signed(s)
		if s != 0 {
			labels.Columns[j] += "σ"
		}
	}
	for i, d := range dims[:shown] {
		z := tensor.New(o.Steps, len(dims))
		for j, s := range strengths {
			row := z.Data[j*len(dims) : (j+1)*len(dims)]
			copy(row, base.X.Data)
			row[d.Index] = float32(d.Mean + float64(s*d.Deviation))
		}
		if rows[i], err = m.Decode(ctx, z, repeated(base.About, 0, o.Steps)); err != nil {
			return nil, err
		}
		labels.Rows[i] = d.label(o.Order)
	}
	t := Traversed{Order: o.Order, Around: around, Range: o.Range, Codes: codes.Shape[0], Dimensions: dims, Shown: shown}
	if err := checkFigures(t); err != nil {
		return nil, err
	}
	file := o.file(m, "traverse", export.Extension(m.Schema))
	if !m.Schema.IsPicture() || strings.EqualFold(filepath.Ext(file), ".csv") {
		if err := export.Examples(file, m.Schema, joined(rows)); err != nil {
			return nil, err
		}
		t.Written = written(m, start, shown, file)
		return t, nil
	}
	animation, err := animated(file, rows, render.StripOptions{Labels: labels}, labels.Columns, o.Delay)
	if err != nil {
		return nil, err
	}
	t.Written = written(m, start, shown, file, animation)
	return t, nil
}

func compareDimensions(a, b Dimension, order string) int {
	more := func(x, y float64) int {
		switch {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	}
	switch order {
	case "kl":
		return more(*a.KL, *b.KL)
	case "sensitivity":
		return more(a.Sensitivity, b.Sensitivity)
	}
	return a.Index - b.Index
}

func (o Traverse) checked(m *training.Trained) error {
	if err := o.check(".png", ".csv"); err != nil {
		return err
	}
	if o.Order != "" {
		if err := oneOf("-order", o.Order, []string{"kl", "sensitivity", "index"}); err != nil {
			return err
		}
		if o.Order == "kl" && !m.HasPosterior() {
			return m.Lacks("posterior, which -order kl is about; use -order sensitivity")
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

// base returns the code to go around, with what is known of it, and what it is of.
func (o Traverse) base(ctx context.Context, m *training.Trained, dims []Dimension) (base coded, of string, err error) {
	if !m.CanEncode() {
		draw := max(o.From, 0)
		z, err := m.Draw(draw+1, o.Seed)
		if err != nil {
			return coded{}, "", err
		}
		about, err := o.conditions(m, draw+1)
		return coded{X: z, About: about}.Slice(draw, draw+1), fmt.Sprintf("draw %d", draw), err
	}
	if o.From < 0 {
		base.X = tensor.New(1, len(dims))
		for j, d := range dims {
			base.X.Data[j] = float32(d.Mean)
		}
		base.About, err = o.conditions(m, 1)
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
	if !m.CanEncode() {
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

// dimensions returns the moments of the codes, of the aggregate posterior if they
// have log-variances, and then their KL.
func dimensions(z, logvar *tensor.Tensor) []Dimension {
	n, dim := z.Shape[0], z.Shape[1]
	dims := make([]Dimension, dim)
	for j := range dims {
		var mean, square, within, kl float64
		for i := range n {
			mu := float64(z.Data[i*dim+j])
			mean += mu / float64(n)
			square += float64(mu*mu) / float64(n)
			if logvar != nil {
				lv := float64(logvar.Data[i*dim+j])
				within += elementary.Exp(lv) / float64(n)
				kl += (float64(mu*mu) + elementary.Exp(lv) - 1 - lv) / 2 / float64(n)
			}
		}
		dims[j] = Dimension{Index: j, Mean: mean, Deviation: math.Sqrt(max(0, square-float64(mean*mean)) + within)}
		if logvar != nil {
			dims[j].KL = &kl
		}
	}
	return dims
}

// sensitiveCodes is around how many codes the sensitivity is measured.
const sensitiveCodes = 64

// sensitivities measures them around codes that are spread evenly over those given.
func (o Traverse) sensitivities(ctx context.Context, m *training.Trained, z *tensor.Tensor, dims []Dimension) error {
	n, dim := min(sensitiveCodes, z.Shape[0]), z.Shape[1]
	given, err := o.conditions(m, n)
	if err != nil {
		return err
	}
	for j := range dims {
		moved := [2]*tensor.Tensor{tensor.New(n, dim), tensor.New(n, dim)}
		for i := range n {
			k := i * z.Shape[0] / n
			for side, half := range []float64{-0.5, 0.5} {
				row := moved[side].Data[i*dim : (i+1)*dim]
				copy(row, z.Data[k*dim:(k+1)*dim])
				row[j] += float32(half * dims[j].Deviation)
			}
		}
		below, err := m.Decode(ctx, moved[0], given)
		if err != nil {
			return err
		}
		above, err := m.Decode(ctx, moved[1], given)
		if err != nil {
			return err
		}
		for i, v := range above.Data {
			change := float64(v) - float64(below.Data[i])
			dims[j].Sensitivity += float64(change*change) / float64(n)
		}
	}
	return nil
}
