package evaluation

import (
	"slices"
	"testing"
)

func TestHigherIsBetter(t *testing.T) {
	for name, want := range map[string][2]bool{
		"nll": {false, true}, "ssim": {true, true}, "kl": {false, false}, "active_units": {false, false}, "nothing": {false, false},
		"probe_knn_codes_100": {true, true}, "probe_knn_pca_100": {false, false},
	} {
		if higher, ok := HigherIsBetter(name); higher != want[0] || ok != want[1] {
			t.Errorf("%s: got %v, %v, want %v", name, higher, ok, want)
		}
	}
}

// TestEveryFigureToCompareByCanBeMeasured knows of parts that the list lacks here.
func TestEveryFigureToCompareByCanBeMeasured(t *testing.T) {
	for name := range better {
		if name != "denoising_gain" && !slices.Contains(Known(), name) {
			t.Errorf("no part measures %s", name)
		}
	}
}
