package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"latentspace/training"
	"latentspace/training/ranks"
)

// members are the processes of -mpi, as this one sees them; without -mpi it is by itself.
type members struct {
	world  *ranks.World
	finish func()           // leaves the others, once all do
	abort  func(status int) // ends all
}

// launched returns the rank of this process and how many there are, as the program says that has
// started them: Open MPI's or MPICH's mpirun, or srun. 0 of 0 if there is none, and of 0 if it does not
// say.
func launched() (rank, of int) {
	first := func(names ...string) int {
		text := ""
		for _, name := range names {
			text = cmp.Or(text, os.Getenv(name))
		}
		n, _ := strconv.Atoi(text)
		return n
	}
	return first("OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK", "SLURM_PROCID"), first("OMPI_COMM_WORLD_SIZE", "PMI_SIZE")
}

// gather makes this process one of the members that a library of MPI knows; "" is no library.
func gather(library string, stderr io.Writer) (*members, error) {
	if library == "" {
		return &members{}, nil
	}
	rank, of := launched()
	m, err := start(library, of, stderr)
	if err == nil && m.world.Count&(m.world.Count-1) != 0 {
		number := m.world.Number
		m.finish()
		m, rank, err = nil, number, fmt.Errorf("train: %d ranks, want a power of two", m.world.Count)
	}
	if err != nil && rank > 0 {
		time.Sleep(time.Second) // launchers end all processes when one ends with an error: the first says it before
		err = errSaid
	}
	return m, err
}

// errSaid is an error that another process reports.
var errSaid = errors.New("train: an error that rank 0 reports")

// log is where this process writes what it does.
func (m *members) log(stderr io.Writer) io.Writer {
	if m.world.First() {
		return stderr
	}
	return io.Discard
}

// ended reports an error, once where all members have it, and leaves them. An error of one member ends
// all.
func (m *members) ended(err error, status int, stderr io.Writer) int {
	_, agreed := errors.AsType[*ranks.Agreed](err)
	_, bad := errors.AsType[*training.NonFiniteError](err)
	everyones := agreed || bad || err == nil || errors.Is(err, training.ErrInterrupted)
	switch {
	case err == nil || everyones && !m.world.First():
	case m.world.First():
		fmt.Fprintln(stderr, err)
	default:
		fmt.Fprintf(stderr, "train: rank %d: %v\n", m.world.Number, err)
	}
	if m.world != nil && everyones {
		m.finish()
	} else if m.world != nil {
		m.abort(status)
	}
	return status
}
