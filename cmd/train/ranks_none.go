//go:build !mpi || !linux

package main

import (
	"errors"
	"io"
)

func start(string, int, io.Writer) (*members, error) {
	return nil, errors.New("train: -mpi: this program is built without MPI; CGO_ENABLED=0 go build -tags mpi ./cmd/train, for Linux, builds one with it")
}
