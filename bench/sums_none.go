//go:build !mpi || !linux

package main

import "errors"

func sums() error {
	return errors.New("-only sums: this program is built without MPI; mpirun -n 2 with one that go build -tags mpi ./bench has built")
}
