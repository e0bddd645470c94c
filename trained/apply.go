package trained

import (
	"context"
	"fmt"
	"slices"

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
)

// compiledMap is a program from batches to batches.
type compiledMap struct {
	program *nn.Program
	in      []float32
	out     [][]float32
}

// mapBatch is how many examples are encoded or decoded at once.
const mapBatch = 64

// single is apply for one output.
func (m *Model) single(ctx context.Context, what mapping, x *tensor.Tensor, from, to []int, f func(*nn.Graph, nn.Node) nn.Node) (*tensor.Tensor, error) {
	y, err := m.apply(ctx, what, x, from, to, 1, func(g *nn.Graph, x nn.Node) []nn.Node { return []nn.Node{f(g, x)} })
	if err != nil {
		return nil, err
	}
	return y[0], nil
}

// apply maps a batch of any size through f, which has outputs of one shape, mapBatch
// examples at once.
func (m *Model) apply(ctx context.Context, what mapping, x *tensor.Tensor, from, to []int, outputs int, f func(*nn.Graph, nn.Node) []nn.Node) ([]*tensor.Tensor, error) {
	if len(x.Shape) != len(from)+1 || !slices.Equal(x.Shape[1:], from) {
		return nil, fmt.Errorf("trained: shape %v, want (n, %s)", x.Shape, tensor.FormatShape(from))
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
		p, err := m.compiled(mapKey{what, hi - lo}, from, f)
		if err != nil {
			return nil, err
		}
		copy(p.in, x.Data[lo*in:hi*in])
		if err := p.program.RunAll(); err != nil {
			return nil, fmt.Errorf("trained: %w", err)
		}
		for k := range y {
			copy(y[k].Data[lo*out:hi*out], p.out[k])
		}
	}
	return y, nil
}

func (m *Model) compiled(key mapKey, from []int, f func(*nn.Graph, nn.Node) []nn.Node) (*compiledMap, error) {
	if c, ok := m.maps[key]; ok {
		return c, nil
	}
	g := nn.NewGraph(m.params, nn.Options{Name: "map"})
	y := f(g, g.Input(models.InputName, append([]int{key.batch}, from...)...))
	p, err := nn.Compile(g, y...)
	if err != nil {
		return nil, fmt.Errorf("trained: %w", err)
	}
	c := &compiledMap{program: p, in: p.Input(models.InputName)}
	for _, node := range y {
		c.out = append(c.out, p.Output(node))
	}
	m.maps[key] = c
	return c, nil
}
