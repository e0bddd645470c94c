package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"time"
)

// sampling compares whole processes, from their start to a picture of 64 samples.
func (b *bench) sampling() error {
	if _, _, err := b.trainOnce("mlpvae"); err != nil {
		return err
	}
	picture := filepath.Join(b.dir, "samples.png")
	var ours, peers []float64
	for range max(5, b.rounds) {
		seconds, err := timed(func() error {
			out, err := exec.Command(b.sample, "-run", filepath.Join(b.dir, "mlpvae"), "-n", "64", "-o", picture).CombinedOutput()
			if err != nil {
				return fmt.Errorf("sample: %w\n%s", err, out)
			}
			return nil
		})
		if err != nil {
			return err
		}
		ours = append(ours, seconds)
		if !b.peer.has("torch") {
			continue
		}
		seconds, err = timed(func() error {
			_, err := b.peer.runOnce(setting{}, "sample", picture)
			return err
		})
		if err != nil {
			return err
		}
		peers = append(peers, seconds)
	}
	head("whole process", "Python and PyTorch")
	row("`sample -n 64`, mlpvae, to PNG", "s", median(ours), median(peers), median(peers)/median(ours))
	fmt.Println()
	return nil
}

// timed is the seconds that f takes on a quiet machine.
func timed(f func() error) (seconds float64, err error) {
	err = quietly(func() error {
		start := time.Now()
		err := f()
		seconds = time.Since(start).Seconds()
		return err
	})
	return seconds, err
}
