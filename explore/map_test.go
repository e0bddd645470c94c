package explore

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"latentspace/kernel"
	"latentspace/latent/maptest"
)

// The trustworthiness of 5 neighbours takes 11 examples; fewer are placed without it.
func TestFewExamplesAreMapped(t *testing.T) {
	m := learned(t, tiny)
	for n, told := range map[int]bool{9: false, 10: false, 11: true} {
		perplexity, iterations := 3.0, 20
		o := Map{Options: Options{N: n, Split: "test"}, Method: "tsne", Perplexity: &perplexity, Iterations: &iterations}
		r, err := o.Run(context.Background(), m)
		if err != nil {
			t.Errorf("%d examples: %v", n, err)
		} else if got := r.Report.Trustworthiness; (got != nil) != told {
			t.Errorf("%d examples: trustworthiness %v, want it told: %v", n, got, told)
		}
	}
}

// Of more than 100,000 rows most neighbours are found, not all, the divergence is that of the mesh, and the
// trustworthiness is that of a sample, with its error.
func TestManyRowsAreMapped(t *testing.T) {
	const n = 100_200
	iterations, neighbours, probes := 3, 5, 2
	o := Map{Method: "tsne", Iterations: &iterations, TSNE: TSNE{Affinities: "uniform", Probes: &probes}, UMAP: UMAP{Neighbours: &neighbours}}
	y, r, err := o.Place(context.Background(), maptest.Clusters(n, 3, 40, 3))
	if err != nil {
		t.Fatal(err)
	}
	if y.Shape[0] != n || kernel.FirstNonFinite(y.Data) >= 0 {
		t.Errorf("%d places", y.Shape[0])
	}
	if r.Recall == nil || !(*r.Recall > 0.9 && *r.Recall < 1) || !r.MeshKL {
		t.Fatalf("got %+v, want most neighbours and the mesh", r.TSNEReport)
	}
	if r.Trustworthiness == nil || r.TrustError == nil || !(*r.TrustError > 0 && *r.TrustError < 0.02) || r.TrustSample != trustSampled {
		t.Fatalf("got %+v, want the trustworthiness of a sample", r)
	}
	if says := fmt.Sprintf("by the mesh, recall of neighbours %.4f, trustworthiness %.4f ± %.4f, of 2000 of them\n", *r.Recall, *r.Trustworthiness, *r.TrustError); !strings.HasSuffix(r.String(), says) {
		t.Errorf("got %s, want it to end in %s", r, says)
	}
}
