package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"

	"latentspace/checkpoints"
)

// experiment is a run of a second or less with everything that has state: batch norm,
// averages, a schedule, two phases.
const experiment = `
name: victim
data: {kind: ring, train: 4000, valid: 100, test: 100}
model: {kind: gan, latent: 4, generator: {kind: mlp, hidden: [32, 32], norm: batch}, discriminator: {kind: mlp, hidden: [32, 32], dropout: 0.1}}
train: {epochs: 6, batch: 10, ema: 0.99, schedule: {kind: cosine}, samples: 0, checkpoint: {every: 50, keep: 3}}
`

// victim is the programs, an experiment and the bytes that it ends with.
type victim struct {
	train, sample, config string
	want                  [sha256.Size]byte // of the last checkpoint

	once sync.Once // of the run of 200 steps
	err  error
}

// build makes the programs whose sources are under root.
func build(dir, root string) error {
	for _, name := range []string{"train", "sample"} {
		if out, err := exec.Command("go", "build", "-o", dir+string(filepath.Separator), root+name).CombinedOutput(); err != nil {
			return fmt.Errorf("go build: %w\n%s", err, out)
		}
	}
	return nil
}

// brief is the same experiment, of 400 steps.
var brief = strings.Replace(experiment, "epochs: 6", "epochs: 1", 1)

// newVictim makes the run that goes through, with the programs of a folder.
func newVictim(programs, dir, experiment string) (*victim, error) {
	v := &victim{train: filepath.Join(programs, "train"), sample: filepath.Join(programs, "sample"), config: filepath.Join(dir, "victim.yaml")}
	if err := os.WriteFile(v.config, []byte(experiment), 0o644); err != nil {
		return nil, err
	}
	whole := filepath.Join(dir, "whole")
	if out, err := v.command(whole).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("the run that goes through: %w\n%s", err, out)
	}
	var err error
	v.want, err = last(whole)
	return v, err
}

// command trains into a folder, or goes on there.
func (v *victim) command(dir string, env ...string) *exec.Cmd {
	cmd := exec.Command(v.train, "-config", v.config, "-out", dir)
	cmd.Env = append(os.Environ(), env...)
	return cmd
}

// finish trains until the run is finished, and compares its last checkpoint.
func (v *victim) finish(dir string, env ...string) error {
	if out, err := v.command(dir, env...).CombinedOutput(); err != nil {
		return fmt.Errorf("going on: %w\n%s", err, out)
	}
	return v.same(dir)
}

// same compares the last checkpoint with that of the run that went through.
func (v *victim) same(dir string) error {
	got, err := last(dir)
	if err != nil {
		return err
	}
	if got != v.want {
		return fmt.Errorf("the last checkpoint has SHA-256 %x, want %x", got, v.want)
	}
	return nil
}

// steps are the checkpoints of a folder, oldest first.
func steps(dir string) []string {
	files, _ := filepath.Glob(filepath.Join(dir, "step-*.safetensors"))
	slices.Sort(files)
	return files
}

// last is the digest of the newest checkpoint.
func last(dir string) (sum [sha256.Size]byte, err error) {
	files := steps(dir)
	if len(files) == 0 {
		return sum, fmt.Errorf("%s has no checkpoint", dir)
	}
	b, err := os.ReadFile(files[len(files)-1])
	return sha256.Sum256(b), err
}

// acknowledged is the checkpoint that a run's manifest calls saved, "" for none.
func acknowledged(run string) string {
	b, err := os.ReadFile(filepath.Join(run, "run.json"))
	var m struct {
		Checkpoint string `json:"checkpoint"`
	}
	if err != nil || json.Unmarshal(b, &m) != nil {
		return ""
	}
	return m.Checkpoint
}

// holds wants the newest checkpoint that verifies to be as new as one that was called saved.
func holds(run, saved string) error {
	if saved == "" {
		return nil
	}
	_, _, path, err := checkpoints.Store{Dir: run}.Latest(func(error) {})
	if err != nil {
		return err
	}
	if newest := filepath.Base(path); newest < saved {
		return fmt.Errorf("the newest checkpoint is %s, want %s, which was saved, or a newer one", newest, saved)
	}
	return nil
}

// status is the exit status of a command that ran, 128 and the signal of one that was killed.
func status(err error) int {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return 0
	}
	if w, ok := exit.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		return 128 + int(w.Signal())
	}
	return exit.ExitCode()
}

// says reports whether what was printed has words, in an error that shows all of it.
func says(out []byte, words string) error {
	if !bytes.Contains(out, []byte(words)) {
		return fmt.Errorf("it does not say %q:\n%s", words, out)
	}
	return nil
}
