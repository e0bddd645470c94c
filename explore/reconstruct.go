package explore

import (
	"context"
	"fmt"

	"latentspace/metrics"
	"latentspace/tensor"
	"latentspace/training"
)

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
