package explore

import (
	"context"
	"fmt"
	"sync"

	"latentspace/explore/progress"
	"latentspace/latent"
	"latentspace/tensor"
	"latentspace/training"
)

// space is where the points of a map come from: rows of dim values, the codes of
// examples or the examples themselves.
type space struct {
	name string // codes or data
	dim  int
	latent.Rows
	of part
}

// blockRows is how many rows are read or encoded at once: as many as a principal
// component analysis reads before it goes on.
const blockRows = 4096

// space returns the rows of a part of the data set in the space of a name.
func (o Options) space(ctx context.Context, m *training.Trained, name string, ds part) (space, error) {
	if ds.n == 0 {
		return space{}, fmt.Errorf("explore: 0 examples to place, want at least one")
	}
	if name == "data" {
		return space{name, tensor.Size(m.Shape), ds, ds}, nil
	}
	dim, err := m.Dim()
	if err != nil {
		return space{}, err
	}
	return space{name, dim, &codeRows{ctx: ctx, m: m, ds: ds, dim: dim, options: o}, ds}, nil
}

// each calls f with all rows in turn, a block x (rows, dim) at a time. A value that is
// not finite is an error.
func (s space) each(ctx context.Context, f func(first int, x *tensor.Tensor) error) error {
	for first := 0; first < s.Len(); first += blockRows {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(blockRows, s.Len()-first)
		x := tensor.New(n, s.dim)
		for i := range n {
			if err := s.Read(first+i, x.Data[i*s.dim:(i+1)*s.dim]); err != nil {
				return err
			}
		}
		if err := s.of.checkFinite("the "+s.name, first, x); err != nil {
			return err
		}
		if err := f(first, x); err != nil {
			return err
		}
	}
	return nil
}

// through returns what f makes of all rows, k values of each.
func (s space) through(ctx context.Context, k int, f func(z, x []float32)) (*tensor.Tensor, error) {
	z := tensor.New(s.Len(), k)
	return z, s.each(ctx, func(first int, x *tensor.Tensor) error {
		f(z.Data[first*k:(first+x.Shape[0])*k], x.Data)
		return nil
	})
}

// all returns all rows.
func (s space) all(ctx context.Context) (*tensor.Tensor, error) {
	return s.through(ctx, s.dim, func(z, x []float32) { copy(z, x) })
}

// codeRows are the codes of a data set as rows that can be read in any order, and
// quickly in rising order: it keeps the block of the row that was read last.
type codeRows struct {
	ctx     context.Context // of the verb: reading a row has none
	m       *training.Trained
	ds      part
	dim     int
	options Options

	mu       sync.Mutex
	first    int
	block    []float32
	progress *progress.Progress
}

// Len implements [latent.Rows].
func (c *codeRows) Len() int { return c.ds.n }

// Read implements [latent.Rows].
func (c *codeRows) Read(i int, dst []float32) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.block == nil || i < c.first || i >= c.first+len(c.block)/c.dim {
		if err := c.encode(i / blockRows * blockRows); err != nil {
			return err
		}
	}
	copy(dst, c.block[(i-c.first)*c.dim:])
	return nil
}

// encode fills the block from a row on.
func (c *codeRows) encode(first int) error {
	n := min(blockRows, c.ds.n-first)
	if c.progress == nil {
		c.progress = c.options.progress("encoding", c.ds.n)
	}
	c.first, c.block = first, make([]float32, n*c.dim)
	err := c.m.EachCode(c.ctx, c.ds.rows(first, n), func(at int, z *tensor.Tensor) error {
		copy(c.block[at*c.dim:], z.Data)
		c.progress.At(first+at, "")
		return nil
	})
	if err != nil || first+n == c.ds.n {
		c.progress.Close()
		c.progress = nil
	}
	if err != nil {
		c.block = nil
	}
	return err
}

// narrow returns the rows of a space, reduced if they are wide, and by what.
func (o Map) narrow(ctx context.Context, s space, r *MapReport) (*tensor.Tensor, *latent.PCA, error) {
	k := min(widest, s.Len()-1)
	if s.dim <= widest {
		x, err := s.all(ctx)
		return x, nil, err
	}
	p, err := latent.FitPCA(ctx, s, s.dim, k)
	if err != nil {
		return nil, nil, err
	}
	explained := 0.0
	for _, v := range p.Ratio() {
		explained += v
	}
	r.Reduced, r.ReducedVariance = k, &explained
	x, err := narrowedRows(ctx, s, p)
	return x, p, err
}

// narrowedRows returns the rows of a space by some principal components, or as they are.
func narrowedRows(ctx context.Context, s space, p *latent.PCA) (*tensor.Tensor, error) {
	if p == nil {
		return s.all(ctx)
	}
	return s.through(ctx, len(p.Variance), p.Transform)
}
