package main

import (
	"bufio"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"

	"latentspace/data"
	"latentspace/data/npy"
)

// Pictures that ours and the peers read alike, in files of the folder of the measurements.
const (
	digitsFile = "digits.npy" // MNIST's training set, as bytes
	testFile   = "test.npy"   // and its test set
	denseFile  = "dense.npy"  // numbers in (0, 1), none of them zero: as many as the training set has
)

// writeDigits writes MNIST's files.
func writeDigits(dir string) error {
	splits, err := data.MNIST{}.Open(context.Background())
	if err != nil {
		return err
	}
	for name, ds := range map[string]data.Dataset{digitsFile: splits.Train, testFile: splits.Test} {
		err := writeArray(filepath.Join(dir, name), npy.Uint8, func(a *npy.Writer) error { return copyBytes(a, ds) }, ds.Len(), 28, 28)
		if err != nil {
			return err
		}
	}
	return nil
}

// writeDense writes n pictures of numbers drawn alike from (0, 1).
func writeDense(file string, n int) error {
	src := rand.New(rand.NewPCG(1, 1))
	return writeArray(file, npy.Float32, func(a *npy.Writer) error {
		x := make([]float32, 28*28)
		for range n {
			for i := range x {
				x[i] = max(src.Float32(), 1e-6)
			}
			if err := npy.Write(a, x); err != nil {
				return err
			}
		}
		return nil
	}, n, 28, 28)
}

// writeRows writes rows of as many numbers each.
func writeRows(file string, rows [][]float32) error {
	return writeArray(file, npy.Float32, func(a *npy.Writer) error {
		for _, row := range rows {
			if err := npy.Write(a, row); err != nil {
				return err
			}
		}
		return nil
	}, len(rows), len(rows[0]))
}

// writeArray writes a file of an array of a shape.
func writeArray(file string, t npy.Type, write func(*npy.Writer) error, shape ...int) (err error) {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriter(f)
	a, err := npy.Create(w, filepath.Base(file), t, shape...)
	if err != nil {
		return err
	}
	return errors.Join(write(a), a.Close(), w.Flush())
}
