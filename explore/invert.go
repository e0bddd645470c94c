package explore

import (
	"context"
	"fmt"

	"latentspace/metrics"
	"latentspace/tensor"
	"latentspace/trained"
	"latentspace/training"
)

// Invert finds the codes of N examples of the split or of files by descent through the decoder, and
// says how near what they are decoded to comes. See [trained.Inversion].
type Invert struct {
	Options
	Inversion trained.Inversion
}

// InvertResult is what [Invert] finds.
type InvertResult struct {
	Pairs
	Codes  *tensor.Tensor // (n, dim)
	Report InvertReport
}

// InvertReport is what [Invert] reports.
type InvertReport struct {
	Index         []int     `json:"index"`          // of the examples in the split, or of those of files
	SquaredError  float64   `json:"squared_error"`  // per example, summed over values
	SquaredErrors []float64 `json:"squared_errors"` // of each
	// Variance is that of the split, or for files of the training split, summed over values: the
	// squared error of the mean in place of every example. Nil if the data are not there.
	Variance *float64 `json:"variance,omitempty"`
	// Length is the mean square of the codes over that of draws from the prior: 1 of codes that the
	// decoder knows, above for those that it was never given in training.
	Length float64 `json:"length"`
	// Encoder is the squared error of the encoder's codes, of a model that has one.
	Encoder  *float64 `json:"encoder_squared_error,omitempty"`
	Steps    int      `json:"steps"`
	Restarts int      `json:"restarts"`
	Penalty  float64  `json:"penalty"`
}

func (r InvertReport) String() string {
	s := fmt.Sprintf("squared error %.4g per example", r.SquaredError)
	if r.Variance != nil {
		s += fmt.Sprintf(", %.3g of the variance of the data", r.SquaredError / *r.Variance)
	}
	if r.Encoder != nil {
		s += fmt.Sprintf("; that of the encoder's codes %.4g", *r.Encoder)
	}
	return s + fmt.Sprintf("\nthe codes are %.3g times as long as draws from the prior, in mean squares\n", r.Length)
}

// Run inverts.
func (o Invert) Run(ctx context.Context, m *training.Trained) (InvertResult, error) {
	if err := o.check(); err != nil {
		return InvertResult{}, err
	}
	if err := checkHeld(2*o.N, m.Shape); err != nil {
		return InvertResult{}, err
	}
	inverting, err := m.Inverting(o.Inversion)
	if err != nil {
		return InvertResult{}, err
	}
	ds, where, err := o.source(ctx, m)
	if err != nil {
		return InvertResult{}, err
	}
	n, err := o.take(ds.Len(), where)
	if err != nil {
		return InvertResult{}, err
	}
	some := o.some(ds, n)
	x, err := m.Read(some, 0, n)
	if err != nil {
		return InvertResult{}, err
	}
	dim, err := m.Dim()
	if err != nil {
		return InvertResult{}, err
	}
	z := tensor.New(n, dim)
	p := o.progress("inverting", n)
	const part = 64
	for lo := 0; lo < n; lo += part {
		hi := min(lo+part, n)
		codes, err := inverting.Encode(ctx, x.Slice(lo, hi))
		if err != nil {
			p.Close()
			return InvertResult{}, err
		}
		copy(z.Data[lo*dim:], codes.Data)
		p.At(hi, "")
	}
	p.Close()
	y, err := m.Decode(ctx, z, x.About)
	if err != nil {
		return InvertResult{}, err
	}
	r := InvertReport{Index: some.index, Steps: o.Inversion.Steps, Restarts: o.Inversion.Restarts, Penalty: o.Inversion.Penalty}
	size := tensor.Size(m.Shape)
	for i := range n {
		a, b := x.X.Data[i*size:(i+1)*size], y.Data[i*size:(i+1)*size]
		e := squaredError(&tensor.Tensor{Shape: []int{1, size}, Data: a}, &tensor.Tensor{Shape: []int{1, size}, Data: b})
		r.SquaredErrors = append(r.SquaredErrors, e)
		r.SquaredError += e / float64(n)
	}
	if r.Variance, err = o.variance(ctx, m); err != nil {
		return InvertResult{}, err
	}
	draws, err := m.Draw(lengthDraws, o.Seed)
	if err != nil {
		return InvertResult{}, err
	}
	r.Length = meanSquare(z) / meanSquare(draws)
	if m.HasEncoder() {
		y, err := m.Reconstruct(ctx, x)
		if err != nil {
			return InvertResult{}, err
		}
		e := squaredError(x.X, y) / float64(n)
		r.Encoder = &e
	}
	if err := checkFigures(r); err != nil {
		return InvertResult{}, err
	}
	return InvertResult{Pairs{m.Schema, x.X, y}, z, r}, nil
}

// lengthDraws are the draws that the length of codes is compared with, and varianceExamples the
// examples that the variance is of.
const (
	lengthDraws      = 1000
	varianceExamples = 1000
)

// variance is that of examples. New examples can be inverted where the data of the training are not.
func (o Invert) variance(ctx context.Context, m *training.Trained) (*float64, error) {
	split := o.Split
	if len(o.Files) > 0 {
		split = "train"
	}
	ds, err := m.Split(ctx, split)
	if err != nil && len(o.Files) > 0 && ctx.Err() == nil {
		o.Tell("the variance of the data is not known: %v", err)
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	some := o.some(ds, varianceExamples)
	x, err := m.Values(some, 0, some.n)
	if err != nil {
		return nil, err
	}
	v, err := metrics.TotalVariance(x)
	if err != nil || v.Value == 0 {
		o.Tell("the examples of the %s split do not vary: there is no share of their variance", split)
		return nil, nil
	}
	return &v.Value, nil
}

// meanSquare is that of all values.
func meanSquare(x *tensor.Tensor) float64 {
	sum := 0.0
	for _, v := range x.Data {
		sum += float64(float64(v)*float64(v)) / float64(x.Len())
	}
	return sum
}

// noEncoder is the error of a model that has none, where descent is another way.
func noEncoder(m *training.Trained) error {
	return fmt.Errorf("%w; -invert finds codes by descent through its decoder", m.Lacks("encoder"))
}
