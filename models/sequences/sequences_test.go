package sequences

import (
	"maps"
	"math"
	"slices"
	"testing"

	"latentspace/nn"
	"latentspace/nn/nntest"
)

const (
	steps, batch, width, latent = 7, 3, 4, 2
)

// smallReaders and smallWriters are of every kind, small enough for differences.
func smallReaders() map[string]Reader {
	r := recurrentReader{recurrent: recurrent{Units: 3, Layers: 2}, Bidirectional: true, Pool: "mean"}
	last, forward := r, r
	last.Pool, forward.Pool, forward.Bidirectional = "last", "last", false
	return map[string]Reader{
		"conv":            ConvReader{convolutional{Channels: 4, Kernel: 3, Layers: 2}},
		"gru":             GRUReader{r},
		"gru, last":       GRUReader{last},
		"gru, forward":    GRUReader{forward},
		"lstm":            LSTMReader{r},
		"lstm, last":      LSTMReader{last},
		"transformer":     TransformerReader{transformer{Width: 8, Heads: 2, Layers: 2}},
		"transformer, 12": TransformerReader{transformer{Width: 8, Heads: 4, Hidden: 12, Layers: 1}},
	}
}

func smallWriters() map[string]Writer {
	r := recurrent{Units: 3, Layers: 2}
	return map[string]Writer{
		"conv":        ConvWriter{convolutional{Channels: 4, Kernel: 3, Layers: 2}},
		"conv of two": ConvWriter{convolutional{Channels: 4, Kernel: 2, Layers: 2}},
		"gru":         GRUWriter{r},
		"lstm":        LSTMWriter{r},
		"transformer": TransformerWriter{transformer{Width: 8, Heads: 2, Layers: 2}},
	}
}

// values are numbers that differ from place to place.
func values(n int, seed float64) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(math.Sin(1.7*float64(i) + seed))
	}
	return x
}

// computed runs a graph and returns its outputs, one after another.
func computed(t *testing.T, g *nn.Graph, nodes ...nn.Node) [][]float32 {
	t.Helper()
	p, err := nn.Compile(g, nodes...)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	var all [][]float32
	for _, n := range nodes {
		all = append(all, slices.Clone(p.Output(n)))
	}
	return all
}

func TestEveryKindIsTried(t *testing.T) {
	for kind := range Readers {
		if _, ok := smallReaders()[kind]; !ok {
			t.Errorf("no reader of kind %s is tried", kind)
		}
	}
	for kind := range Writers {
		if _, ok := smallWriters()[kind]; !ok {
			t.Errorf("no writer of kind %s is tried", kind)
		}
	}
}

// The known steps of the three sequences are all, four and one.
func lengths() []float32 {
	known := make([]float32, steps*batch)
	for i, n := range []int{steps, 4, 1} {
		for s := range n {
			known[s*batch+i] = 1
		}
	}
	return known
}

func TestReadersPassOverPadding(t *testing.T) {
	for name, r := range smallReaders() {
		t.Run(name, func(t *testing.T) {
			params := nn.NewParams(1)
			read := func(x []float32) []float32 {
				g := nn.NewGraph(params, nn.Options{})
				return computed(t, g, r.Read(g, g.Constant(x, steps, batch, width), g.Constant(lengths(), steps, batch)))[0]
			}
			x := values(steps*batch*width, 0)
			before := read(x)
			n := len(before) / batch
			changed := slices.Clone(x)
			changed[(5*batch+1)*width] += 3 // behind the end of the second
			if after := read(changed); !slices.Equal(after, before) {
				t.Errorf("padding changes the vectors %v to %v", before, after)
			}
			changed = slices.Clone(x)
			changed[(3*batch+1)*width] += 3 // the last step of the second
			after := read(changed)
			if slices.Equal(after[n:2*n], before[n:2*n]) {
				t.Error("the last step of a sequence does not change its vector")
			}
			if !slices.Equal(after[:n], before[:n]) || !slices.Equal(after[2*n:], before[2*n:]) {
				t.Error("a step of a sequence changes the vectors of others")
			}
		})
	}
}

