// Torture runs the real programs into faults for a given time, and checks what they promise: that a
// run that was killed, stopped, starved of room or damaged ends with the bytes of one that went
// through, that nothing saved is lost, and that a second process is kept out.
//
//	go run ./internal/torture -for 10m
//	go run ./internal/torture -only evaluation    # degenerate models and data through sample's verbs
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
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func main() {
	how := flag.Duration("for", time.Minute, "how long")
	seed := flag.Uint64("seed", 1, "of what is done and when")
	first := flag.Int("round", 0, "the `number` of the first round")
	only := flag.String("only", "", "the faults whose name has these `words`; "+evaluating+" puts degenerate models and data through sample's verbs instead")
	cases := flag.Int("cases", 1000, "with -only "+evaluating+": how many")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if *only == evaluating {
		if err := tortureEvaluation(ctx, os.Stdout, *first, *cases, *seed); err != nil {
			fmt.Fprintf(os.Stderr, "torture: %v\n", err)
			os.Exit(1)
		}
		return
	}
	if err := run(ctx, *how, *seed, *first, *only); err != nil {
		fmt.Fprintf(os.Stderr, "torture: %v\n", err)
		os.Exit(1)
	}
}

// run tortures until the time is over.
func run(ctx context.Context, how time.Duration, seed uint64, first int, only string) error {
	dir, err := os.MkdirTemp("", "torture")
	if err != nil {
		return err
	}
	if err := build(dir, "./cmd/"); err != nil {
		return err
	}
	v, err := newVictim(dir, dir, experiment)
	if err != nil {
		return err
	}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(faults)) {
		if !strings.Contains(name, only) {
			continue
		}
		if lacks := faults[name].lacks(); lacks != "" {
			fmt.Printf("%-40s left out: %s\n", name, lacks)
			continue
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return fmt.Errorf("no fault to try has %q in its name", only)
	}
	count := map[string]int{}
	end := time.Now().Add(how)
	rounds := 0
	for round := first; time.Now().Before(end) && ctx.Err() == nil; round++ {
		r := rand.New(rand.NewPCG(seed, uint64(round)))
		name := names[r.IntN(len(names))]
		n, err := faults[name].do(v, filepath.Join(dir, fmt.Sprintf("round%d", round)), r)
		if err != nil {
			return fmt.Errorf("round %d, %s: %w\nagain: go run ./internal/torture -seed %d -round %d%s\nleft: %s", round, name, err, seed, round, onlyFlag(only), dir)
		}
		count[name] += n
		rounds++
		if err := os.RemoveAll(filepath.Join(dir, fmt.Sprintf("round%d", round))); err != nil {
			return err
		}
	}
	for _, name := range names {
		fmt.Printf("%-40s %d\n", name, count[name])
	}
	fmt.Printf("%d rounds, nothing lost, no difference\n", rounds)
	return errors.Join(os.RemoveAll(dir), ctx.Err())
}

// onlyFlag is the flag that chooses the same faults again.
func onlyFlag(only string) string {
	if only == "" {
		return ""
	}
	return fmt.Sprintf(" -only '%s'", only)
}
