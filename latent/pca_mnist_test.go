package latent_test

import (
	"context"
	"math"
	"os"
	"testing"

	"latentspace/data"
	"latentspace/latent"
)

// The figures of numpy's eigh in float64; testdata/pca.py prints them.
var (
	mnistVariance = []float64{
		5.1168730, 3.7413908, 3.2527085, 2.8416207, 2.5671177, 2.2736634, 1.7251550, 1.5205602, 1.4563053, 1.2427501,
		1.1120895, 1.0666405, 0.9046808, 0.8921812, 0.8323530, 0.7819003, 0.6983869, 0.6732558, 0.6259952, 0.6077630,
		0.5621459, 0.5307988, 0.5027803, 0.4811470, 0.4657832, 0.4425387, 0.4284396, 0.4146187, 0.3926673, 0.3642618,
	}
	mnistTotal = 52.725914
	mnistError = 13.8663 // of the test set by 30 components, squared, per image
)

func TestPCAOfMNIST(t *testing.T) {
	if os.Getenv("LATENTSPACE_DATA") == "" {
		t.Skip("LATENTSPACE_DATA names no folder with mnist/")
	}
	splits, err := data.MNIST{}.Open(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	p, err := latent.FitPCA(context.Background(), splits.Train, 784, 30)
	if err != nil {
		t.Fatal(err)
	}
	const within = 1e-5 // of the figure
	for i, v := range p.Variance {
		if math.Abs(float64(v)/mnistVariance[i]-1) > within {
			t.Errorf("variance %d is %v, want %v", i, v, mnistVariance[i])
		}
	}
	if math.Abs(float64(p.Total)/mnistTotal-1) > within {
		t.Errorf("total variance %v, want %v", p.Total, mnistTotal)
	}
	x, err := pixels(splits.Test)
	if err != nil {
		t.Fatal(err)
	}
	z, y := make([]float32, splits.Test.Len()*30), make([]float32, len(x))
	p.Transform(z, x)
	p.Inverse(y, z)
	sum := 0.0
	for i, v := range x {
		e := float64(v - y[i])
		sum += float64(e * e)
	}
	if got := sum / float64(splits.Test.Len()); math.Abs(got-mnistError) > 5e-4 {
		t.Errorf("squared error %v per test image, want %v", got, mnistError)
	}
}

func pixels(ds data.Dataset) ([]float32, error) {
	x := make([]float32, ds.Len()*784)
	return x, data.ReadBatch(ds, 0, ds.Len(), x, nil)
}
