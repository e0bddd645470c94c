package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"latentspace"
)

// The files of a decoder, in the folder of the measurements: codes, and what ours makes of them.
const (
	codesFile    = "codes.npy"
	examplesFile = "examples.npy"
)

// farthest is how far a peer's examples may be from ours.
const farthest = 1e-5

// answers are what calls of a decoder took, in microseconds, and how many examples a second they made.
type answers struct {
	Median float64 `json:"median"`
	Late   float64 `json:"late"` // the 99th percentile
	Rate   float64 `json:"rate"`
	Far    float64 `json:"far"` // the farthest value from ours
}

// decoder answers so many codes, some times.
type decoder func(batch, calls int) (answers, error)

// contender is a way to run a decoder, and its settings, of which the best counts.
type contender struct {
	name     string
	decoders []decoder
	got      [][]answers // of each decoder, in turns
}

// served are the numbers of codes of a call, and how many calls are timed in a turn.
var served = []struct{ batch, calls int }{{1, 2000}, {64, 200}}

// turns is how often each decoder has its turn in a round.
const turns = 5

// serving compares decoders that answer one code or 64 of them: of ours by the library, and of the file
// of ONNX that sample writes by the peers.
func (b *bench) serving(models []string) error {
	for _, model := range models {
		if model == "dcgan" {
			continue
		}
		if _, _, err := b.trainOnce(model); err != nil {
			return err
		}
		if err := b.serve(model); err != nil {
			return err
		}
	}
	return nil
}

// serve compares the decoders of one model.
func (b *bench) serve(model string) (err error) {
	run := filepath.Join(b.dir, model)
	m, err := latentspace.Open(run)
	if err != nil {
		return err
	}
	codes := codesOf(served[len(served)-1].batch, m.Dim())
	examples, err := m.Decode(context.Background(), codes, nil)
	if err != nil {
		return err
	}
	if err := errors.Join(writeRows(filepath.Join(b.dir, codesFile), codes), writeRows(filepath.Join(b.dir, examplesFile), examples)); err != nil {
		return err
	}
	onnx := filepath.Join(b.dir, model+"-onnx")
	if out, err := exec.Command(b.sample, "export", "-format", "onnx", "-run", run, "-o", onnx).CombinedOutput(); err != nil {
		return fmt.Errorf("sample export: %w\n%s", err, out)
	}
	all, stop, err := b.contenders(m, codes, filepath.Join(onnx, "decoder.onnx"))
	defer func() { err = errors.Join(err, stop()) }()
	if err != nil {
		return err
	}
	for _, s := range served {
		if err := compare(all, s.batch, s.calls, b.rounds); err != nil {
			return err
		}
		tell(fmt.Sprintf("%s, %d at once", model, s.batch), all)
	}
	return nil
}

// codesOf draws codes.
func codesOf(n, dim int) [][]float32 {
	src := rand.New(rand.NewPCG(1, 1))
	codes := make([][]float32, n)
	for i := range codes {
		for range dim {
			codes[i] = append(codes[i], float32(src.NormFloat64()))
		}
	}
	return codes
}

// contenders are ours and the peers that there are, onnxruntime and PyTorch each with one thread and as
// many as there are processors, and PyTorch compiled too. Each has a process of its own until stop.
func (b *bench) contenders(m *latentspace.Model, codes [][]float32, file string) (all []*contender, stop func() error, err error) {
	all = []*contender{{name: "Decode", decoders: []decoder{decodes(m, codes)}}, {name: "DecodeInto", decoders: []decoder{decodesInto(m, codes)}}}
	var running []*server
	stop = func() error {
		var errs []error
		for _, s := range running {
			errs = append(errs, s.stop())
		}
		return errors.Join(errs...)
	}
	for _, q := range []struct{ module, name string }{{"onnxruntime", "onnxruntime"}, {"torch", "PyTorch"}} {
		if !b.peer.has(q.module) || !b.peer.has("onnx") {
			continue
		}
		c := &contender{name: q.name + " " + b.peer.versions[q.module]}
		for _, threads := range slices.Compact([]int{1, runtime.GOMAXPROCS(0)}) {
			for _, compiled := range slices.Compact([]bool{false, q.module == "torch"}) {
				s, err := b.peer.serve(q.module, file, filepath.Join(b.dir, codesFile), filepath.Join(b.dir, examplesFile), fmt.Sprint(threads), fmt.Sprint(compiled))
				if err != nil {
					return all, stop, err
				}
				running = append(running, s)
				c.decoders = append(c.decoders, s.decode)
			}
		}
		all = append(all, c)
	}
	return all, stop, nil
}

