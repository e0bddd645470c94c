package explore

import (
	"context"
	"fmt"
	"math"
	"slices"

	"latentspace/data"
	"latentspace/explore/codefile"
	"latentspace/metrics"
	"latentspace/tensor"
	"latentspace/training"
)

// Encode encodes N examples of the split or of files, drawn by the seed, or all if there are no more, and
// computes how much smaller the codes are than the examples and what their precision costs. It
// reads the examples a batch at a time: memory does not grow with their number.
type Encode struct {
	Options
	Precision string // of the file: float32, float16 or int8
	Layer     string // what a layer gives in place of codes, by its scope such as encoder.layer1; "" for codes
}

// EncodeResult is the codes that [Encode] makes.
type EncodeResult struct {
	Codes     codefile.Codes // computed each time they are needed
	Precision codefile.Precision
	Report    EncodeReport
}

// EncodeReport is what [Encode] reports.
type EncodeReport struct {
	Dim         int           `json:"dim"`
	Precision   string        `json:"precision"`
	FileBytes   int64         `json:"file_bytes"` // of the file, once it is written
	BytesIn     int64         `json:"bytes_in"`   // of the examples: a byte for each value of a picture and of a text, 4 for others
	Compression []Compression `json:"compression"`

	N int `json:"-"` // examples
}

// Compression is the size and the loss of codes of a precision.
type Compression struct {
	Precision string  `json:"precision"`
	Bytes     int64   `json:"bytes"`
	Ratio     float64 `json:"ratio"` // of the examples' bytes to these
	// SquaredError is the error of decoding the rounded codes, per example, summed over values; nil
	// for a model without a decoder, and for texts.
	SquaredError *float64 `json:"squared_error,omitempty"`
	// Tokens is, of texts, the share of tokens that decoding the rounded codes gives at their place.
	Tokens *float64 `json:"token_accuracy,omitempty"`
}

func (e EncodeReport) String() string {
	s := fmt.Sprintf("%d examples take %d bytes; codes of %d values:\n", e.N, e.BytesIn, e.Dim)
	for _, c := range e.Compression {
		s += fmt.Sprintf("  %-8s %12d bytes  %7.4g to 1", c.Precision, c.Bytes, c.Ratio)
		if c.SquaredError != nil {
			s += fmt.Sprintf("  decoded with a squared error of %.6g per example", *c.SquaredError)
		}
		if c.Tokens != nil {
			s += fmt.Sprintf("  decoded with %.1f %% of the tokens in place", 100**c.Tokens)
		}
		s += "\n"
	}
	return s + fmt.Sprintf("the file has %d bytes, with all its arrays\n", e.FileBytes)
}

// Run reads the examples once for the range of the codes and once for the loss.
func (e Encode) Run(ctx context.Context, m *training.Trained) (EncodeResult, error) {
	if err := e.check(); err != nil {
		return EncodeResult{}, err
	}
	if err := OneOf("-precision", e.Precision, codefile.PrecisionNames()); err != nil {
		return EncodeResult{}, err
	}
	if !m.CanEncode() {
		return EncodeResult{}, noEncoder(m)
	}
	dim, err := m.Dim()
	if err == nil && e.Layer != "" {
		dim, err = m.LayerDim(e.Layer)
	}
	if err != nil {
		return EncodeResult{}, err
	}
	all, where, err := e.source(ctx, m)
	if err != nil {
		return EncodeResult{}, err
	}
	ds := e.some(all, e.N)
	if ds.n == 0 {
		return EncodeResult{}, fmt.Errorf("explore: %s has no examples to encode", where)
	}
	c := codec{m: m, ds: ds, dim: dim, layer: e.Layer, options: e.Options}
	if c.box, err = c.ranges(ctx); err != nil {
		return EncodeResult{}, err
	}
	r := EncodeReport{N: ds.n, Dim: dim, Precision: e.Precision, BytesIn: keptBytes(ds.n, m.Shape)}
	if m.Schema.IsText() {
		if r.BytesIn, err = c.textBytes(); err != nil {
			return EncodeResult{}, err
		}
	}
	if r.Compression, err = c.losses(ctx, r.BytesIn); err != nil {
		return EncodeResult{}, err
	}
	codes, err := c.codes(ctx)
	if err != nil {
		return EncodeResult{}, err
	}
	return EncodeResult{codes, codefile.Precisions[slices.Index(codefile.PrecisionNames(), e.Precision)], r}, nil
}

// keptBytes returns the size of n examples of a shape in memory: a byte for each value of a
// picture, 4 for other data.
func keptBytes(n int, shape []int) int64 {
	size := int64(n) * int64(tensor.Size(shape))
	if len(shape) == 1 {
		size *= 4
	}
	return size
}

// textBytes returns the size of the texts in UTF-8.
func (c codec) textBytes() (int64, error) {
	size, row := int64(0), make([]float32, c.m.Schema.Width())
	for i := range c.ds.n {
		if err := c.ds.Read(i, row); err != nil {
			return 0, err
		}
		size += int64(len(c.m.Schema.Fields[0].Spell(row)))
	}
	return size, nil
}

