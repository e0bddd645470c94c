package evaluation

import (
	"context"
	"fmt"
	"slices"

	"latentspace/data"
	"latentspace/metrics"
)

// usefulness is the part about what codes are good for: the test accuracy of simple
// classifiers on the codes, on as many principal components and on the data themselves,
// trained with few labels or many,
//
//	probe_METHOD_SPACE_LABELS   METHOD logistic or knn, SPACE codes, pca or data, LABELS 10, 100 or 1000 of each class, or all
//	probe_chance                the share of the most frequent class, which is the accuracy of always telling it
//	denoising_gain              how much nearer to the clean examples the reconstructions of noisy ones are
//	class_error                 of a model that tells classes: share of the examples that it tells wrong
//
// and tables of what matters: the codes for the classes, the input features for the
// reconstruction.
var usefulness = part{name: "usefulness", figures: append(probeNames(), "probe_chance", "denoising_gain", "class_error"), measure: measureUsefulness}

var (
	probeMethods = []string{"logistic", "knn"}
	probeSpaces  = []string{"codes", "pca", "data"}
	probeLabels  = []int{10, 100, 1000, 0} // of each class; 0 for all
)

const (
	probeExamples   = 12_500 // of the training set, so that ten even classes have 1,000
	probeHeld       = 2000
	probeNeighbours = 5
	noiseShare      = 0.5 // of the data's deviation
	shownImportant  = 20
)

func probeName(method, space string, labels int) string {
	if labels == 0 {
		return fmt.Sprintf("probe_%s_%s_all", method, space)
	}
	return fmt.Sprintf("probe_%s_%s_%d", method, space, labels)
}

func probeNames() []string {
	var names []string
	for _, labels := range probeLabels {
		for _, method := range probeMethods {
			for _, space := range probeSpaces {
				names = append(names, probeName(method, space, labels))
			}
		}
	}
	return names
}

func measureUsefulness(ctx context.Context, m *measurement) (Section, error) {
	if !m.Model.CanEncode() {
		return Section{}, lacking(fmt.Sprintf("A model of kind %s has no encoder: there are no codes to use.", m.Model.Kind))
	}
	n := m.some(probeHeld)
	if n < 2 {
		return Section{}, lacking(tooFew(m.Split, n))
	}
	var s Section
	if m.wants("probe_chance") || slices.ContainsFunc(probeNames(), m.wants) {
		if err := m.probes(ctx, n, &s); err != nil {
			return Section{}, err
		}
	}
	if len(m.Metrics) == 0 {
		t, err := m.importantFeatures(ctx, n)
		if err != nil {
			return Section{}, err
		}
		s.Tables = append(s.Tables, t)
	}
	if m.wants("denoising_gain") {
		if err := m.denoising(ctx, n, &s); err != nil {
			return Section{}, err
		}
	}
	if m.wants("class_error") {
		if err := m.classError(ctx, n, &s); err != nil {
			return Section{}, err
		}
	}
	return s, nil
}

// classError adds how many of the first n held-out examples the model itself tells wrong, of a
// [models.Classifier].
func (m *measurement) classError(ctx context.Context, n int, s *Section) error {
	if !m.Model.Classifies() {
		if len(m.Metrics) > 0 {
			s.leave(fmt.Sprintf("class_error is of a model that tells classes, and a model of kind %s does not.", m.Model.Kind))
		}
		return nil
	}
	classes, err := data.ClassesOf(m.Held, n)
	if err != nil {
		return err
	}
	if classes == nil {
		s.leave("class_error: the examples have no classes to tell.")
		return nil
	}
	wrong := make([]float64, 0, n)
	for lo := 0; lo < n; lo += reconstructionBatch {
		x, err := m.read(lo, min(reconstructionBatch, n-lo))
		if err != nil {
			return err
		}
		told, err := m.Model.Classify(ctx, x)
		if err != nil {
			return err
		}
		for i, k := range told {
			wrong = append(wrong, 0)
			if k != classes.Labels[lo+i] {
				wrong[lo+i] = 1
			}
		}
	}
	s.Figures = append(s.Figures, figure("class_error", metrics.Mean(wrong), "share of examples", Protocol{
		Split: m.Split, N: n, Seed: m.Seed, Reduction: "mean over examples", Method: "classes by the model's own classifier",
	}))
	return nil
}
