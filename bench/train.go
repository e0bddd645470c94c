package main

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"latentspace/kernel"
)

//go:embed *.yaml
var trained embed.FS

// task is a model, what it is trained on, and what is changed in its experiment.
type task struct {
	title, model, file string
	edits              []string
}

// training compares training steps: ours by the train command itself, data, logging and checkpoints
// included, the peers with all batches prepared.
func (b *bench) training(models []string) error {
	if err := writeDigits(b.dir); err != nil {
		return err
	}
	fmt.Println("| training, images/s | ours | fastest peer | ratio | floor | share of it |\n|---|---|---|---|---|---|")
	var lines []func()
	for _, model := range models {
		tasks := []task{{title: model, model: model, file: digitsFile}}
		if model == "mlpvae" {
			if err := writeDense(filepath.Join(b.dir, denseFile), 60_000); err != nil {
				return err
			}
			tasks = append(tasks, task{title: model + ", dense random inputs", model: model, file: denseFile})
		}
		var best setting
		var err error
		if settings := b.peer.tried(model); len(settings) > 0 {
			if best, err = fastest(settings, b.peer.name, func(s setting) (measured, error) { return b.trial(s, tasks[0]) }); err != nil {
				return err
			}
		}
		for _, t := range tasks {
			line, err := b.compare(t, best)
			if err != nil {
				return err
			}
			lines = append(lines, line)
		}
	}
	fmt.Println("\n| peak memory of training | ours | the same peer | ratio |\n|---|---|---|---|")
	for _, line := range lines {
		line()
	}
	fmt.Println()
	return nil
}

// compare prints the rows of a task, for the kernels of this machine and those of AVX2, beside the
// peer of a setting. Floor, ours and peer are measured in turns. It returns what prints its memory.
func (b *bench) compare(t task, peer setting) (memory func(), err error) {
	paths := []string{kernel.Path()}
	if paths[0] == "avx512" {
		paths = append(paths, "avx2")
	}
	rates, floors, shares, ratios := make([][]float64, len(paths)), make([][]float64, len(paths)), make([][]float64, len(paths)), make([][]float64, len(paths))
	var ourMB, peerRate, peerMB []float64
	for range b.rounds {
		first := len(peerRate)
		for k, path := range paths {
			c, err := b.check(t, path)
			if err != nil {
				return nil, err
			}
			rate, mb, err := b.trainWarm(t, path, c)
			if err != nil {
				return nil, err
			}
			rates[k], floors[k], shares[k] = append(rates[k], rate), append(floors[k], c.floor()), append(shares[k], rate/c.floor())
			if k == 0 {
				ourMB = append(ourMB, mb)
			}
			if k == 0 && peer.framework != "" { // between the two of ours
				m, err := b.peer.run(peer, b.trainArgs(peer, t, warmSteps, warmSeconds, b.seconds)...)
				if err != nil {
					return nil, err
				}
				peerRate, peerMB = append(peerRate, m.ExamplesPerSecond), append(peerMB, m.PeakMB)
			}
			if len(peerRate) > first {
				ratios[k] = append(ratios[k], rate/peerRate[first])
			}
		}
	}
	for k := range paths {
		title, theirs, ratio := t.title, "–", "–"
		if k > 0 {
			title += ", AVX2 only"
		}
		if len(ratios[k]) > 0 {
			theirs, ratio = fmt.Sprintf("%s: %s", figure(median(peerRate)), b.peer.name(peer)), fmt.Sprintf("%.2f", median(ratios[k]))
		}
		fmt.Printf("| %s | %s | %s | %s | %s | %.0f %% |\n", title, figure(median(rates[k])), theirs, ratio, figure(median(floors[k])), 100*median(shares[k]))
	}
	return func() { row(t.title, "MB", median(ourMB), median(peerMB), median(peerMB)/median(ourMB)) }, nil
}

// A side is warm after so many steps or seconds, whichever come first: by then Adam's moments of
// weights that are hardly used have shrunk to subnormal numbers, where nothing flushes them.
const (
	warmSteps   = 1000
	warmSeconds = 20
)

// trainArgs are those of peer.py that train the model of a task.
func (b *bench) trainArgs(s setting, t task, steps int, warm, seconds float64) []string {
	return []string{"train", s.framework, t.model, s.options, filepath.Join(b.dir, t.file), strconv.Itoa(steps), fmt.Sprint(warm), fmt.Sprint(seconds)}
}

// trial is a short measurement of a setting.
func (b *bench) trial(s setting, t task) (measured, error) {
	const warm, window = 1.5, 2
	return b.peer.runOnce(s, b.trainArgs(s, t, warmSteps, warm, min(window, b.seconds))...)
}

// trainOnce trains a model as its file says, so that there is a run in the
// folder of its name. It returns the examples a second and the peak memory in MB.
func (b *bench) trainOnce(model string) (rate, mb float64, err error) {
	err = quietly(func() error {
		if err := os.RemoveAll(filepath.Join(b.dir, model)); err != nil {
			return err
		}
		r, err := b.command(model, kernel.Path())
		rate, mb = r.ExamplesPerSecond, r.peakMB
		return err
	})
	return rate, mb, err
}

// ran is what the train command printed, and the most memory that it had.
type ran struct {
	ExamplesPerSecond float64 `json:"examples_per_second"`
	Examples          int     `json:"examples"`
	Flops             float64 `json:"flops"`
	ProductSpeed      float64 `json:"product_speed"`

	peakMB float64
}

// floor is the examples a second of a step that is nothing but its products and convolutions, as they are
// defined.
func (r ran) floor() float64 { return float64(r.Examples) * r.ProductSpeed / r.Flops }

// command runs the train command on the experiment of a model, in the folder of its name, with the
// kernels of a path.
func (b *bench) command(model, path string, args ...string) (ran, error) {
	var r ran
	config := filepath.Join(b.dir, model+".yaml")
	text, err := trained.ReadFile(model + ".yaml")
	if err != nil {
		return r, err
	}
	if err := os.WriteFile(config, text, 0o666); err != nil {
		return r, err
	}
	cmd := exec.Command(b.train, append([]string{"-config", config, "-out", filepath.Join(b.dir, model), "-json"}, args...)...)
	cmd.Env = append(os.Environ(), "LATENTSPACE_KERNEL="+path)
	forgetPeak()
	out, err := cmd.Output()
	if err != nil {
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			err = fmt.Errorf("%w\n%s", err, exit.Stderr)
		}
		return r, fmt.Errorf("train %s: %w", model, err)
	}
	r.peakMB = peakMB(cmd.ProcessState)
	return r, json.Unmarshal(out, &r)
}
