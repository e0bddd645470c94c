//go:build mpi && linux

package main

import (
	"errors"
	"fmt"
	"time"

	"latentspace/internal/mpi"
	"latentspace/training/ranks"
)

// sums compares the sum along the tree with MPI_Allreduce, in turns, as ranks that mpirun has started.
func sums() error {
	p, err := mpi.Start(mpi.Auto, 0)
	if err != nil {
		return err
	}
	defer p.Finish()
	w := &ranks.World{Number: p.Number, Count: p.Count, Exchange: p.Exchange}
	if w.First() {
		fmt.Printf("| sum over %d ranks, values | ours, µs | MPI_Allreduce, µs | ratio |\n|---|---|---|---|\n", p.Count)
	}
	for _, n := range []int{1_000, 100_000, 1_000_000, 4_000_000} {
		v := make([]float32, n)
		for i := range v {
			v[i] = float32(i%1000)/512 + float32(p.Number)
		}
		var failed error
		timed := func(sum func([]float32) error) float64 { // of as many sums on each rank
			times, started := max(3, 2_000_000/n), time.Now()
			for range times {
				failed = errors.Join(failed, sum(v))
			}
			return float64(time.Since(started).Nanoseconds()) / float64(1000*times)
		}
		var ours, theirs, ratios []float64
		for range 9 {
			a, b := timed(w.Sum), timed(p.Allreduce)
			ours, theirs, ratios = append(ours, a), append(theirs, b), append(ratios, a/b)
		}
		if failed != nil {
			return failed
		}
		if w.First() {
			fmt.Printf("| %d | %s | %s | %.2f |\n", n, figure(median(ours)), figure(median(theirs)), median(ratios))
		}
	}
	return nil
}
