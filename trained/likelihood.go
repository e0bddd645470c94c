package trained

import (
	"context"
	"fmt"
	"slices"

	"latentspace/models"
	"latentspace/nn"
	"latentspace/tensor"
)

// Likelihood returns what p(x|z) is, bernoulli or gaussian, and whether the model has
// one.
func (m *Model) Likelihood() (name string, ok bool) {
	l, ok := m.Net.(models.Likelihood)
	if !ok {
		return "", false
	}
	return l.LikelihoodName(), true
}

// NLLs returns −ln p(x|z) in nats of the same examples x (n, shape…) for code after code.
// The codes are asked of next, which fills z (n, dim), or says that there are no more;
// each is called with the values of n examples. All is computed in one program, so n
// is best some hundreds.
func (m *Model) NLLs(ctx context.Context, x *tensor.Tensor, next func(z []float32) bool, each func(nll []float32)) error {
	l, ok := m.Net.(models.Likelihood)
	if !ok {
		return m.Lacks("likelihood")
	}
	dim, err := m.Dim()
	if err != nil {
		return err
	}
	if len(x.Shape) != len(m.Shape)+1 || !slices.Equal(x.Shape[1:], m.Shape) {
		return fmt.Errorf("trained: shape %v, want (n, %s)", x.Shape, tensor.FormatShape(m.Shape))
	}
	n := x.Shape[0]
	c, err := m.compiled(mapKey{likelihood, n}, []int{dim}, func(g *nn.Graph, z nn.Node) []nn.Node {
		return []nn.Node{l.NLL(g, z, g.Input("examples", x.Shape...))}
	})
	if err != nil {
		return err
	}
	copy(c.program.Input("examples"), x.Data)
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
}
