package trained

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"latentspace/kernel"
	"latentspace/models"
	"latentspace/nn"
	"latentspace/tensor"
)

type mapKey struct {
	what  mapping
	batch int
}

type mapping int

const (
	decoding mapping = iota
	encoding
	posterior
	likelihood
	weighing
	classifying
	drawing
	completing
	completingDrawn
	fieldwise
	inverting
	firstLinear
	firstActive
	starting
	stepping
	wording
	layered // and one more for each layer: see programs.layer
)

// compiledMap is a program from batches to batches, which one caller at a time may run.
type compiledMap struct {
	program *nn.Program
	in      []float32 // examples or codes
	about   []float32 // nil where the graph does not need it
	out     [][]float32
}

// programs are those of a model that nobody runs. A caller takes one, or compiles another, and
// puts it back, so that callers at the same time have programs of their own over the same
// weights.
type programs struct {
	mu   sync.Mutex // also of the parameters, while a graph is built
	idle map[mapKey][]*compiledMap

	layers []string // scopes of which there are mappings
}

// layer is the mapping to what a layer gives.
func (p *programs) layer(scope string) mapping {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := slices.Index(p.layers, scope)
	if at < 0 {
		at = len(p.layers)
		p.layers = append(p.layers, scope)
	}
	return layered + mapping(at)
}

// take returns a program that is the caller's until it is put back.
func (p *programs) take(key mapKey, compile func() (*compiledMap, error)) (*compiledMap, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if free := p.idle[key]; len(free) > 0 {
		p.idle[key] = free[:len(free)-1]
		return free[len(free)-1], nil
	}
	return compile()
}

func (p *programs) put(key mapKey, c *compiledMap) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.idle == nil {
		p.idle = map[mapKey][]*compiledMap{}
	}
	p.idle[key] = append(p.idle[key], c)
}

// mapBatch is how many examples are encoded or decoded at once.
const mapBatch = 64

// drawn says which draw of its noise a program has for each mapBatch examples: a function of a seed
// and of which of all examples they are.
type drawn struct {
	seed  uint64
	first int // of the examples among all
}

// at is the draw of the examples from lo on.
func (d drawn) at(lo int) uint64 {
	key := kernel.Seed(d.seed, "trained.drawn")
	return key.Mix(uint64(d.first + lo))[0]
}

// mapped builds the outputs of a graph for its input, of a batch that has no examples.
type mapped func(g *nn.Graph, x nn.Node, b models.Batch) []nn.Node

// apply maps a batch of any size through f, which has outputs of one shape, mapBatch
// examples at once.
func (m *Model) apply(ctx context.Context, what mapping, x Examples, from, to []int, outputs int, f mapped) ([]*tensor.Tensor, error) {
	return m.applyDrawn(ctx, what, x, from, to, outputs, nil, f)
}

// applyDrawn is apply of an f with noise. What an example is mapped to is a function of the seed
// and of its place among all, if their first is a multiple of mapBatch.
func (m *Model) applyDrawn(ctx context.Context, what mapping, x Examples, from, to []int, outputs int, noise *drawn, f mapped) ([]*tensor.Tensor, error) {
	if err := m.fits(x, from); err != nil {
		return nil, err
	}
	n, out := x.Len(), tensor.Size(to)
	y := make([]*tensor.Tensor, outputs)
	for k := range y {
		y[k] = tensor.New(append([]int{n}, to...)...)
	}
	for lo := 0; lo < n; lo += mapBatch {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		hi := min(lo+mapBatch, n)
		err := m.run(mapKey{what, hi - lo}, from, f, func(c *compiledMap) error {
			c.fill(x.Slice(lo, hi))
			if noise != nil {
				c.program.Draw(noise.at(lo))
			}
			if err := c.program.RunAll(); err != nil {
				return fmt.Errorf("trained: %w", err)
			}
			for k := range y {
				copy(y[k].Data[lo*out:hi*out], c.out[k])
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return y, nil
}

// fits reports examples, or codes, of another shape, or without the conditions of the model.
func (m *Model) fits(x Examples, from []int) error {
	if len(x.X.Shape) != len(from)+1 || !slices.Equal(x.X.Shape[1:], from) {
		return fmt.Errorf("trained: shape %v, want (n, %s)", x.X.Shape, tensor.FormatShape(from))
	}
	return m.fitsAbout(x.Len(), x.About)
}

// fitsAbout reports what is known of n examples, if it is not what the model is told.
func (m *Model) fitsAbout(n int, about *tensor.Tensor) error {
	names := m.Conditional()
	if len(names) == 0 {
		return nil
	}
	if want := []int{n, m.Told.About.Width()}; about == nil || !slices.Equal(about.Shape, want) {
		return fmt.Errorf("trained: a model of kind %s is told %v of each example, want a row of %d values for each", m.Kind, names, want[1])
	}
	return nil
}

// run calls use with a program of f for a batch.
func (m *Model) run(key mapKey, from []int, f mapped, use func(*compiledMap) error) error {
	c, err := m.maps.take(key, func() (*compiledMap, error) { return m.compile(key, from, f) })
	if err != nil {
		return err
	}
	defer m.maps.put(key, c)
	return use(c)
}

// fill gives the program its inputs.
func (c *compiledMap) fill(x Examples) {
	copy(c.in, x.X.Data)
	if x.About != nil {
		copy(c.about, x.About.Data)
	}
}

func (m *Model) compile(key mapKey, from []int, f mapped) (*compiledMap, error) {
	g, y := m.graph(key.batch, from, f)
	compile := nn.Compile
	if key.what == weighing {
		compile = nn.CompileDraws
	}
	p, err := compile(g, y...)
	if err != nil {
		return nil, fmt.Errorf("trained: %w", err)
	}
	c := &compiledMap{program: p, in: p.Input(models.InputName), about: p.Input(models.AboutName)}
	for _, node := range y {
		c.out = append(c.out, p.Output(node))
	}
	return c, nil
}

// graph builds f for a batch, and returns its outputs.
func (m *Model) graph(batch int, from []int, f mapped) (*nn.Graph, []nn.Node) {
	g := nn.NewGraph(m.params, nn.Options{Name: "map"})
	x := g.Input(models.InputName, append([]int{batch}, from...)...)
	return g, f(g, x, models.NewBatch(g, m.Told, batch, nn.Node{}))
}
