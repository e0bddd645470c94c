package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"net"
	"time"

	"latentspace/example"
	"latentspace/experiments"
	"latentspace/kernel"
	"latentspace/models"
	"latentspace/nn"
	"latentspace/nn/optim"
	"latentspace/tensor"
)

// The step whose time is predicted, and what cannot be measured here.
const (
	scaleShards = 64
	scaleShard  = 128 // examples
	network     = 10e-6
)

// budget is what a step is made of, in seconds.
type budget struct {
	shard  float64 // of the gradients of one shard
	update float64 // of the weights
	add    float64 // of the results of two shards
	volume float64 // bytes of the results of a shard
	phases float64 // each of which is joined by itself
}

// step is the time of a step of n shards on p nodes: each runs its shards and adds them; all exchange
// and add halves, and then send the sums back, log₂ p times each.
func (c budget) step(n, p, bytesPerSecond, latency float64) float64 {
	own := float64(n/p*(c.shard+c.add)) + c.update
	if p == 1 {
		return own
	}
	part := 1 - 1/p
	return own + float64(part*c.add) + float64(2*part*c.volume)/bytesPerSecond + float64(2*math.Log2(p)*c.phases*latency)
}

// scale predicts how steps scale over nodes, by parts that are measured on this one.
func scale() error {
	half, err := pingPong()
	if err != nil {
		return err
	}
	latency := half + network
	fmt.Printf("A message takes %.0f µs: %.0f µs over TCP within this machine, measured, and %.0f µs for cards and a switch, assumed.\n\n",
		1e6*latency, 1e6*half, 1e6*network)
	fmt.Printf("| step of %d shards of %d examples | shard, ms | update, ms | results, MB | Gbit/s | 1 node, s |", scaleShards, scaleShard)
	for p := 2; p <= 64; p *= 2 {
		fmt.Printf(" %d |", p)
	}
	fmt.Println("\n|---|---|---|---|---|---|---|---|---|---|---|---|")
	for _, name := range []string{"mlpvae", "convvae", "dcgan"} {
		c, err := budgetOf(name)
		if err != nil {
			return err
		}
		for _, gigabits := range []float64{10, 100} {
			one := c.step(scaleShards, 1, 1, 0)
			fmt.Printf("| %s | %s | %s | %s | %.0f | %s |", name, figure(1e3*c.shard), figure(1e3*c.update), figure(c.volume/1e6), gigabits, figure(one))
			for p := 2.0; p <= 64; p *= 2 {
				fmt.Printf(" %.1f |", one/c.step(scaleShards, p, gigabits*1e9/8, latency))
			}
			fmt.Println()
		}
	}
	fmt.Println()
	return nil
}

// budgetOf measures the parts of a step of an experiment of this folder, on all processors.
func budgetOf(name string) (c budget, err error) {
	text, err := trained.ReadFile(name + ".yaml")
	if err != nil {
		return c, err
	}
	cfg, err := experiments.Parse(name, text)
	if err != nil {
		return c, err
	}
	params, memory := nn.NewParams(1), &nn.Memory{}
	d := models.Data{Schema: example.Pictures(28, 28, 1)}
	var programs []*nn.Program
	var rules []*optim.Optimizer
	for _, phase := range cfg.Model.Phases() {
		g, loss, err := phase.Graph(params, nn.Options{Name: phase.Name, Training: true, Seed: 1, Memory: memory}, d, scaleShard)
		if err != nil {
			return c, err
		}
		program, err := nn.CompileStep(g, loss.Total, phase.Train, loss.Total)
		if err != nil {
			return c, err
		}
		for i, x := 0, program.Input(models.InputName); i < len(x); i++ {
			x[i] = float32(i*7%11) / 10
		}
		weights := map[string]*tensor.Tensor{}
		for _, g := range program.Grads() {
			weights[g.Name] = g.Param
			c.volume += float64(4 * g.Param.Len())
		}
		for _, state := range program.News() {
			c.volume += float64(4 * len(state))
		}
		c.phases++
		programs, rules = append(programs, program), append(rules, optim.New(optim.Adam{LR: 1e-6, Beta1: 0.5, Beta2: 0.9, Epsilon: 1e-8}, weights))
	}
	a, b := make([]float32, int(c.volume)/4), make([]float32, int(c.volume)/4)
	err = quietly(func() error {
		draw := uint64(0)
		c.shard = best(func() {
			for _, p := range programs {
				p.Draw(draw)
				if err := p.RunAll(); err != nil {
					panic(err) // of a graph that was just built
				}
			}
			draw++
		}, 100*time.Millisecond) / 1000
		c.update = best(func() {
			for i, p := range programs {
				rules[i].Step(1)
				for _, g := range p.Grads() {
					rules[i].Update(g.Name, g.Param, g.Value)
				}
			}
		}, 100*time.Millisecond) / 1000
		c.add = best(func() { kernel.Add(a, a, b) }, 50*time.Millisecond) / 1000
		return nil
	})
	return c, err
}

// pingPong is the time of a short message over TCP within the machine.
func pingPong() (float64, error) {
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("a connection within the machine: %w", err)
	}
	defer l.Close()
	go func() {
		if c, err := l.Accept(); err == nil {
			io.Copy(c, c)
			c.Close()
		}
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		return 0, fmt.Errorf("a connection within the machine: %w", err)
	}
	defer c.Close()
	buf := make([]byte, 64)
	both := best(func() {
		if _, err = c.Write(buf); err == nil {
			_, err = io.ReadFull(c, buf)
		}
	}, 50*time.Millisecond)
	return both / 2000, err
}
