//go:build mpi && linux

package main

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"latentspace/internal/mpi"
	"latentspace/training/ranks"
)

// patience is how long another rank may take for what this one waits for. Reading data, evaluating and
// saving are between two exchanges.
const patience = 2 * time.Hour

// start opens a library of MPI and joins the processes that were started together.
func start(library string, of int, stderr io.Writer) (*members, error) {
	p, err := mpi.Start(library, of)
	if err != nil {
		return nil, fmt.Errorf("train: -mpi %s: %w", library, err)
	}
	var other atomic.Int64
	late := time.AfterFunc(patience, func() {
		fmt.Fprintf(stderr, "train: rank %d: rank %d has not answered for %v; the same command goes on from the newest checkpoint\n", p.Number, other.Load(), patience)
		os.Exit(1)
	})
	late.Stop()
	exchange := func(with int, send, receive []byte) error {
		other.Store(int64(with))
		late.Reset(patience)
		defer late.Stop()
		return p.Exchange(with, send, receive)
	}
	return &members{&ranks.World{Number: p.Number, Count: p.Count, Exchange: exchange}, p.Finish, p.Abort}, nil
}
