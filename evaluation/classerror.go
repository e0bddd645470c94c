package evaluation

import (
	"context"
	"fmt"

	"latentspace/data"
	"latentspace/metrics"
)

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
