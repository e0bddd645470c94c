package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
)

// peer runs peer.py.
type peer struct{ python, script string }

// setting is a division of the processors between PyTorch and its BLAS. Which is
// the fastest depends on the model and the machine.
type setting struct{ torch, blas, wait string }

var settings = []setting{{"1", "2", "ACTIVE"}, {"2", "1", "PASSIVE"}, {"2", "2", "PASSIVE"}}

// measured is what peer.py prints.
type measured struct {
	ExamplesPerSecond float64 `json:"examples_per_second"`
	PeakMB            float64 `json:"peak_mb"`
	GFLOPS            float64 `json:"gflops"`
	Seconds           float64 `json:"seconds"`
	SquaredError      float64 `json:"squared_error"`
}

func (p peer) has(program string) bool {
	return exec.Command(p.python, "-c", program).Run() == nil
}

func (p peer) run(s setting, args ...string) (m measured, err error) {
	err = quietly(func() error {
		m, err = p.runOnce(s, args...)
		return err
	})
	return m, err
}

func (p peer) runOnce(s setting, args ...string) (measured, error) {
	var m measured
	cmd := exec.Command(p.python, append([]string{p.script}, args...)...)
	cmd.Env = append(os.Environ(), "TORCH_THREADS="+s.torch, "OPENBLAS_NUM_THREADS="+s.blas, "OMP_WAIT_POLICY="+s.wait)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return m, fmt.Errorf("peer.py %v: %w\n%s", args, err, &stderr)
	}
	return m, json.Unmarshal(out, &m)
}

// best is the fastest of the settings.
func (p peer) best(args ...string) (best measured, err error) {
	for _, s := range settings {
		m, err := p.run(s, args...)
		if err != nil {
			return best, err
		}
		if m.ExamplesPerSecond > best.ExamplesPerSecond {
			best = m
		}
	}
	return best, nil
}
