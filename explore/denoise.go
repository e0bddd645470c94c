package explore

import (
	"context"
	"fmt"
	"math"

	"latentspace/experiments"
	"latentspace/kernel"
	"latentspace/metrics"
	"latentspace/tensor"
	"latentspace/trained"
	"latentspace/training"
)

// Denoise reconstructs N examples. To those of a split, which are clean, it first adds normal noise
// and then measures how much of it is gone; those of files are taken to be noisy as they are. Any
// model with an encoder and a decoder denoises, as its reconstructions are made of what training
// examples have in common; one that learned from noisy examples does it best.
type Denoise struct {
	Options
	Sigma float64 // the deviation of the noise, of examples of a split
}

// DenoiseResult is what [Denoise] makes of examples.
type DenoiseResult struct {
	Originals *tensor.Tensor // (n, shape…), nil for files
	Noisy     *tensor.Tensor // (n, shape…)
	Clean     *tensor.Tensor // (n, shape…), what the model makes of them
	Report    DenoiseReport
}

// DenoiseReport is what [Denoise] reports.
type DenoiseReport struct {
	Index []int    `json:"index"` // of the examples in the split, or among those of the files
	Names []string `json:"names,omitempty"`
	// Of a split: the deviation of the noise, and of noisy and of clean examples the peak
	// signal-to-noise ratio to the originals, for values in [0, 1], or else the mean squared error.
	Sigma  float64   `json:"sigma,omitempty"`
	Unit   string    `json:"unit,omitempty"`
	Before *Measured `json:"before,omitempty"`
	After  *Measured `json:"after,omitempty"`
}

// Measured is a mean over examples with its standard error, which one example does not have.
type Measured struct {
	Value float64  `json:"value"`
	Error *float64 `json:"error,omitempty"`
}

func (m Measured) String() string {
	if m.Error == nil {
		return fmt.Sprintf("%.4g", m.Value)
	}
	return fmt.Sprintf("%.4g ± %.2g", m.Value, *m.Error)
}

// measuredOf is the mean of values.
func measuredOf(values []float64) *Measured {
	e := metrics.Mean(values)
	if len(values) < 2 {
		return &Measured{Value: e.Value}
	}
	return &Measured{e.Value, &e.Error}
}

func (r DenoiseReport) String() string {
	if r.Before == nil {
		if len(r.Index) == 1 {
			return "1 example, denoised\n"
		}
		return fmt.Sprintf("%d examples, denoised\n", len(r.Index))
	}
	return fmt.Sprintf("noise of deviation %g: %s %v before, %v after\n", r.Sigma, r.Unit, r.Before, r.After)
}

// Run denoises.
func (o Denoise) Run(ctx context.Context, m *training.Trained) (DenoiseResult, error) {
	if err := o.check(); err != nil {
		return DenoiseResult{}, err
	}
	if !(o.Sigma > 0) || math.IsInf(o.Sigma, 0) {
		return DenoiseResult{}, experiments.Usagef("-sigma %v, want the deviation of the noise above 0", o.Sigma)
	}
	if m.Schema.IsTable() {
		return DenoiseResult{}, fmt.Errorf("explore: rows of a table have words and gaps, to which no normal noise is added")
	}
	if m.Schema.IsText() {
		return DenoiseResult{}, fmt.Errorf("explore: texts have tokens, to which no normal noise is added")
	}
	if !m.CanReconstruct() {
		return DenoiseResult{}, m.Lacks("encoder and decoder")
	}
	if err := checkHeld(3*o.N, m.Shape); err != nil {
		return DenoiseResult{}, err
	}
	all, where, err := o.source(ctx, m)
	if err != nil {
		return DenoiseResult{}, err
	}
	n, err := o.take(all.Len(), where)
	if err != nil {
		return DenoiseResult{}, err
	}
	some := o.some(all, n)
	x, err := m.Read(some, 0, n)
	if err != nil {
		return DenoiseResult{}, err
	}
	r := DenoiseResult{Noisy: x.X, Report: DenoiseReport{Index: some.index}}
	if len(o.Files) == 0 {
		r.Originals, r.Noisy = x.X, noisy(x.X, o.Sigma, o.Seed)
	} else {
		for i := range n {
			r.Report.Names = append(r.Report.Names, NameOf(some, i))
		}
	}
	if r.Clean, err = m.Reconstruct(ctx, trained.Examples{X: r.Noisy, About: x.About}); err != nil {
		return DenoiseResult{}, err
	}
	if r.Originals != nil {
		r.Report.measure(r, o.Sigma, m.Schema.Fields[0].Bounded())
	}
	return r, checkFigures(r.Report)
}

// noisy returns examples with normal noise, which is a function of the seed and the place. The values
// leave their range, as those of the models that learn from noisy examples do.
func noisy(x *tensor.Tensor, sigma float64, seed uint64) *tensor.Tensor {
	out := tensor.New(x.Shape...)
	kernel.Normal(out.Data, kernel.Seed(seed, "explore.denoise"))
	for i, v := range x.Data {
		out.Data[i] = v + float32(float32(sigma)*out.Data[i])
	}
	return out
}

// measure compares noisy and clean examples with the originals.
func (r *DenoiseReport) measure(of DenoiseResult, sigma float64, bounded bool) {
	distance := metrics.PSNR
	r.Unit = "PSNR in dB"
	if !bounded {
		r.Unit = "mean squared error"
		distance = func(x, y []float32) float64 {
			sum := 0.0
			for k, v := range x {
				d := float64(v) - float64(y[k])
				sum += float64(d * d)
			}
			return sum / float64(len(x))
		}
	}
	size := of.Originals.Len() / of.Originals.Shape[0]
	var before, after []float64
	for lo := 0; lo < of.Originals.Len(); lo += size {
		x := of.Originals.Data[lo : lo+size]
		before = append(before, distance(x, of.Noisy.Data[lo:lo+size]))
		after = append(after, distance(x, of.Clean.Data[lo:lo+size]))
	}
	r.Sigma, r.Before, r.After = sigma, measuredOf(before), measuredOf(after)
}
