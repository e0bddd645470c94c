package experiments

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"latentspace/checkpoints"
	"latentspace/data"
	"latentspace/latent"
	"latentspace/models"
	"latentspace/nn"
	"latentspace/nn/tensor"
)

// Trained is a model with its weights, for evaluation: it draws codes, decodes
// and encodes. A checkpoint alone is enough to make one.
type Trained struct {
	Config Config
	Shape  []int // of an example
	Step   int   // of training
	params *nn.Params
	maps   map[mapKey]*compiledMap

	evaluator *evaluator   // nil before the first use
	splits    *data.Splits // likewise
}

type mapKey struct {
	what  mapping
	batch int
}

type mapping int

const (
	decoding mapping = iota
	encoding
	posterior
)

// compiledMap is a program from batches to batches.
type compiledMap struct {
	program *nn.Program
	in      []float32
	out     [][]float32
}

// mapBatch is how many examples are encoded or decoded at once.
const mapBatch = 64

// newTrained returns a model without weights for examples of a shape.
func newTrained(cfg Config, shape []int) (*Trained, error) {
	t := &Trained{Config: cfg, Shape: shape, params: nn.NewParams(cfg.Seed), maps: map[mapKey]*compiledMap{}}
	// The graphs of the losses have every parameter there is.
	for _, p := range cfg.Model.Phases() {
		if _, _, err := buildPhase(t.params, p, nn.Options{Name: p.Name}, 1, shape); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// Open reads a trained model from a checkpoint file. Where training kept averaged
// weights, they are the model's.
func Open(file string) (*Trained, error) {
	c, err := checkpoints.Read(file)
	if err != nil {
		return nil, err
	}
	t, err := fromCheckpoint(file, c)
	if err != nil {
		return nil, fmt.Errorf("experiments: %s: %w", file, err)
	}
	return t, nil
}

func fromCheckpoint(file string, c *checkpoints.Checkpoint) (*Trained, error) {
	if v := c.Meta[metaFormat]; v != formatVersion {
		return nil, fmt.Errorf("format %q, want %q: not a checkpoint of this program", v, formatVersion)
	}
	cfg, err := Parse(file+": config", []byte(c.Meta[metaConfig]))
	if err != nil {
		return nil, err
	}
	shape, err := parseShape(c.Meta[metaShape])
	if err != nil {
		return nil, err
	}
	t, err := newTrained(cfg, shape)
	if err != nil {
		return nil, err
	}
	if t.Step, err = strconv.Atoi(c.Meta[metaStep]); err != nil {
		return nil, fmt.Errorf("step %q, want a number of steps", c.Meta[metaStep])
	}
	weights := under(c.Tensors, paramPrefix)
	for name, v := range under(c.Tensors, emaPrefix+"average/") {
		weights[name] = v
	}
	return t, t.params.Load(weights)
}

// Dim is the dimension of the latent space. A model without one is an error.
func (t *Trained) Dim() (int, error) {
	d, ok := t.Config.Model.(models.Decoder)
	if !ok {
		return 0, t.Lacks("decoder")
	}
	return d.Dim(), nil
}

// CanEncode reports whether the model maps examples to codes.
func (t *Trained) CanEncode() bool {
	_, ok := t.Config.Model.(models.Encoder)
	return ok
}

// Lacks is the error of a model that cannot do what is asked of it.
func (t *Trained) Lacks(what string) error {
	return fmt.Errorf("experiments: a model of kind %s has no %s", t.Config.modelKind(), what)
}

// Prior is the model's own distribution of codes.
func (t *Trained) Prior() (latent.Prior, error) {
	d, ok := t.Config.Model.(models.Decoder)
	if !ok {
		return nil, t.Lacks("latent space to draw from")
	}
	prior, err := d.Prior(t.params)
	if err != nil {
		return nil, fmt.Errorf("experiments: %w", err)
	}
	return prior, nil
}

// Draw returns n codes (n, dim) from the model's prior. Code i is a function of
// the seed and i.
func (t *Trained) Draw(n int, seed uint64) (*tensor.Tensor, error) {
	prior, err := t.Prior()
	if err != nil {
		return nil, err
	}
	dim, err := t.Dim()
	if err != nil {
		return nil, err
	}
	return latent.Draws(prior, n, dim, seed), nil
}

// Decode returns the examples (n, shape…) of codes (n, dim).
func (t *Trained) Decode(ctx context.Context, z *tensor.Tensor) (*tensor.Tensor, error) {
	d, ok := t.Config.Model.(models.Decoder)
	if !ok {
		return nil, t.Lacks("decoder")
	}
	return t.single(ctx, decoding, z, []int{d.Dim()}, t.Shape, func(g *nn.Graph, z nn.Node) nn.Node { return d.Decode(g, z, t.Shape) })
}

// Encode returns the codes (n, dim) of examples (n, shape…): of a distribution,
// its mean.
func (t *Trained) Encode(ctx context.Context, x *tensor.Tensor) (*tensor.Tensor, error) {
	e, ok := t.Config.Model.(models.Encoder)
	if !ok {
		return nil, t.Lacks("encoder")
	}
	dim, err := t.Dim()
	if err != nil {
		return nil, err
	}
	return t.single(ctx, encoding, x, t.Shape, []int{dim}, e.Encode)
}

// HasPosterior reports whether the model's codes are distributions.
func (t *Trained) HasPosterior() bool {
	_, ok := t.Config.Model.(models.Posterior)
	return ok
}

// Posterior returns the means and the log-variances (n, dim) of the codes of examples
// (n, shape…).
func (t *Trained) Posterior(ctx context.Context, x *tensor.Tensor) (mu, logvar *tensor.Tensor, err error) {
	p, ok := t.Config.Model.(models.Posterior)
	if !ok {
		return nil, nil, t.Lacks("posterior: its codes are points")
	}
	dim, err := t.Dim()
	if err != nil {
		return nil, nil, err
	}
	y, err := t.apply(ctx, posterior, x, t.Shape, []int{dim}, 2, func(g *nn.Graph, x nn.Node) []nn.Node {
		mu, logvar := p.Posterior(g, x)
		return []nn.Node{mu, logvar}
	})
	if err != nil {
		return nil, nil, err
	}
	return y[0], y[1], nil
}

// Reconstruct decodes the codes of examples.
func (t *Trained) Reconstruct(ctx context.Context, x *tensor.Tensor) (*tensor.Tensor, error) {
	z, err := t.Encode(ctx, x)
	if err != nil {
		return nil, err
	}
	return t.Decode(ctx, z)
}

// single is apply for one output.
func (t *Trained) single(ctx context.Context, what mapping, x *tensor.Tensor, from, to []int, f func(*nn.Graph, nn.Node) nn.Node) (*tensor.Tensor, error) {
	y, err := t.apply(ctx, what, x, from, to, 1, func(g *nn.Graph, x nn.Node) []nn.Node { return []nn.Node{f(g, x)} })
	if err != nil {
		return nil, err
	}
	return y[0], nil
}

// apply maps a batch of any size through f, which has outputs of one shape, mapBatch
// examples at once.
func (t *Trained) apply(ctx context.Context, what mapping, x *tensor.Tensor, from, to []int, outputs int, f func(*nn.Graph, nn.Node) []nn.Node) ([]*tensor.Tensor, error) {
	if len(x.Shape) != len(from)+1 || !slices.Equal(x.Shape[1:], from) {
		return nil, fmt.Errorf("experiments: shape %v, want (n, %s)", x.Shape, tensor.FormatShape(from))
	}
	n := x.Shape[0]
	in, out := tensor.Size(from), tensor.Size(to)
	y := make([]*tensor.Tensor, outputs)
	for k := range y {
		y[k] = tensor.New(append([]int{n}, to...)...)
	}
	for lo := 0; lo < n; lo += mapBatch {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		hi := min(lo+mapBatch, n)
		m, err := t.compiled(mapKey{what, hi - lo}, from, f)
		if err != nil {
			return nil, err
		}
		copy(m.in, x.Data[lo*in:hi*in])
		if err := m.program.RunAll(); err != nil {
			return nil, fmt.Errorf("experiments: %w", err)
		}
		for k := range y {
			copy(y[k].Data[lo*out:hi*out], m.out[k])
		}
	}
	return y, nil
}

func (t *Trained) compiled(key mapKey, from []int, f func(*nn.Graph, nn.Node) []nn.Node) (*compiledMap, error) {
	if m, ok := t.maps[key]; ok {
		return m, nil
	}
	g := nn.NewGraph(t.params, nn.Options{Name: "map"})
	y := f(g, g.Input(xName, append([]int{key.batch}, from...)...))
	p, err := nn.Compile(g, y...)
	if err != nil {
		return nil, fmt.Errorf("experiments: %w", err)
	}
	m := &compiledMap{program: p, in: p.Input(xName)}
	for _, node := range y {
		m.out = append(m.out, p.Output(node))
	}
	t.maps[key] = m
	return m, nil
}
