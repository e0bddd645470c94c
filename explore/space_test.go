package explore

import (
	"context"
	"io"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"latentspace/experiments"
	"latentspace/tensor"
	"latentspace/training"
)

// briefly returns a model of points in the plane, trained for a step.
func briefly(t *testing.T) *training.Trained {
	t.Helper()
	cfg, err := experiments.Parse("brief", []byte(`
name: brief
data: {kind: ring, train: 9000, valid: 0, test: 20}
model: {kind: vae, latent: 3, likelihood: gaussian, encoder: {kind: mlp, hidden: [8]}}
train: {epochs: 1, batch: 4500, samples: 0}
`))
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "brief")
	if _, err := training.Run(context.Background(), cfg, training.Options{Dir: dir, Log: io.Discard}); err != nil {
		t.Fatal(err)
	}
	m, _, err := training.Find(dir, "", false, func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// 9,000 codes take three blocks. Row by row, in any order, they are those of the whole.
func TestRowsOfCodes(t *testing.T) {
	ctx, m := context.Background(), briefly(t)
	train, err := m.Split(ctx, "train")
	if err != nil {
		t.Fatal(err)
	}
	want, err := m.Codes(ctx, train, 9000)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Options{}.space(ctx, m, "codes", Options{}.some(train, 9000))
	if err != nil {
		t.Fatal(err)
	}
	all, err := s.all(ctx)
	if err != nil || !slices.Equal(all.Data, want.Data) {
		t.Errorf("the blocks of codes are not the codes, %v", err)
	}
	z := make([]float32, 3)
	for _, i := range []int{8999, 0, 4096, 4095, 8192, 8191} {
		if err := s.Read(i, z); err != nil || !slices.Equal(z, want.Data[3*i:3*i+3]) {
			t.Errorf("row %d: got %v, %v, want %v", i, z, err, want.Data[3*i:3*i+3])
		}
	}

	s, err = Options{}.space(ctx, m, "data", Options{}.some(train, 9000))
	if err != nil {
		t.Fatal(err)
	}
	doubled, err := s.through(ctx, 1, func(z, x []float32) {
		for i := range z {
			z[i] = x[2*i] + x[2*i+1]
		}
	})
	if err != nil || doubled.Shape[0] != 9000 {
		t.Fatalf("%v, %v", doubled, err)
	}
	x := make([]float32, 2)
	if err := train.Read(8500, x); err != nil || doubled.Data[8500] != x[0]+x[1] {
		t.Errorf("row 8500 gives %v, want that of %v", doubled.Data[8500], x)
	}
}

func TestValuesThatAreNotFiniteAreNamed(t *testing.T) {
	rows := tensor.New(2, 3)
	rows.Data[4] = float32(math.NaN())
	err := part{index: []int{9, 10, 11}}.checkFinite("the codes", 1, rows)
	if want := "explore: the codes of example 11: value 1 is NaN, want finite ones"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// Φ⁻¹(0.975) = 1.959964 is the last of 20; they are symmetric about 0.
func TestNormalQuantiles(t *testing.T) {
	q := normalQuantiles(20)
	if math.Abs(float64(q[19])-1.959964) > 1e-5 {
		t.Errorf("the last of 20 is %v, want 1.959964", q[19])
	}
	for i := range q {
		if math.Abs(float64(q[i]+q[19-i])) > 1e-6 || i > 0 && !(q[i] > q[i-1]) {
			t.Errorf("quantile %d is %v and its mirror %v", i, q[i], q[19-i])
		}
	}
}

// Of 0 … 199 and −5, two at either end are left out.
func TestRangeOfCodes(t *testing.T) {
	codes := tensor.New(200, 2)
	for i := range 200 {
		codes.Data[2*i], codes.Data[2*i+1] = float32(199-i), -5
	}
	if got := overRange(codes, 0, 5); !slices.Equal(got, []float32{2, 50.75, 99.5, 148.25, 197}) {
		t.Errorf("got %v", got)
	}
	if got := overRange(codes, 1, 2); !slices.Equal(got, []float32{-5, -5}) {
		t.Errorf("got %v", got)
	}
}
