package tsne

import (
	"context"
	"math"
	"testing"

	"latentspace/tensor"
)

// waves is 40 points given by formulas, and an arrangement of them in the plane.
func waves() (x, y *tensor.Tensor) {
	const n = 40
	x, y = tensor.New(n, 3), tensor.New(n, 2)
	for i := range n {
		f := float64(i)
		copy(x.Data[3*i:], []float32{float32(math.Sin(f)), float32(math.Cos(1.7 * f)), float32(float64(i*i%13) / 6.5)})
		copy(y.Data[2*i:], []float32{float32(4 * math.Sin(3*f)), float32(5 * math.Cos(2.3*f))})
	}
	return x, y
}

// The figures are scikit-learn 1.2's:
//
//	import numpy as np
//	from sklearn.manifold import trustworthiness
//	import sklearn.manifold._t_sne as T
//	from sklearn.neighbors import NearestNeighbors
//	i = np.arange(40)
//	x = np.stack([np.sin(i*1.0), np.cos(i*1.7), (i*i % 13)/6.5], 1).astype(np.float32)
//	y = np.stack([4*np.sin(i*3.0), 5*np.cos(i*2.3)], 1).astype(np.float32)
//	print(trustworthiness(x, y, n_neighbors=5), trustworthiness(x, x[:, :2], n_neighbors=3))
//	D = NearestNeighbors(n_neighbors=25, algorithm="brute").fit(x.astype(float)).kneighbors_graph(mode="distance")
//	D.data **= 2
//	P = T._joint_probabilities_nn(D, 8, 0).toarray()
//	w = 1/(1 + ((y[:, None].astype(float) - y[None])**2).sum(-1))
//	np.fill_diagonal(w, 0)
//	q, m = w/w.sum(), P > 0
//	print((P[m]*np.log(P[m]/q[m])).sum())
func TestQualityIsThatOfScikitLearn(t *testing.T) {
	ctx := context.Background()
	x, y := waves()
	flat := tensor.New(40, 2)
	for i := range 40 {
		copy(flat.Data[2*i:2*i+2], x.Data[3*i:])
	}
	for _, c := range []struct {
		name string
		got  func() (float64, error)
		want float64
	}{
		{"trustworthiness of another arrangement", func() (float64, error) { return Trustworthiness(ctx, x, y, 5) }, 0.6771875},
		{"trustworthiness of two of the columns", func() (float64, error) { return Trustworthiness(ctx, x, flat, 3) }, 0.8738095238095238},
		{"trustworthiness of the points themselves", func() (float64, error) { return Trustworthiness(ctx, x, x, 7) }, 1},
		{"divergence", func() (float64, error) { return KL(ctx, x, y, 8) }, 2.0295497619528815},
	} {
		got, err := c.got()
		if err != nil || math.Abs(got-c.want) > 2e-5 {
			t.Errorf("%s: got %v, %v, want %v", c.name, got, err, c.want)
		}
	}
}

// Points 0, 1, 3, 7 on a line are placed at 0, 7, 1, 3, where the nearest neighbours
// of points 0 to 3 are 2, 3, 0, 2. In x they are the 2nd, 3rd, 2nd and 1st nearest,
// by 1 + 2 + 1 + 0 above k = 1: 1 − 4·2/(4·1·(8 − 3 − 1)) = 0.5.
func TestTrustworthinessByHand(t *testing.T) {
	x, _ := tensor.From([]float32{0, 1, 3, 7}, 4, 1)
	y, _ := tensor.From([]float32{0, 7, 1, 3}, 4, 1)
	if got, err := Trustworthiness(context.Background(), x, y, 1); err != nil || got != 0.5 {
		t.Errorf("got %v, %v, want 0.5", got, err)
	}
	// Of equal points those with the smaller index are nearer: 2nd, 3rd, 1st and 3rd.
	if got, err := Trustworthiness(context.Background(), tensor.New(4, 1), y, 1); err != nil || got != 0.375 {
		t.Errorf("equal points: got %v, %v, want 0.375", got, err)
	}
}

// Of five points at one distance from each other the affinities are 1/20 for each
// pair; placed on one spot, so are the q, and the divergence is zero. Moved so that
// one of them is at squared distance 3, w is ¼ for its 8 ordered pairs and 1 for
// the other 12: Z = 14, and the divergence is Σ 1/20 ln(Z/(20 w)).
func TestDivergenceByHand(t *testing.T) {
	x, y := tensor.New(5, 5), tensor.New(5, 2)
	for i := range 5 {
		x.Data[6*i] = 1
	}
	for _, c := range []struct{ at, want float64 }{
		{0, 0},
		{math.Sqrt(3), 12.0/20*math.Log(14.0/20) + 8.0/20*math.Log(14.0/5)},
	} {
		y.Data[0] = float32(c.at)
		if got, err := KL(context.Background(), x, y, 1.5); err != nil || math.Abs(got-c.want) > 1e-6 {
			t.Errorf("one point at %v: got %v, %v, want %v", c.at, got, err, c.want)
		}
	}
}

// The trustworthiness of a sample is that of all within its error, and of all it is the same.
func TestTrustworthinessOfASample(t *testing.T) {
	ctx, x, y := context.Background(), clusters(3000, 4, 7), tensor.New(3000, 2)
	for i := range 3000 {
		copy(y.Data[2*i:2*i+2], x.Data[4*i:])
	}
	all, err := Trustworthiness(ctx, x, y, 6)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		sample int
		few    bool
	}{{200, true}, {900, true}, {3000, false}, {9000, false}} {
		got, deviation, err := SampledTrustworthiness(ctx, x, y, 6, c.sample)
		if err != nil || (deviation > 0) != c.few || math.Abs(got-all) > 4*deviation || deviation > 0.02 {
			t.Errorf("%d: got %v ± %v, %v, want %v", c.sample, got, deviation, err, all)
		}
	}
}
