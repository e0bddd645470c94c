package trained

import (
	"context"
	"fmt"

	"latentspace/models"
	"latentspace/nn"
	"latentspace/tensor"
)

// Likelihood returns the kind of p(x|z), such as bernoulli, and whether the model has one.
func (m *Model) Likelihood() (name string, ok bool) { return m.likelihood, m.likelihood != "" }

// NLLs returns −ln p(x|z) in nats of the same examples for code after code.
// The codes are asked of next, which fills z (n, dim), or says that there are no more;
// each is called with the values of n examples. All is computed in one program, so n
// is best some hundreds.
func (m *Model) NLLs(ctx context.Context, x Examples, next func(z []float32) bool, each func(nll []float32)) error {
	d, ok := m.Net.(models.Decoder)
	if !ok || m.likelihood == "" {
		return m.Lacks("likelihood")
	}
	if err := m.fits(x, m.Shape); err != nil {
		return err
	}
	n := x.Len()
	f := func(g *nn.Graph, z nn.Node, b models.Batch) []nn.Node {
		return []nn.Node{d.Decode(g, z, b).NLL(g.Input("examples", x.X.Shape...))}
	}
	return m.run(mapKey{likelihood, n}, []int{m.dim}, f, func(c *compiledMap) error {
		copy(c.program.Input("examples"), x.X.Data)
		c.fill(Examples{tensor.New(n, m.dim), x.About})
		for next(c.in) {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := c.program.RunAll(); err != nil {
				return fmt.Errorf("trained: %w", err)
			}
			each(c.out[0])
		}
		return nil
	})
}

// Weighs reports whether the model has a bound of ln p(x) of its own: see [models.Weigher].
func (m *Model) Weighs() bool {
	_, ok := m.Net.(models.Weigher)
	return ok
}

// Weigh returns, draw by draw, ln p(x|z) and ln p(z) − ln q(z|x) of the same examples, in
// nats: each is called with the values of n examples. Draw i is a function of the seed and i. What no
// noise reaches, such as the encoder, runs for the first draw alone.
func (m *Model) Weigh(ctx context.Context, x Examples, draws int, seed uint64, each func(logLikelihood, logRatio []float32)) error {
	w, ok := m.Net.(models.Weigher)
	if !ok {
		return m.Lacks("bound of its own")
	}
	if err := m.fits(x, m.Shape); err != nil {
		return err
	}
	f := func(g *nn.Graph, x nn.Node, b models.Batch) []nn.Node {
		like, ratio := w.Weigh(g, b.Of(x))
		return []nn.Node{like, ratio}
	}
	return m.run(mapKey{weighing, x.Len()}, m.Shape, f, func(c *compiledMap) error {
		c.fill(x)
		for i := range draws {
			if err := ctx.Err(); err != nil {
				return err
			}
			run := c.program.RunAll
			if i > 0 {
				run = c.program.RunDraw
			}
			c.program.Draw(seed + uint64(i))
			if err := run(); err != nil {
				return fmt.Errorf("trained: %w", err)
			}
			each(c.out[0], c.out[1])
		}
		return nil
	})
}
