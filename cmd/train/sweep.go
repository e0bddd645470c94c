package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"latentspace/internal/safejson"
	"latentspace/sweeps"
	"latentspace/training"
)

// sweepFlags are the flags of a sweep.
type sweepFlags struct {
	file, out string
	edits     sets
	check     bool
	asJSON    bool
	parallel  int
}

// sweep trains the runs of a sweep, each in a process of its own.
func sweep(f sweepFlags, stdout, stderr io.Writer) int {
	plan, err := sweeps.Load(f.file, f.edits...)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 2
	}
	rank, err := sweeps.RankOf(os.Getenv)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 2
	}
	dir := cmp.Or(f.out, training.DefaultDir(plan.Name))
	if f.check {
		fmt.Fprint(stdout, plan.Listing(dir))
		return 0
	}
	program, err := os.Executable()
	if err != nil {
		fmt.Fprintf(stderr, "train: %v\n", err)
		return 1
	}
	threads := max(1, runtime.GOMAXPROCS(0)/f.parallel)
	ctx, status := interruptible()
	table, err := plan.Run(ctx, sweeps.Options{
		Dir: dir, Parallel: f.parallel, Rank: rank, Log: stderr,
		Train: func(ctx context.Context, j sweeps.Job) error { return child(ctx, program, threads, j) },
	})
	if table != nil && err == nil {
		if f.asJSON {
			err = safejson.WriteIndented(stdout, table)
		} else {
			_, err = fmt.Fprint(stdout, table)
		}
	}
	if err != nil {
		fmt.Fprintln(stderr, err)
		if errors.Is(err, training.ErrInterrupted) {
			return status()
		}
		return 1
	}
	// A launcher may end all processes when one of them fails. The last to end says that a run failed.
	if ended, failed := table.Ended(); failed && (ended || rank.Of == 1) {
		return 1
	}
	return 0
}

// child trains a run in a process of its own, which saves and ends when its input does: that is when
// ctx ends, and also when this process is killed.
func child(ctx context.Context, program string, threads int, j sweeps.Job) error {
	log, err := os.OpenFile(j.Log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o666)
	if err != nil {
		return fmt.Errorf("train: %w", err)
	}
	defer log.Close()
	args := []string{"-config", filepath.FromSlash(j.Config), "-out", j.Dir, "-threads", strconv.Itoa(threads), "-attended"}
	for _, set := range j.Sets {
		args = append(args, "-set", set)
	}
	cmd := exec.Command(program, args...)
	cmd.Stdout, cmd.Stderr, cmd.Env = log, log, withoutLauncher(os.Environ())
	input, err := cmd.StdinPipe()
	if err != nil {
		return fmt.Errorf("train: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("train: %w", err)
	}
	ended := make(chan struct{})
	go func() {
		select {
		case <-ctx.Done():
		case <-ended:
		}
		input.Close()
	}()
	err = cmd.Wait()
	close(ended)
	return err
}

// withoutLauncher is an environment without what a launcher of many processes says: a run of a sweep
// is a process by itself.
func withoutLauncher(environment []string) []string {
	var out []string
	for _, e := range environment {
		if !strings.HasPrefix(e, "OMPI_") && !strings.HasPrefix(e, "PMI_") && !strings.HasPrefix(e, "PMIX_") &&
			!strings.HasPrefix(e, "SLURM_PROCID=") && !strings.HasPrefix(e, "SLURM_NTASKS=") {
			out = append(out, e)
		}
	}
	return out
}

// whileInput returns a context that ends when the standard input does.
func whileInput(ctx context.Context, input io.Reader) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		_, _ = io.Copy(io.Discard, input) // an input that cannot be read has ended
		cancel()
	}()
	return ctx
}
