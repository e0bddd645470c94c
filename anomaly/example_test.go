package anomaly_test

import (
	"fmt"

	"latentspace/anomaly"
)

// A threshold of usual examples' scores gives a share of false alarms: here one in ten.
func ExampleThresholdOf() {
	usual := make([]float64, 101) // the scores 0 … 1
	for i := range usual {
		usual[i] = float64(i) / 100
	}
	t := anomaly.ThresholdOf(usual, 0.1)
	fmt.Printf("odd above %.2f ± %.2f\n", t.Score, t.Error)
	// Output: odd above 0.90 ± 0.03
}
