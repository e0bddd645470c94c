package main

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"strconv"
	"time"

	"latentspace/internal/pace"
	"latentspace/nn"
)

// recurrent is a recurrent layer over some steps, forward and backward.
type recurrent struct {
	cell                 string // lstm or gru
	batch, inputs, units int
}

const recurrentSteps = 60

var recurrents = []recurrent{
	{"lstm", 32, 32, 64}, {"lstm", 32, 64, 256}, {"lstm", 128, 64, 256},
	{"gru", 32, 32, 64}, {"gru", 32, 64, 256}, {"gru", 128, 64, 256},
}

func (r recurrent) String() string {
	return fmt.Sprintf("%s, batch %d, %d to %d", r.cell, r.batch, r.inputs, r.units)
}

// recurrence compares recurrent layers with those of PyTorch, at its best of one thread and as many as
// there are processors.
func (b *bench) recurrence() error {
	threads := slices.Compact([]int{1, runtime.GOMAXPROCS(0)})
	head(fmt.Sprintf("%d steps forward and backward", recurrentSteps), "PyTorch, at its best of 1 and "+strconv.Itoa(threads[len(threads)-1])+" threads")
	for _, r := range recurrents {
		var ours []float64
		peers := make([][]float64, len(threads))
		step, err := r.step()
		if err != nil {
			return err
		}
		for range b.rounds {
			if err := quietly(func() error { ours = append(ours, best(step, 100*time.Millisecond)); return nil }); err != nil {
				return err
			}
			for k, n := range threads {
				if !b.peer.has("torch") {
					continue
				}
				m, err := b.peer.run(setting{}, "recurrent", r.cell, fmt.Sprint(r.batch), fmt.Sprint(r.inputs), fmt.Sprint(r.units), fmt.Sprint(recurrentSteps), fmt.Sprint(n))
				if err != nil {
					return err
				}
				peers[k] = append(peers[k], 1000*m.Seconds)
			}
		}
		theirs := math.Inf(1)
		for _, p := range peers {
			theirs = min(theirs, median(p))
		}
		row(r.String(), "ms", median(ours), theirs, theirs/median(ours))
	}
	fmt.Println()
	return nil
}

// step makes what is measured: the sum of all states, and its gradients by the weights and the input.
func (r recurrent) step() (func(), error) {
	g := nn.NewGraph(nn.NewParams(1), nn.Options{Training: true})
	x := g.Param("x", nn.Normal(1), recurrentSteps, r.batch, r.inputs)
	var y nn.Node
	if none := (nn.Node{}); r.cell == "gru" {
		y = nn.GRU{Units: r.units}.Forward(g, x, none, none)
	} else {
		y, _, _ = nn.LSTM{Units: r.units}.Forward(g, x, none, none, none)
	}
	cost := y.Sum()
	p, err := nn.CompileStep(g, cost, nil, cost)
	if err != nil {
		return nil, err
	}
	return func() {
		if err := p.RunAll(); err != nil {
			panic(err) // the shapes are right
		}
	}, nil
}

// best is the milliseconds of a step in the best of seven windows, as peer.py takes them.
func best(step func(), window time.Duration) float64 {
	const windows = 7
	pace.Repeat(time.Now, window, step)
	rate := 0.0
	for range windows {
		rate = max(rate, pace.Repeat(time.Now, window, step))
	}
	return 1000 / rate
}
