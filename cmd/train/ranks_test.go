package main

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"latentspace/training"
	"latentspace/training/ranks"
)

// The program by default has nothing of MPI, and says how to build one that has.
func TestWithoutMPI(t *testing.T) {
	config := write(t, "name: t\ndata: {kind: moons, train: 60}\nmodel: {kind: vae, encoder: {kind: mlp, hidden: [8]}}\ntrain: {batch: 20, epochs: 1}\n")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-config", config, "-mpi", "auto"}, "built without MPI; CGO_ENABLED=0 go build -tags mpi"},
		{[]string{"-config", config, "-mpi", ""}, "-mpi names nothing"},
		{[]string{"-config", config, "-mpi", "auto", "-check"}, "it goes without -check"},
		{[]string{"-verify", "runs/vae", "-mpi", "auto"}, "-sweep and -mpi"},
	} {
		out, err := exec.Command(binary, c.args...).CombinedOutput()
		if err == nil || !strings.Contains(string(out), c.want) {
			t.Errorf("%v: got %v, %s, want %q", c.args, err, out, c.want)
		}
	}
}

// Of several processes one says what all know; what one knows alone it says itself, and ends the others.
func TestAnErrorIsSaidOnce(t *testing.T) {
	alone := errors.New("data: no such file")
	for _, c := range []struct {
		err  error
		rank int
		want string
		how  string
	}{
		{&ranks.Agreed{Err: alone}, 0, "data: no such file\n", "finish"},
		{&ranks.Agreed{Err: alone}, 1, "", "finish"},
		{fmt.Errorf("%w at step 3", training.ErrInterrupted), 1, "", "finish"},
		{&training.NonFiniteError{}, 1, "", "finish"},
		{alone, 0, "data: no such file\n", "abort 1"},
		{alone, 1, "train: rank 1: data: no such file\n", "abort 1"},
		{nil, 1, "", "finish"},
	} {
		how := ""
		m := &members{&ranks.World{Number: c.rank, Count: 2}, func() { how = "finish" }, func(status int) { how = fmt.Sprint("abort ", status) }}
		var said bytes.Buffer
		if m.ended(c.err, 1, &said); said.String() != c.want || how != c.how {
			t.Errorf("rank %d, %v: says %q and calls %s, want %q and %s", c.rank, c.err, &said, how, c.want, c.how)
		}
	}
}