func TestReadersHaveTheGradientsOfDifferences(t *testing.T) {
	for name, r := range smallReaders() {
		t.Run(name, func(t *testing.T) {
			nntest.Check(t, func(g *nn.Graph, x []nn.Node) nn.Node {
				return r.Read(g, x[0], g.Constant(lengths(), steps, batch))
			}, []int{steps, batch, width})
		})
	}
}

func TestWritersHaveTheGradientsOfDifferences(t *testing.T) {
	for name, w := range smallWriters() {
		t.Run(name, func(t *testing.T) {
			nntest.Check(t, func(g *nn.Graph, x []nn.Node) nn.Node { return w.Write(g, x[0], x[1]) },
				[]int{steps, batch, width}, []int{batch, latent})
		})
	}
}

// A step depends on those up to it alone, and what is made step by step is what is made at once.
func TestWritersGoStepByStep(t *testing.T) {
	for name, w := range smallWriters() {
		t.Run(name, func(t *testing.T) {
			params := nn.NewParams(1)
			x, z := values(steps*batch*width, 0), values(batch*latent, 5)
			write := func(x []float32) []float32 {
				g := nn.NewGraph(params, nn.Options{})
				return computed(t, g, w.Write(g, g.Constant(x, steps, batch, width), g.Constant(z, batch, latent)))[0]
			}
			whole := write(x)
			n := len(whole) / steps
			changed := slices.Clone(x)
			changed[4*batch*width] += 3
			after := write(changed)
			if !slices.Equal(after[:4*n], whole[:4*n]) {
				t.Error("a step depends on a later one")
			}
			if slices.Equal(after[4*n:5*n], whole[4*n:5*n]) {
				t.Error("a step does not depend on itself")
			}
			g := nn.NewGraph(params, nn.Options{})
			start := w.Start(g, g.Constant(z, batch, latent), steps)
			state := computed(t, g, start...)
			for s := range steps {
				g := nn.NewGraph(params, nn.Options{})
				var now []nn.Node
				for i, v := range state {
					now = append(now, g.Constant(v, start[i].Shape()...))
				}
				y, next := w.Step(g, g.Constant(x[s*batch*width:(s+1)*batch*width], batch, width), g.Constant(z, batch, latent), now)
				out := computed(t, g, append([]nn.Node{y}, next...)...)
				for i, v := range out[0] {
					if want := whole[s*n+i]; math.Abs(float64(v-want)) > 1e-5 {
						t.Fatalf("step %d: value %d is %v, of the whole %v", s, i, v, want)
					}
				}
				state = out[1:]
			}
		})
	}
}

func TestSequencesThatCannotBeMeant(t *testing.T) {
	reports := func(c interface {
		Check(func(key, format string, args ...any))
	}) map[string]bool {
		keys := map[string]bool{}
		c.Check(func(key, _ string, _ ...any) { keys[key] = true })
		return keys
	}
	for kind, f := range Readers {
		if got := reports(f().(interface {
			Check(func(key, format string, args ...any))
		})); len(got) > 0 {
			t.Errorf("the reader %s with its defaults: %v", kind, got)
		}
	}
	for kind, f := range Writers {
		if got := reports(f().(interface {
			Check(func(key, format string, args ...any))
		})); len(got) > 0 {
			t.Errorf("the writer %s with its defaults: %v", kind, got)
		}
	}
	for name, c := range map[string]struct {
		of interface {
			Check(func(key, format string, args ...any))
		}
		want []string
	}{
		"a gru":         {GRUReader{recurrentReader{recurrent{0, 17, 1}, true, "most"}}, []string{"dropout", "layers", "pool", "units"}},
		"a transformer": {TransformerWriter{transformer{12, 4, -1, 0, -0.5}}, []string{"dropout", "heads", "hidden", "layers"}},
		"a conv":        {ConvWriter{convolutional{0, 1, 20, math.NaN()}}, []string{"channels", "dropout", "kernel", "layers"}},
	} {
		if got := slices.Sorted(maps.Keys(reports(c.of))); !slices.Equal(got, c.want) {
			t.Errorf("%s: reports of %v, want %v", name, got, c.want)
		}
	}
}
