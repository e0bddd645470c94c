package explore

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"latentspace/data/table"
	"latentspace/experiments"
	"latentspace/explore/codefile"
	"latentspace/metrics"
	"latentspace/tensor"
	"latentspace/training"
)

// Decode decodes the codes of a file, a batch at a time: memory does not grow with how many there
// are.
type Decode struct {
	Options
	Input   string        // .npz or a table, .csv or .tsv, as of [Encode], of which the first N codes are read
	Dialect table.Dialect // of a table; what is zero is found out
}

// DecodeResult is what [Decode] decodes.
type DecodeResult struct {
	Examples Stream // which reads the file again
	Report   DecodeReport
}

// DecodeReport is what [Decode] reports.
type DecodeReport struct {
	Input string `json:"input"`
}

// String is empty: the line about the file is enough.
func (DecodeReport) String() string { return "" }

// Run reads the file once, to count and to check its codes.
func (d Decode) Run(ctx context.Context, m *training.Trained) (DecodeResult, error) {
	if err := d.check(); err != nil {
		return DecodeResult{}, err
	}
	if d.Input == "" {
		return DecodeResult{}, experiments.Usagef("-i names no file, want one of codes: sample encode writes it")
	}
	if err := OneOf("-i "+d.Input+": ending", strings.ToLower(filepath.Ext(d.Input)), append([]string{".npz"}, codefile.Tables...)); err != nil {
		return DecodeResult{}, err
	}
	if strings.EqualFold(filepath.Ext(d.Input), ".npz") && d.Dialect != (table.Dialect{}) {
		return DecodeResult{}, experiments.Usagef("-dialect has no effect with -i %s, which is no table", d.Input)
	}
	dim, err := m.Dim()
	if err != nil {
		return DecodeResult{}, err
	}
	codes := codefile.Source{Path: d.Input, Dim: dim, Most: d.N, Dialect: d.Dialect}
	codes.Describe = func(line string) { d.Options.describe(d.Input, line, nil) }
	n, err := codes.Count(ctx)
	if err != nil {
		return DecodeResult{}, err
	}
	codes.Describe = nil
	about, err := d.Told(m, n)
	if err != nil {
		return DecodeResult{}, err
	}
	each := func(f func(x *tensor.Tensor) error) error {
		p := d.progress("decoding", n)
		defer p.Close()
		return codes.Each(ctx, func(first int, z *tensor.Tensor) error {
			p.At(first, "")
			x, err := m.Decode(ctx, z, rowsOf(about, first, z.Shape[0]))
			if err != nil {
				return err
			}
			return f(x)
		})
	}
	return DecodeResult{Stream{n, m.Schema, each}, DecodeReport{d.Input}}, nil
}

// Reconstruct encodes and decodes N examples of the split or of files, drawn by the seed.
type Reconstruct struct{ Options }

// ReconstructResult is what [Reconstruct] makes of examples.
type ReconstructResult struct {
	Pairs
	Report ReconstructReport
}

// ReconstructReport is what [Reconstruct] reports.
type ReconstructReport struct {
	Index        []int    `json:"index"`                   // of the examples in the split
	SquaredError *float64 `json:"squared_error,omitempty"` // per example, summed over values; nil of texts
	*Matches
}

// Matches says how much of texts is the same after encoding and decoding.
type Matches struct {
	Tokens float64 `json:"token_accuracy"` // share of the tokens that are the same at the same place
	Exact  float64 `json:"exact_match"`    // share of the texts that are the same
}

func (r ReconstructReport) String() string {
	return r.Matches.String() + squaredErrorLine(r.SquaredError)
}

func (m *Matches) String() string {
	if m == nil {
		return ""
	}
	return fmt.Sprintf("%.1f %% of the tokens are the same in place, %.1f %% of the texts\n", 100*m.Tokens, 100*m.Exact)
}

func squaredErrorLine(e *float64) string {
	if e == nil {
		return ""
	}
	return fmt.Sprintf("squared error %.4g per example\n", *e)
}

// matches compares texts with what became of them.
func matches(x, y *tensor.Tensor) *Matches {
	n := x.Shape[0]
	size := x.Len() / n
	var right, of, whole int
	for i := range n {
		r, all, same := metrics.TokenMatches(x.Data[i*size:(i+1)*size], y.Data[i*size:(i+1)*size])
		right, of = right+r, of+all
		if same {
			whole++
		}
	}
	return &Matches{float64(right) / float64(max(1, of)), float64(whole) / float64(n)}
}

// Run reconstructs.
func (r Reconstruct) Run(ctx context.Context, m *training.Trained) (ReconstructResult, error) {
	if err := r.check(); err != nil {
		return ReconstructResult{}, err
	}
	if err := checkHeld(2*r.N, m.Shape); err != nil {
		return ReconstructResult{}, err
	}
	if !m.CanEncode() {
		return ReconstructResult{}, noEncoder(m)
	}
	ds, where, err := r.source(ctx, m)
	if err != nil {
		return ReconstructResult{}, err
	}
	n, err := r.take(ds.Len(), where)
	if err != nil {
		return ReconstructResult{}, err
	}
	some := r.some(ds, n)
	x, err := m.Read(some, 0, n)
	if err != nil {
		return ReconstructResult{}, err
	}
	y, err := m.Reconstruct(ctx, x)
	if err != nil {
		return ReconstructResult{}, err
	}
	report := ReconstructReport{Index: some.index}
	if m.Schema.IsText() {
		report.Matches = matches(x.X, y)
	} else {
		e := squaredError(x.X, y) / float64(n)
		report.SquaredError = &e
	}
	if err := checkFigures(report); err != nil {
		return ReconstructResult{}, err
	}
	return ReconstructResult{Pairs{m.Schema, x.X, y}, report}, nil
}
