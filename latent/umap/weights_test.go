package umap

import (
	"context"
	"math"
	"testing"

	"latentspace/tensor"
)

// waves is 40 points given by formulas, two of them on one spot.
func waves() *tensor.Tensor {
	x := tensor.New(40, 3)
	for i := range 40 {
		f := float64(i)
		copy(x.Data[3*i:], []float32{float32(math.Sin(f)), float32(math.Cos(1.7 * f)), float32(float64(i*i%13) / 6.5)})
	}
	copy(x.Data[3*7:3*7+3], x.Data[3*3:])
	return x
}

// The figures are umap-learn 0.5.12's:
//
//	import numpy as np
//	from umap.umap_ import fuzzy_simplicial_set
//	i = np.arange(40)
//	x = np.stack([np.sin(i*1.0), np.cos(i*1.7), (i*i % 13)/6.5], 1).astype(np.float32)
//	x[7] = x[3]
//	for mix in 1, 0.25:
//		g = fuzzy_simplicial_set(x, 6, np.random.RandomState(0), "euclidean", set_op_mix_ratio=mix)[0].tocsr()
//		g.eliminate_zeros()
//		print(g.nnz, g.sum(), g.sum(1)[:5], g[3].indices, g[3].data)
func TestTheGraphIsThatOfUMAPLearn(t *testing.T) {
	for _, c := range []struct {
		mix, sum float64
		rows     []float64
		values   []float64 // of row 3
	}{
		{1, 139.00089, []float64{3.3700411319732666, 3.8002068996429443, 3.7893552780151367, 3.9843482971191406, 4.137130260467529},
			[]float64{1, 0.17486628890037537, 0.09918434917926788, 0.268755167722702, 1, 0.15191242098808289, 0.32812637090682983, 0.32036712765693665, 0.641136646270752}},
		{0.25, 85.59726, []float64{1.8974192142486572, 2.532625675201416, 1.8426454067230225, 2.635265827178955, 2.8701412677764893},
			[]float64{1, 0.04371657222509384, 0.02479608729481697, 0.0671887919306755, 1, 0.03797810524702072, 0.10570338368415833, 0.08009178191423416, 0.2757910490036011}},
	} {
		o := Options{Neighbours: 6, Mix: &c.mix}
		s, err := space(context.Background(), waves(), 0)
		if err != nil {
			t.Fatal(err)
		}
		g, err := (&Map{o: o, space: s}).graph(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if len(g.values) != 240 || math.Abs(sum(g.values)-c.sum) > 2e-4*c.sum {
			t.Errorf("mix %v: %d pairs, sum %v, want 240 and %v", c.mix, len(g.values), sum(g.values), c.sum)
		}
		for i, want := range c.rows {
			if got := sum(g.values[g.starts[i]:g.starts[i+1]]); math.Abs(got-want) > 1e-4*want {
				t.Errorf("mix %v, row %d: sum %v, want %v", c.mix, i, got, want)
			}
		}
		columns := []uint32{7, 8, 10, 18, 19, 21, 29, 33, 34}
		for e := g.starts[3]; e < g.starts[4]; e++ {
			at := e - g.starts[3]
			if at >= len(columns) || g.columns[e] != columns[at] || math.Abs(float64(g.values[e])-c.values[at]) > 1e-4 {
				t.Errorf("mix %v: w[3,%d] is %v, want %v of %v", c.mix, g.columns[e], g.values[e], c.values, columns)
			}
		}
	}
}

// Of four neighbours at 1, 1 + s, 1 + s and far away, the memberships are 1, q, q and 0, and add up
// to log₂ 5: q = (log₂ 5 − 1)/2, which is exp(−s/width).
func TestMembershipsByHand(t *testing.T) {
	w := make([]float32, 4)
	memberships(w, []float32{1, 1.5, 1.5, 1e6}, 1, 5, 0)
	q := (math.Log2(5) - 1) / 2
	for i, want := range []float64{1, q, q, 0} {
		if math.Abs(float64(w[i])-want) > 1e-5 {
			t.Errorf("membership %d: got %v, want %v", i, w[i], want)
		}
	}
	// All at one distance are all neighbours, whatever the target.
	memberships(w, []float32{2, 2, 2, 2}, 2, 5, 0)
	for i, v := range w {
		if v != 1 {
			t.Errorf("equal distances, membership %d: got %v, want 1", i, v)
		}
	}
}

// Rows 0 and 1 see each other by ½ and ¼, and row 2 sees 0 by ½: the union is ½ + ¼ − ⅛ and ½.
func TestTheUnionByHand(t *testing.T) {
	g := union([]uint32{1, 0, 0}, []float32{0.5, 0.25, 0.5}, 3, 1, 1)
	want := [3][3]float32{{0, 0.625, 0.5}, {0.625, 0, 0}, {0.5, 0, 0}}
	for i, row := range want {
		var got [3]float32
		for e := g.starts[i]; e < g.starts[i+1]; e++ {
			got[g.columns[e]] = g.values[e]
		}
		if got != row {
			t.Errorf("row %d: got %v, want %v", i, got, row)
		}
	}
}

// A pair that would be drawn less than once in all epochs is dropped, and rows add up to what they
// shall.
func TestRarePairsAreDropped(t *testing.T) {
	g := &graph{starts: []int{0, 2, 3}, columns: []uint32{0, 1, 0}, values: []float32{1, 0.009, 0.5}}
	g.prune(100)
	if len(g.values) != 2 || g.starts[1] != 1 || g.starts[2] != 2 || g.values[1] != 0.5 {
		t.Errorf("got %+v, want two pairs", g)
	}
	g.balance(3)
	if g.values[0] != 3 || g.values[1] != 3 {
		t.Errorf("rows are %v, want 3 and 3", g.values)
	}
}
