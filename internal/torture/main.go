// Torture runs the real programs into faults for as long as it is told, and checks what they
// promise: that a run that was killed, stopped, starved of room or damaged ends with the bytes
// of one that went through, that nothing saved is lost, and that a second process is kept out.
//
//	go run ./internal/torture -for 10m
//
// It prints how often each fault was survived. On the first promise that is broken it stops
// and leaves the folder, with the seed and the number of the round that make it again.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"time"
)

func main() {
	how := flag.Duration("for", time.Minute, "how long")
	seed := flag.Uint64("seed", 1, "of what is done and when")
	first := flag.Int("round", 0, "the `number` of the first round")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *how, *seed, *first); err != nil {
		fmt.Fprintf(os.Stderr, "torture: %v\n", err)
		os.Exit(1)
	}
}

// run tortures until the time is over.
func run(ctx context.Context, how time.Duration, seed uint64, first int) error {
	dir, err := os.MkdirTemp("", "torture")
	if err != nil {
		return err
	}
	for _, name := range []string{"train", "sample"} {
		if out, err := exec.CommandContext(ctx, "go", "build", "-o", filepath.Join(dir, name), "./cmd/"+name).CombinedOutput(); err != nil {
			return fmt.Errorf("go build: %w\n%s", err, out)
		}
	}
	v, err := newVictim(dir)
	if err != nil {
		return err
	}
	names := slices.Sorted(maps.Keys(faults))
	count := map[string]int{}
	end := time.Now().Add(how)
	for round := first; time.Now().Before(end) && ctx.Err() == nil; round++ {
		r := rand.New(rand.NewPCG(seed, uint64(round)))
		name := names[r.IntN(len(names))]
		n, err := faults[name](v, filepath.Join(dir, fmt.Sprintf("round%d", round)), r)
		if err != nil {
			return fmt.Errorf("round %d, %s: %w\nagain: go run ./internal/torture -seed %d -round %d\nleft: %s", round, name, err, seed, round, dir)
		}
		count[name] += n
		if err := os.RemoveAll(filepath.Join(dir, fmt.Sprintf("round%d", round))); err != nil {
			return err
		}
	}
	for _, name := range names {
		fmt.Printf("%-40s %d\n", name, count[name])
	}
	return errors.Join(os.RemoveAll(dir), ctx.Err())
}