// codec computes the codes of a data set, in order, each time they are needed.
type codec struct {
	m       *training.Trained
	ds      part
	dim     int
	layer   string
	box     codefile.Box
	options Options
}

// each calls f with the codes z (batch, dim) of the examples from first on, all of
// them in turn.
func (c codec) each(ctx context.Context, what string, f func(first int, z *tensor.Tensor) error) error {
	p := c.options.progress(what, c.ds.n)
	defer p.Close()
	values := c.m.EachCode
	if c.layer != "" {
		values = func(ctx context.Context, ds data.Dataset, f func(first int, z *tensor.Tensor) error) error {
			return c.m.EachLayer(ctx, c.layer, ds, f)
		}
	}
	return values(ctx, c.ds, func(first int, z *tensor.Tensor) error {
		if err := c.ds.checkFinite("the code", first, z); err != nil {
			return err
		}
		p.At(first, "")
		return f(first, z)
	})
}

// codes are those of a file.
func (c codec) codes(ctx context.Context) (codefile.Codes, error) {
	labels, names, err := c.ds.labels()
	if err != nil {
		return codefile.Codes{}, err
	}
	all := codefile.Codes{N: c.ds.n, Dim: c.dim, Box: c.box, Index: c.ds.index, Labels: labels}
	for _, label := range labels {
		all.Words = append(all.Words, ClassName(names, label))
	}
	all.Each = func(what string, f func(first int, z *tensor.Tensor) error) error { return c.each(ctx, what, f) }
	if c.m.HasPosterior() && c.layer == "" {
		all.EachPosterior = func(what string, f func(first int, z, logvar *tensor.Tensor) error) error {
			return c.eachPosterior(ctx, what, f)
		}
	}
	return all, nil
}

// ranges returns the range of the codes in each dimension.
func (c codec) ranges(ctx context.Context) (codefile.Box, error) {
	b := codefile.NewBox(c.dim)
	return b, c.each(ctx, "encoding", func(_ int, z *tensor.Tensor) error {
		b.Add(z.Data)
		return nil
	})
}

// losses returns the size of each precision and, if codes can be decoded, its loss.
func (c codec) losses(ctx context.Context, bytesIn int64) ([]Compression, error) {
	all := make([]Compression, len(codefile.Precisions))
	for k, p := range codefile.Precisions {
		size := p.Size(c.ds.n, c.dim)
		all[k] = Compression{Precision: p.Name, Bytes: size, Ratio: float64(bytesIn) / float64(size)}
	}
	if !c.m.CanDecode() || c.layer != "" {
		return all, nil
	}
	text := c.m.Schema.IsText()
	lost, tokens := make([]float64, len(codefile.Precisions)), 0
	err := c.each(ctx, "decoding", func(first int, z *tensor.Tensor) error {
		x, err := c.m.Read(c.ds, first, z.Shape[0])
		if err != nil {
			return err
		}
		rounded := tensor.New(z.Shape...)
		for k, p := range codefile.Precisions {
			for i, v := range z.Data {
				rounded.Data[i] = p.Round(c.box, i%c.dim, v)
			}
			y, err := c.m.Decode(ctx, rounded, x.About)
			if err != nil {
				return err
			}
			if text {
				right, of, _ := metrics.TokenMatches(x.X.Data, y.Data)
				lost[k] += float64(right)
				if k == 0 {
					tokens += of
				}
				continue
			}
			e := squaredError(x.X, y)
			if math.IsNaN(e) || math.IsInf(e, 0) {
				return fmt.Errorf("explore: the squared error of examples %d to %d, decoded from codes of %s, is %v, want a number", c.ds.index[first], c.ds.index[first+z.Shape[0]-1], p.Name, e)
			}
			lost[k] += e / float64(c.ds.n)
		}
		return nil
	})
	for k := range all {
		if text {
			lost[k] /= float64(max(1, tokens))
			all[k].Tokens = &lost[k]
		} else {
			all[k].SquaredError = &lost[k]
		}
	}
	return all, err
}

// eachPosterior calls f with the codes and the log-variances (batch, dim) of the examples from
// first on, all of them in turn.
func (c codec) eachPosterior(ctx context.Context, what string, f func(first int, z, logvar *tensor.Tensor) error) error {
	p := c.options.progress(what, c.ds.n)
	defer p.Close()
	for first := 0; first < c.ds.n; first += readBatch {
		x, err := c.m.Read(c.ds, first, min(readBatch, c.ds.n-first))
		if err != nil {
			return err
		}
		z, logvar, err := c.m.Posterior(ctx, x)
		if err != nil {
			return err
		}
		if err := c.ds.checkFinite("the code", first, z); err != nil {
			return err
		}
		if err := c.ds.checkFinite("the log-variance", first, logvar); err != nil {
			return err
		}
		p.At(first, "")
		if err := f(first, z, logvar); err != nil {
			return err
		}
	}
	return nil
}
