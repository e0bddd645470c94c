package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"latentspace/data"
	"latentspace/latent"
)

// components is how many principal components are compared.
const components = 30

// maps compares maps of MNIST to fewer dimensions.
func (b *bench) maps() error {
	splits, err := data.MNIST{}.Open(context.Background())
	if err != nil {
		return err
	}
	if err := writeDigits(b.dir); err != nil {
		return err
	}
	head("maps, MNIST", "scikit-learn")
	if err := b.principal(splits); err != nil {
		return err
	}
	for _, n := range []int{10_000, 70_000} {
		if err := b.embedding(splits, n); err != nil {
			return err
		}
	}
	fmt.Println()
	return b.embeddings()
}

// principal compares fits of principal components to the training set: their time,
// and the squared error that they leave of the test set. Ours reads the pictures as
// bytes, scikit-learn has them in memory as float32.
func (b *bench) principal(splits *data.Splits) error {
	var ours []float64
	var took float64
	solvers := []string{"randomized", "full"}
	peers, errs := map[string][]float64{}, map[string]float64{}
	var fit *latent.PCA
	for range b.rounds {
		err := quietly(func() error {
			start := time.Now()
			var err error
			if fit, err = latent.FitPCA(context.Background(), splits.Train, splits.Train.Schema().Width(), components); err != nil {
				return err
			}
			took = time.Since(start).Seconds()
			return nil
		})
		if err != nil {
			return err
		}
		ours = append(ours, took)
		for _, solver := range solvers {
			if !b.peer.has("sklearn") {
				continue
			}
			m, err := b.peer.run(setting{}, "pca", filepath.Join(b.dir, digitsFile), filepath.Join(b.dir, testFile), solver, fmt.Sprint(components))
			if err != nil {
				return err
			}
			peers[solver], errs[solver] = append(peers[solver], m.Seconds), m.SquaredError
		}
	}
	left, err := squaredError(fit, splits.Test)
	if err != nil {
		return err
	}
	for _, solver := range solvers {
		what := fmt.Sprintf("PCA(%d), %s solver", components, solver)
		row(what, "s", median(ours), median(peers[solver]), median(peers[solver])/median(ours))
		fmt.Printf("| %s, squared error of a test image | %.3f | %.3f | |\n", what, left, errs[solver])
	}
	return nil
}

// squaredError is what a fit leaves of a data set, per example.
func squaredError(p *latent.PCA, ds data.Dataset) (float64, error) {
	n := ds.Len()
	x := make([]float32, n*len(p.Mean))
	if err := data.ReadBatch(ds, 0, n, x, nil); err != nil {
		return 0, err
	}
	z, y := make([]float32, n*len(p.Variance)), make([]float32, len(x))
	p.Transform(z, x)
	p.Inverse(y, z)
	sum := 0.0
	for i, v := range x {
		e := float64(v - y[i])
		sum += float64(e * e)
	}
	return sum / float64(n), nil
}
