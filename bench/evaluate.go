package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"latentspace/internal/pace"
	"latentspace/training"
)

const (
	evaluated = 10_000 // test images of MNIST
	drawn     = 10_000 // codes
	windows   = 5      // repetitions, of which the median counts; one before them does not
)

// evaluation compares what is done with a trained model in a running process: the
// losses of the test set, and pictures of codes drawn from the prior.
func (b *bench) evaluation(models []string) error {
	if err := writeDigits(b.dir); err != nil {
		return err
	}
	head("evaluation", "PyTorch, its best setting")
	for _, model := range models {
		if model == "dcgan" {
			continue // its losses mean nothing by themselves, and its generator is much like convvae's decoder
		}
		if _, _, err := b.trainOnce(model); err != nil {
			return err
		}
		evaluateArgs := func(s setting) []string {
			return []string{"evaluate", model, s.options, filepath.Join(b.dir, testFile)}
		}
		drawArgs := func(s setting) []string { return []string{"draw", model, s.options} }
		var evaluates, draws setting
		if settings := b.peer.torch(model); len(settings) > 0 {
			var err error
			if evaluates, err = fastest(settings, b.peer.name, func(s setting) (measured, error) { return b.peer.runOnce(s, evaluateArgs(s)...) }); err != nil {
				return err
			}
			if draws, err = fastest(settings, b.peer.name, func(s setting) (measured, error) { return b.peer.runOnce(s, drawArgs(s)...) }); err != nil {
				return err
			}
		}
		var losses, samples, peerLosses, peerSamples []float64
		for range b.rounds {
			l, d, err := b.evaluateOnce(model)
			if err != nil {
				return err
			}
			losses, samples = append(losses, l), append(samples, d)
			if b.peer.has("torch") {
				l, err := b.peer.run(evaluates, evaluateArgs(evaluates)...)
				if err != nil {
					return err
				}
				d, err := b.peer.run(draws, drawArgs(draws)...)
				if err != nil {
					return err
				}
				peerLosses, peerSamples = append(peerLosses, l.ExamplesPerSecond), append(peerSamples, d.ExamplesPerSecond)
			}
		}
		row(model+", losses of the test set", "images/s", median(losses), median(peerLosses), median(losses)/median(peerLosses))
		row(model+", samples", "images/s", median(samples), median(peerSamples), median(samples)/median(peerSamples))
	}
	fmt.Println()
	return nil
}

// evaluateOnce returns the examples a second of evaluation and of sampling.
func (b *bench) evaluateOnce(model string) (losses, draws float64, err error) {
	ctx := context.Background()
	t, _, err := training.Find(filepath.Join(b.dir, model), "", false, func(err error) { fmt.Fprintln(os.Stderr, err) })
	if err != nil {
		return 0, 0, err
	}
	splits, err := t.Config.Data.Open(ctx)
	if err != nil {
		return 0, 0, err
	}
	if splits.Test.Len() != evaluated {
		return 0, 0, fmt.Errorf("%d test images, want %d", splits.Test.Len(), evaluated)
	}
	err = quietly(func() error {
		losses, err = rate(evaluated, func() error {
			_, err := t.Losses(ctx, splits.Test, false)
			return err
		})
		return err
	})
	if err != nil {
		return 0, 0, err
	}
	err = quietly(func() error {
		draws, err = rate(drawn, func() error {
			z, err := t.Draw(drawn, 1)
			if err != nil {
				return err
			}
			_, err = t.Decode(ctx, z, nil)
			return err
		})
		return err
	})
	return losses, draws, err
}

// rate is n times the median of how often a second f runs.
func rate(n int, f func() error) (float64, error) {
	var rates []float64
	for window := range windows + 1 {
		var err error
		rate := pace.Repeat(time.Now, 0, func() { err = errors.Join(err, f()) })
		if err != nil {
			return 0, err
		}
		if window > 0 {
			rates = append(rates, rate)
		}
	}
	return float64(n) * median(rates), nil
}
