package evaluation

import (
	"context"
	"fmt"
	"math"
	"slices"

	"latentspace/example"
	"latentspace/kernel"
	"latentspace/metrics"
	"latentspace/nn/elementary"
	"latentspace/tensor"
	"latentspace/trained"
)

// denoising adds how much nearer to clean examples the reconstructions of noisy ones are
// than these themselves: 10·log₁₀(Σ|x̃ − x|²/Σ|y(x̃) − x|²) for x̃ = x + σ·ε.
func (m *measurement) denoising(ctx context.Context, n int, s *Section) error {
	if slices.ContainsFunc(m.Model.Schema.Fields, func(f example.Field) bool { return f.Indexed() || f.Gaps }) {
		s.leave("Denoising: examples have words or gaps, to which no noise can be added.")
		return nil
	}
	x, err := m.read(0, n)
	if err != nil {
		return err
	}
	sigma := noiseShare * deviation(x.X.Data)
	noisy := tensor.New(x.X.Shape...)
	kernel.Normal(noisy.Data, kernel.Seed(m.Seed, "evaluation.denoising"))
	for i, v := range x.X.Data {
		noisy.Data[i] = v + float32(float32(sigma)*noisy.Data[i])
	}
	y, err := m.Model.Reconstruct(ctx, trained.Examples{X: noisy, About: x.About})
	if err != nil {
		return err
	}
	var before, after []float64
	for i := range n {
		before = append(before, squaredError(row(noisy, i), row(x.X, i)))
		after = append(after, squaredError(row(y, i), row(x.X, i)))
	}
	b, a := metrics.Mean(before), metrics.Mean(after)
	if !(a.Value > 0 && b.Value > 0) {
		s.leave("Denoising: the examples do not differ, so that no noise fits them.")
		return nil
	}
	e := metrics.Estimate{Value: 10 * elementary.Log10(b.Value/a.Value), Error: 10 / math.Ln10 * elementary.Hypot(a.Error/a.Value, b.Error/b.Value)}
	s.Figures = append(s.Figures, figure("denoising_gain", e, "dB", Protocol{
		Split: m.Split, N: n, Draws: 1, Seed: m.Seed, Reduction: "ratio of mean squared errors",
		Method: fmt.Sprintf("reconstruction of examples with normal noise of deviation %.3g, half of that of their values", sigma),
	}))
	return nil
}

func deviation(x []float32) float64 {
	mean, squares := 0.0, 0.0
	for _, v := range x {
		mean += float64(v) / float64(len(x))
	}
	for _, v := range x {
		e := float64(v) - mean
		squares += float64(e*e) / float64(len(x))
	}
	return math.Sqrt(squares)
}
