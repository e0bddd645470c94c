package nn

import (
	"strings"
	"testing"

	"latentspace/kernel"
	"latentspace/tensor"
)

// A program of weights that are settled gives what another gives, to the bit, for each size of a batch.
func TestSettledWeights(t *testing.T) {
	params := NewParams(1)
	run := func(batch int) []float32 {
		g := NewGraph(params, Options{})
		x := g.Input("x", batch, 20)
		h := Linear{Out: 7 * 7 * 16}.Forward(g.In("hidden"), x).ReLU().Reshape(batch, 7, 7, 16)
		h = h.ConvTranspose(g.Param("up", Uniform(0.1), 4, 4, 32, 16), 2, 1, 14, 14).ReLU()
		h = h.Conv(g.Param("same", Uniform(0.1), 3, 3, 32, 8), 1, 1).ReLU()
		y := h.ConvTranspose(g.Param("last", Uniform(0.1), 4, 4, 1, 8), 2, 1, 28, 28).Sigmoid()
		p, err := Compile(g, y)
		if err != nil {
			t.Fatal(err)
		}
		kernel.Uniform(p.Input("x"), kernel.Key{2})
		if err := p.RunAll(); err != nil {
			t.Fatal(err)
		}
		return p.Output(y)
	}
	batches := []int{1, 2, 20}
	var want [][]float32
	for _, n := range batches {
		want = append(want, run(n))
	}
	params.Settle()
	for i, n := range batches {
		got := run(n)
		for j := range got {
			if got[j] != want[i][j] {
				t.Fatalf("batch %d, value %d: got %v of settled weights, want %v", n, j, got[j], want[i][j])
			}
		}
	}
	// The first layer reads an input, whose zeros are passed over by rows together: only a single row
	// has its weights packed.
	if got := len(params.settled.packed); got != 4 {
		t.Errorf("%d tensors are packed, want 4 that the programs share", got)
	}
	if err := params.Load(map[string]*tensor.Tensor{}); err == nil || !strings.Contains(err.Error(), "settled") {
		t.Errorf("Load of settled parameters: got %v, want an error", err)
	}
}
