package main

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

//go:embed *.yaml
var trained embed.FS

// training compares training steps: ours by the train command itself, data,
// logging and checkpoints included.
func (b *bench) training(models []string) error {
	head("training, batch 128", "PyTorch, its best setting")
	var lines []func()
	for _, model := range models {
		var rate, narrow, memory, peerRate, peerMemory []float64
		for range b.rounds {
			r, mb, err := b.trainOnce(model, "")
			if err != nil {
				return err
			}
			rate, memory = append(rate, r), append(memory, mb)
			if r, _, err = b.trainOnce(model, "avx2"); err != nil {
				return err
			}
			narrow = append(narrow, r)
			if b.hasTorch {
				m, err := b.peer.best("train", model)
				if err != nil {
					return err
				}
				peerRate, peerMemory = append(peerRate, m.ExamplesPerSecond), append(peerMemory, m.PeakMB)
			}
		}
		ours, peers := median(rate), median(peerRate)
		row(model, "images/s", ours, peers, ours/peers)
		row(model+", AVX2 only", "images/s", median(narrow), peers, median(narrow)/peers)
		lines = append(lines, func() {
			row(model+", peak memory", "MB", median(memory), median(peerMemory), median(peerMemory)/median(memory))
		})
	}
	for _, line := range lines {
		line()
	}
	fmt.Println()
	return nil
}

// trainOnce trains a model with the kernels of a path, and returns the examples a
// second and the peak memory in MB.
func (b *bench) trainOnce(model, path string) (rate, mb float64, err error) {
	config := filepath.Join(b.dir, model+".yaml")
	text, err := trained.ReadFile(model + ".yaml")
	if err != nil {
		return 0, 0, err
	}
	if err := os.WriteFile(config, text, 0o666); err != nil {
		return 0, 0, err
	}
	dir := filepath.Join(b.dir, model)
	var out []byte
	err = quietly(func() error {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
		cmd := exec.Command(b.train, "-config", config, "-out", dir, "-json")
		cmd.Env = append(os.Environ(), "LATENTSPACE_KERNEL="+path)
		if out, err = cmd.Output(); err != nil {
			if exit, ok := errors.AsType[*exec.ExitError](err); ok {
				err = fmt.Errorf("%w\n%s", err, exit.Stderr)
			}
			return fmt.Errorf("train %s: %w", model, err)
		}
		mb = peakMB(cmd.ProcessState)
		return nil
	})
	if err != nil {
		return 0, 0, err
	}
	var result struct {
		ExamplesPerSecond float64 `json:"examples_per_second"`
	}
	if err := json.Unmarshal(out, &result); err != nil {
		return 0, 0, err
	}
	return result.ExamplesPerSecond, mb, nil
}

// sampling compares whole processes, from their start to a picture of 64 samples.
func (b *bench) sampling() error {
	if _, _, err := b.trainOnce("mlpvae", ""); err != nil {
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
		if !b.hasTorch {
			continue
		}
		seconds, err = timed(func() error {
			_, err := b.peer.runOnce(settings[1], "sample", picture)
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
