package main

import (
	"strings"
	"testing"

	"latentspace/kernel"
)

func TestAMapOfClustersHasItsFigures(t *testing.T) {
	const n = 1500
	for _, m := range manyMaps[2:4] { // the quicker ones
		f, err := m.run(n)
		if err != nil {
			t.Fatal(err)
		}
		if !(f.Seconds > 0 && f.PeakMB > 0 && f.Trust > 0.9 && f.Trust < 1) || f.Pairs != 0 {
			t.Errorf("%s: got %+v", m.name, f)
		}
		if tsne := m.name == "uniform"; tsne != (f.KL > 0 && f.Recall > 0.5 && f.Neighbours == 15) {
			t.Errorf("%s: got %+v", m.name, f)
		}
	}
	x := hundredClusters(n)
	if i := kernel.FirstNonFinite(x.Data); i >= 0 || len(x.Data) != 50*n {
		t.Errorf("%d values, number %d is %v", len(x.Data), i, x.Data[max(i, 0)])
	}
}

func TestARowOfClustersTellsWhatIsKnown(t *testing.T) {
	umap, exact := manyFigures{Seconds: 17, PeakMB: 1500, Trust: 0.99, TrustError: 0.001}, manyFigures{Seconds: 950, Pairs: 50, PeakMB: 5000, KL: 4.2, Recall: 1, Neighbours: 91}
	for want, got := range map[string]string{
		"| UMAP | 17 s | – | 1500 MB | – | – | 0.9900 ± 0.0010 |":                                      umap.row(manyMaps[3], 0),
		"| UMAP | 17 s | 58.8 times as long |":                                                         umap.row(manyMaps[3], 1000),
		"iterations | 1000 s | 1.0 times as long | 5000 MB | 4.200 | 1.0000 of 91 | 0.0000 ± 0.0000 |": exact.row(manyMaps[0], 1000),
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestMapsOfClustersThatAreNotThere(t *testing.T) {
	if err := clusters(1000, "exact,som"); err == nil || !strings.Contains(err.Error(), `no map "som", want some of exact, perplexity, uniform, umap, space`) {
		t.Errorf("got %v", err)
	}
}

// Three points of a triangle with sides of 1, 1 and √2: 2(½ + ½ + ⅓).
func TestAllPairsAreSummedUp(t *testing.T) {
	p := hundredClusters(100)
	p.Shape, p.Data = []int{3, 2}, []float32{0, 0, 1, 0, 0, 1}
	if got, want := allPairs(p), 8.0/3; got < want-1e-6 || got > want+1e-6 {
		t.Errorf("got %v, want %v", got, want)
	}
}
