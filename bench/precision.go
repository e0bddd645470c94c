package main

import (
	"fmt"

	"latentspace/kernel"
)

// side is a precision that training steps are made in, ours and PyTorch's, and the images a second of
// every round.
type side struct {
	name         string
	task         task
	peer         setting
	ours, theirs []float64
}

// precision compares training steps in bf16 with those in fp32: ours, and PyTorch's under autocast. All
// four take turns, and both of PyTorch's have the settings that are fastest for them.
func (b *bench) precision(models []string) error {
	if err := writeDigits(b.dir); err != nil {
		return err
	}
	fmt.Println("| training, images/s | ours, bf16 | ours, fp32 | ratio | PyTorch, bf16 | PyTorch, fp32 | ratio | bf16, ours / PyTorch's |\n|---|---|---|---|---|---|---|---|")
	for _, model := range models {
		half := &side{name: "bf16", task: task{title: model, model: model, file: digitsFile, edits: []string{"train.precision=bf16"}}}
		single := &side{name: "fp32", task: task{title: model, model: model, file: digitsFile}}
		for _, s := range []*side{half, single} {
			if err := b.setUp(s); err != nil {
				return err
			}
		}
		for range b.rounds {
			for _, s := range []*side{half, single} {
				if err := b.turn(s); err != nil {
					return err
				}
			}
		}
		fmt.Printf("| %s | %s | %s | %.2f |", model, figure(median(half.ours)), figure(median(single.ours)), median(ratios(half.ours, single.ours)))
		if len(half.theirs) == 0 {
			fmt.Println(" – | – | – | – |")
			continue
		}
		fmt.Printf(" %s: %s | %s: %s | %.2f | %.2f |\n", figure(median(half.theirs)), b.peer.name(half.peer), figure(median(single.theirs)), b.peer.name(single.peer),
			median(ratios(half.theirs, single.theirs)), median(ratios(half.ours, half.theirs)))
	}
	fmt.Println()
	return nil
}

// setUp finds the fastest setting of PyTorch, if it is there.
func (b *bench) setUp(s *side) error {
	tried := b.peer.torch(s.task.model)
	if s.name == "bf16" {
		for i := range tried {
			tried[i].options += ",bf16"
		}
	}
	if len(tried) == 0 {
		return nil
	}
	var err error
	s.peer, err = fastest(tried, b.peer.name, func(p setting) (measured, error) { return b.trial(p, s.task) })
	return err
}

// turn measures our steps, and then PyTorch's.
func (b *bench) turn(s *side) error {
	c, err := b.check(s.task, kernel.Path())
	if err != nil {
		return err
	}
	rate, _, err := b.trainWarm(s.task, kernel.Path(), c)
	if err != nil {
		return err
	}
	s.ours = append(s.ours, rate)
	if s.peer.framework == "" {
		return nil
	}
	m, err := b.peer.run(s.peer, b.trainArgs(s.peer, s.task, warmSteps, warmSeconds, b.seconds)...)
	s.theirs = append(s.theirs, m.ExamplesPerSecond)
	return err
}

// ratios are those of two figures in every round.
func ratios(x, y []float64) []float64 {
	r := make([]float64, len(x))
	for i := range r {
		r[i] = x[i] / y[i]
	}
	return r
}
