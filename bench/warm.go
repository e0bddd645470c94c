package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
)

// mostSteps is how many steps an epoch has at most: 60,000 examples in batches of 128.
const mostSteps = 468

// check asks the train command how fast a step of a task can be at most, and how fast it is about.
func (b *bench) check(t task, path string) (ran, error) {
	return b.command(t.model, path, append([]string{"-check", "-set", b.data(t, mostSteps)}, t.sets()...)...)
}

// data are the first batches of a task's file, with nothing to validate or to test on.
func (b *bench) data(t task, batches int) string {
	return fmt.Sprintf("data={kind: array, file: %q, train: %d, valid: 0, test: 0}", filepath.Join(b.dir, t.file), 128*batches)
}

// sets are the edits of a task as arguments.
func (t task) sets() []string {
	var args []string
	for _, edit := range t.edits {
		args = append(args, "-set", edit)
	}
	return args
}

// trainWarm trains the model of a task until it is warm, and then goes on with the run, in a process of
// its own that tells the examples a second of its own steps alone. c is what check returned. It returns
// them, and the peak memory of the first process in MB.
func (b *bench) trainWarm(t task, path string, c ran) (rate, mb float64, err error) {
	epoch, warm, all := b.schedule(c.ExamplesPerSecond / float64(c.Examples))
	args := func(epochs int) []string {
		return append([]string{"-set", b.data(t, epoch), "-set", "train.epochs=" + strconv.Itoa(epochs)}, t.sets()...)
	}
	err = quietly(func() error {
		if err := os.RemoveAll(filepath.Join(b.dir, t.model)); err != nil {
			return err
		}
		before, err := b.command(t.model, path, args(warm)...)
		if err != nil {
			return err
		}
		after, err := b.command(t.model, path, append(args(all), "-extend")...)
		rate, mb = after.ExamplesPerSecond, before.peakMB
		return err
	})
	return rate, mb, err
}

// schedule returns the steps of an epoch, the epochs until a run is warm and those in all, for steps of
// which there are about so many a second.
func (b *bench) schedule(perSecond float64) (epoch, warm, all int) {
	up := func(x float64) int { return int(math.Ceil(x)) }
	before, measured := max(1, min(warmSteps, up(perSecond*warmSeconds))), max(1, up(perSecond*b.seconds))
	epoch = min(max(measured, up(float64(before)/5)), mostSteps)
	warm = up(float64(before) / float64(epoch))
	return epoch, warm, warm + up(float64(measured)/float64(epoch))
}
