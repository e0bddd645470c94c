package explore

import (
	"context"
	"path/filepath"
	"strings"

	"latentspace/data/table"
	"latentspace/experiments"
	"latentspace/explore/codefile"
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
