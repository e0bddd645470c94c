package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
)

// stepwise is a run of 200 steps that keeps a checkpoint of each.
const stepwise = `
name: stepwise
data: {kind: glyphs, train: 440, valid: 40, test: 20}
model: {kind: vae, latent: 3, encoder: {kind: mlp, hidden: [12], norm: batch, dropout: 0.1}}
train: {epochs: 10, batch: 20, ema: 0.9, clip: 50, warmup: 10, schedule: {kind: cosine}, samples: 0, checkpoint: {every: 1, keep: 300}}
`

const stepwiseSteps = 200

// resumed goes on from single steps of a run of 200, every twentieth from a random one on.
func resumed(v *victim, dir string, r *rand.Rand) (int, error) {
	n := 0
	for step := 1 + r.IntN(20); step < stepwiseSteps; step += 20 {
		if err := v.resume(filepath.Join(dir, fmt.Sprint(step)), step); err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

// resume goes on in a folder that has nothing but the experiment and one checkpoint, and
// compares the last with that of the run that went through.
func (v *victim) resume(dir string, step int) error {
	if err := v.makeStepwise(); err != nil {
		return err
	}
	whole := v.config + ".stepwise"
	name := fmt.Sprintf("step-%08d.safetensors", step)
	for _, file := range []string{"config.yaml", name} {
		b, err := os.ReadFile(filepath.Join(whole, file))
		if err != nil {
			return err
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, file), b, 0o644); err != nil {
			return err
		}
	}
	if out, err := exec.Command(v.train, "-config", whole+".yaml", "-out", dir).CombinedOutput(); err != nil {
		return fmt.Errorf("from step %d: %w\n%s", step, err, out)
	}
	want, err := last(whole)
	if err != nil {
		return err
	}
	got, err := last(dir)
	if err != nil {
		return err
	}
	if got != want {
		return fmt.Errorf("from step %d the last checkpoint has SHA-256 %x, want %x", step, got, want)
	}
	return nil
}

// makeStepwise makes the run that goes through, once.
func (v *victim) makeStepwise() error {
	v.once.Do(func() {
		whole := v.config + ".stepwise"
		if v.err = os.WriteFile(whole+".yaml", []byte(stepwise), 0o644); v.err != nil {
			return
		}
		if out, err := exec.Command(v.train, "-config", whole+".yaml", "-out", whole).CombinedOutput(); err != nil {
			v.err = fmt.Errorf("the run of 200 steps: %w\n%s", err, out)
		}
	})
	return v.err
}