// decodes is our decoder as most programs call it.
func decodes(m *latentspace.Model, codes [][]float32) decoder {
	return called(func(batch int) error {
		_, err := m.Decode(context.Background(), codes[:batch], nil)
		return err
	})
}

// decodesInto is our decoder as a service calls it, which has memory for the examples.
func decodesInto(m *latentspace.Model, codes [][]float32) decoder {
	size := 1
	for _, n := range m.Shape() {
		size *= n
	}
	examples := make([][]float32, len(codes))
	for i := range examples {
		examples[i] = make([]float32, size)
	}
	return called(func(batch int) error {
		return m.DecodeInto(context.Background(), examples[:batch], codes[:batch], nil)
	})
}

// called is a decoder of this process.
func called(decode func(batch int) error) decoder {
	return func(batch, calls int) (answers, error) {
		took, sum := make([]float64, calls), 0.0
		for i := range took {
			start := time.Now()
			if err := decode(batch); err != nil {
				return answers{}, err
			}
			took[i] = float64(time.Since(start).Nanoseconds()) / 1e3
			sum += took[i]
		}
		slices.Sort(took)
		return answers{Median: took[calls/2], Late: took[calls*99/100], Rate: 1e6 * float64(batch*calls) / sum}, nil
	}
}

// compare gives each decoder its turns, once it is warm.
func compare(all []*contender, batch, calls, rounds int) error {
	for _, c := range all {
		if err := c.turn(batch, calls); err != nil {
			return err
		}
		c.got = nil
	}
	for range rounds {
		err := quietly(func() error {
			for range turns {
				for _, c := range all {
					if err := c.turn(batch, calls); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// turn measures each decoder once.
func (c *contender) turn(batch, calls int) error {
	if c.got == nil {
		c.got = make([][]answers, len(c.decoders))
	}
	for k, d := range c.decoders {
		a, err := d(batch, calls)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		if !(a.Far <= farthest) {
			return fmt.Errorf("%s: an example is %g from ours, want at most %g", c.name, a.Far, farthest)
		}
		c.got[k] = append(c.got[k], a)
	}
	return nil
}

// best is the least of the medians of a figure of the decoders, each over its turns.
func (c *contender) best(figure func(answers) float64) float64 {
	var medians []float64
	for _, got := range c.got {
		var all []float64
		for _, a := range got {
			all = append(all, figure(a))
		}
		medians = append(medians, median(all))
	}
	return slices.Min(medians)
}

// tell prints the figures of ours beside each peer's, at its best for each of them.
func tell(what string, all []*contender) {
	ours, peers := all[:2], all[2:]
	if len(peers) == 0 {
		peers = []*contender{nil}
	}
	for _, c := range peers {
		name := "no peer"
		if c != nil {
			name = c.name
		}
		head(what, name)
		for _, our := range ours {
			for _, f := range figures {
				mine, theirs := our.best(f.of), 0.0
				if c != nil {
					theirs = c.best(f.of)
				}
				row(our.name+", "+f.name, "µs", mine, theirs, theirs/mine)
			}
		}
		fmt.Println()
	}
}

// figures are those that are told, in microseconds.
var figures = []struct {
	name string
	of   func(answers) float64
}{
	{"median of a call", func(a answers) float64 { return a.Median }},
	{"99th percentile of a call", func(a answers) float64 { return a.Late }},
	{"an example of all calls", func(a answers) float64 { return 1e6 / a.Rate }},
}

// server is a peer's process that answers one line with another.
type server struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Scanner
	stderr bytes.Buffer
}

// serve starts a decoder of a peer.
func (p peer) serve(args ...string) (*server, error) {
	s := &server{cmd: exec.Command(p.python, append([]string{p.script, "serve"}, args...)...)}
	s.cmd.Env = withoutThreads(os.Environ())
	s.cmd.Stderr = &s.stderr
	in, err := s.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.in, s.out = in, bufio.NewScanner(out)
	return s, s.cmd.Start()
}

// decode is a [decoder].
func (s *server) decode(batch, calls int) (a answers, err error) {
	if _, err := fmt.Fprintln(s.in, batch, calls); err != nil {
		return a, err
	}
	if !s.out.Scan() {
		return a, errors.Join(errors.New("peer.py serve ended"), s.out.Err(), s.stop())
	}
	if err := json.Unmarshal(s.out.Bytes(), &a); err != nil {
		return a, fmt.Errorf("peer.py serve: %w: %s", err, s.out.Bytes())
	}
	return a, nil
}

// stop ends the process, which reads until its input ends.
func (s *server) stop() error {
	if s.cmd.ProcessState != nil {
		return nil
	}
	if err := errors.Join(s.in.Close(), s.cmd.Wait()); err != nil {
		return fmt.Errorf("peer.py serve: %w\n%s", err, &s.stderr)
	}
	return nil
}
