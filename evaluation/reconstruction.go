package evaluation

import (
	"context"
	"fmt"

	"latentspace/kernel"
	"latentspace/metrics"
	"latentspace/sound"
	"latentspace/tensor"
)

// reconstruction is the part about how well codes preserve their examples:
//
//	squared_error  Σ (x − y)² over values
//	ssim           structural similarity of pictures, 1 for the same
//	psnr           peak signal-to-noise ratio of pictures, in decibels
//
// of sounds, in decibels,
//
//	level_distance     of levels in bands: see [sound.Transform.LevelDistance]
//	spectral_distance  of the sounds that are made of both: see [sound.Transform.SpectralDistance]
//
// and of texts,
//
//	token_accuracy  share of a text's tokens that are the same at the same place
//	exact_match     share of the texts that are the same
var reconstruction = part{
	name:    "reconstruction",
	figures: []string{"squared_error", "ssim", "psnr", "level_distance", "spectral_distance", "token_accuracy", "exact_match"},
	measure: measureReconstruction,
}

const (
	reconstructionExamples = 2000
	reconstructionBatch    = 512
	heardExamples          = 128 // that are made sound
)

func measureReconstruction(ctx context.Context, m *measurement) (Section, error) {
	switch {
	case !m.Model.CanEncode():
		return Section{}, lacking(fmt.Sprintf("A model of kind %s has no encoder: there is nothing to reconstruct from.", m.Model.Kind))
	case !m.Model.CanDecode():
		return Section{}, lacking(fmt.Sprintf("A model of kind %s has no decoder: nothing is reconstructed.", m.Model.Kind))
	}
	n := m.some(reconstructionExamples)
	if n < 2 {
		return Section{}, lacking(tooFew(m.Split, n))
	}
	if len(m.Model.Schema.Fields) > 1 {
		return Section{}, lacking("Examples have several fields: the table of important features says how much of each comes back.")
	}
	if err := m.differ(n); err != nil {
		return Section{}, err
	}
	if m.Model.Schema.IsText() {
		return measureTexts(ctx, m, n)
	}
	values, err := spreadOf(m)
	if err != nil {
		return Section{}, err
	}
	unit := values.least >= 0 && values.most <= 1
	picture := len(m.Model.Shape) == 3 && unit
	var errors, similarities, ratios []float64
	var heard sounds
	for lo := 0; lo < n; lo += reconstructionBatch {
		x, err := m.read(lo, min(reconstructionBatch, n-lo))
		if err != nil {
			return Section{}, err
		}
		y, err := m.Model.Reconstruct(ctx, x)
		if err != nil {
			return Section{}, err
		}
		if m.Model.Schema.IsSound() {
			heard.compare(m, x.X, y)
		}
		for i := range x.Len() {
			a, b := row(x.X, i), row(y, i)
			errors = append(errors, squaredError(a, b))
			if picture && m.wants("ssim") {
				similarities = append(similarities, metrics.SSIM(a, b, m.Model.Shape[0], m.Model.Shape[1], m.Model.Shape[2]))
			}
			if picture {
				ratios = append(ratios, metrics.PSNR(a, b))
			}
		}
	}
	p := Protocol{Split: m.Split, N: n, Seed: m.Seed}
	by := func(reduction, method string) Protocol { p.Reduction, p.Method = reduction, method; return p }
	const of = "of the mean of the code"
	s := Section{Figures: []Figure{
		figure("squared_error", metrics.Mean(errors), "squared units per example", by("sum over values, mean over examples", "decoded "+of)),
	}}
	if !picture {
		s.leave("SSIM and PSNR are of pictures with values in [0, 1].")
		return s, nil
	}
	if m.wants("ssim") {
		s.Figures = append(s.Figures, figure("ssim", metrics.Mean(similarities), "1 for the same", by("mean over places, channels and examples", "decoded "+of+"; Gaussian window of 11×11, range 1 (Wang et al. 2004)")))
	}
	s.Figures = append(s.Figures, figure("psnr", metrics.Mean(ratios), "dB", by("mean over examples", "decoded "+of+"; peak 1, at most 100 dB")))
	if !m.Model.Schema.IsSound() {
		return s, nil
	}
	s.Figures = append(s.Figures, figure("level_distance", metrics.Mean(heard.levels), "dB", by("root mean square over bands, mean over frames and examples", "decoded "+of)))
	if m.wants("spectral_distance") {
		p.N = len(heard.spectra)
		s.Figures = append(s.Figures, figure("spectral_distance", metrics.Mean(heard.spectra), "dB", by("root mean square over frequencies, mean over frames and examples", "decoded "+of+"; of the sounds that are made of levels, by fast Griffin–Lim (Perraudin et al. 2013)")))
	}
	return s, nil
}

// sounds are distances of sounds, in dB.
type sounds struct{ levels, spectra []float64 }

// compare adds the distances of some spectrograms and what became of them.
func (s *sounds) compare(m *measurement, x, y *tensor.Tensor) {
	t := sound.New(m.Model.Schema.Fields[0])
	n := x.Shape[0]
	y = y.Clone()
	for i, v := range y.Data {
		y.Data[i] = min(max(v, 0), 1) // as it is heard
	}
	for i := range n {
		s.levels = append(s.levels, t.LevelDistance(row(x, i), row(y, i)))
	}
	if !m.wants("spectral_distance") {
		return
	}
	spectra := make([]float64, min(n, heardExamples-len(s.spectra)))
	kernel.For(len(spectra), 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			spectra[i] = t.SpectralDistance(t.Samples(row(x, i)), t.Samples(row(y, i)))
		}
	})
	s.spectra = append(s.spectra, spectra...)
}

func squaredError(x, y []float32) float64 {
	s := 0.0
	for k, v := range x {
		e := float64(v) - float64(y[k])
		s += float64(e * e)
	}
	return s
}

// flat is examples as vectors (n, values).
func flat(x *tensor.Tensor) *tensor.Tensor {
	n := x.Shape[0]
	return &tensor.Tensor{Shape: []int{n, x.Len() / max(1, n)}, Data: x.Data}
}

// measureTexts measures how many tokens and texts come back.
func measureTexts(ctx context.Context, m *measurement, n int) (Section, error) {
	var tokens, whole []float64
	for lo := 0; lo < n; lo += reconstructionBatch {
		x, err := m.read(lo, min(reconstructionBatch, n-lo))
		if err != nil {
			return Section{}, err
		}
		y, err := m.Model.Reconstruct(ctx, x)
		if err != nil {
			return Section{}, err
		}
		for i := range x.Len() {
			right, of, same := metrics.TokenMatches(row(x.X, i), row(y, i))
			tokens = append(tokens, float64(right)/float64(max(1, of)))
			whole = append(whole, 0)
			if same {
				whole[len(whole)-1] = 1
			}
		}
	}
	p := Protocol{Split: m.Split, N: n, Seed: m.Seed, Reduction: "mean over examples", Method: "the likeliest token at each step, given the mean of the code"}
	return Section{Figures: []Figure{
		figure("token_accuracy", metrics.Mean(tokens), "share of the tokens of an example", p),
		figure("exact_match", metrics.Mean(whole), "share of the examples", p),
	}}, nil
}
