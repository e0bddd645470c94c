package evaluation

import (
	"slices"
	"strings"
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

// TestEveryFigureHasADirectionOrNone has those that say how a model is.
func TestEveryFigureHasADirectionOrNone(t *testing.T) {
	neither := []string{"kl", "active_units", "unused_codes", "kl_max", "kl_above_free_bits", "mutual_information", "marginal_kl", "perplexity", "words_used", "l0",
		"classifier_accuracy", "classifier_chance", "feature_rank", "feature_variance", "diversity", "class_entropy", "copy_ratio", "copies", "frechet_training", "frechet_gaussian",
		"column_shapes_ceiling", "pair_trends_ceiling", "related_trends_ceiling", "discriminator_ceiling", "row_copies_ceiling",
		"real_accuracy", "label_chance", "nearest_ratio"}
	for _, name := range Known() {
		_, ok := HigherIsBetter(name)
		want := !slices.Contains(neither, name) && (!strings.HasPrefix(name, "probe_") || strings.Contains(name, "_codes_"))
		if ok != want {
			t.Errorf("%s can be compared by: %v, want %v", name, ok, want)
		}
	}
	for name := range better {
		if !slices.Contains(Known(), name) {
			t.Errorf("no part measures %s", name)
		}
	}
}
