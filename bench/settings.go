package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
)

// setting is a way to run a framework. Which is the fastest depends on the model and the machine, by
// a factor of four.
type setting struct {
	framework string   // torch, tensorflow or jax
	options   string   // of peer.py
	env       []string // of the process
}

// none is the options of a framework as it comes.
const none = "none"

// tried are the settings of all frameworks that a model is trained with.
func (p peer) tried(model string) []setting {
	all := p.torch(model)
	if p.has("tensorflow") {
		all = append(all, setting{framework: "tensorflow", options: none}, setting{framework: "tensorflow", options: "xla"})
	}
	if p.has("jax") {
		all = append(all, setting{framework: "jax", options: none})
	}
	return all
}

// torch are those of PyTorch. Its wheels, from version 2 on, do best with OpenMP's own way of waiting.
// Debian's older one has OpenBLAS beside, and the processors are divided between the two.
func (p peer) torch(model string) []setting {
	if !p.has("torch") {
		return nil
	}
	layouts := []string{"", ",last"}
	if model == "mlpvae" {
		layouts = layouts[:1] // it has no channels
	}
	var all []setting
	for _, layout := range layouts {
		if major, _, _ := strings.Cut(p.versions["torch"], "."); major == "0" || major == "1" {
			for _, s := range []struct{ torch, blas, wait string }{{"1", "2", "ACTIVE"}, {"2", "1", "PASSIVE"}, {"2", "2", "PASSIVE"}} {
				all = append(all, setting{"torch", "threads=" + s.torch + layout, []string{"OPENBLAS_NUM_THREADS=" + s.blas, "OMP_WAIT_POLICY=" + s.wait}})
			}
			continue
		}
		threads := "threads=" + strconv.Itoa(runtime.GOMAXPROCS(0))
		all = append(all, setting{framework: "torch", options: threads + layout}, setting{framework: "torch", options: "compiled," + threads + layout})
	}
	return all
}

// name is the framework with its version and the options in words.
func (p peer) name(s setting) string {
	words := []string{s.framework}
	for _, q := range packages {
		if q.module == s.framework {
			words[0] = q.name + " " + p.versions[q.module]
		}
	}
	for option := range strings.SplitSeq(s.options, ",") {
		switch value, ok := strings.CutPrefix(option, "threads="); {
		case ok && value == "1":
			words = append(words, "1 thread")
		case ok:
			words = append(words, value+" threads")
		case option == "xla":
			words = append(words, "XLA")
		case option == "bf16":
			words = append(words, "bf16 autocast")
		case option == "last":
			words = append(words, "channels last")
		case option == "compiled":
			words = append(words, option)
		}
	}
	return strings.Join(append(words, s.env...), ", ")
}

// near is the share of the fastest that a setting must reach for a second trial.
const near = 0.9

// fastest tries settings, those that are near the fastest twice, and returns the one that did most. A
// setting that fails is named and passed over; that all fail is an error.
func fastest(settings []setting, name func(setting) string, measure func(setting) (measured, error)) (setting, error) {
	rates, errs := make([]float64, len(settings)), make([]error, len(settings))
	best := -1
	for try := range 2 {
		bound := 0.0
		if best >= 0 {
			bound = near * rates[best]
		}
		for k, s := range settings {
			if errs[k] != nil || rates[k] < bound {
				continue
			}
			m, err := measure(s)
			if err != nil {
				errs[k] = fmt.Errorf("%s: %w", name(s), err)
				fmt.Fprintf(os.Stderr, "passed over: %v\n", errs[k])
				continue
			}
			fmt.Fprintf(os.Stderr, "trial %d of %s: %s images/s\n", try+1, name(s), figure(m.ExamplesPerSecond))
			rates[k] = max(rates[k], m.ExamplesPerSecond)
			if best < 0 || rates[k] > rates[best] {
				best = k
			}
		}
	}
	if best < 0 {
		return setting{}, errors.Join(errs...)
	}
	return settings[best], nil
}
