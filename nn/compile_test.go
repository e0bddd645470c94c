package nn

import (
	"testing"
	"time"
)

// recurrence is a gated recurrent network of some steps, unrolled, that predicts each
// input from those before it.
//
// Cho et al., Learning Phrase Representations using RNN Encoder–Decoder, EMNLP 2014.
func recurrence(steps int) (*Graph, Node) {
	g := NewGraph(NewParams(1), Options{Training: true})
	x := g.Input("x", 4, steps, 6)
	h := g.Param("start", Zeros, 4, 8)
	loss := g.Scalar(0)
	for t := range steps {
		now := x.Slice(1, t, t+1).Reshape(4, 6)
		loss = loss.Add(CategoricalNLL(Linear{Out: 6}.Forward(g.In("out"), h), now.Softmax()).Mean())
		in := Linear{Out: 24}.Forward(g.In("in"), now)
		back := Linear{Out: 24}.Forward(g.In("back"), h)
		reset := in.Slice(1, 0, 8).Add(back.Slice(1, 0, 8)).Sigmoid()
		keep := in.Slice(1, 8, 16).Add(back.Slice(1, 8, 16)).Sigmoid()
		next := in.Slice(1, 16, 24).Add(reset.Mul(back.Slice(1, 16, 24))).Tanh()
		h = next.Add(keep.Mul(h.Sub(next)))
	}
	return g, loss
}

// Where each operation was looked at for each other, sixteen times the steps took some 800
// times as long. A busy machine gets three attempts.
func TestCompilingTakesTimeInProportionToTheGraph(t *testing.T) {
	compile := func(steps int) time.Duration {
		start := time.Now()
		g, loss := recurrence(steps)
		if _, err := CompileStep(g, loss, nil); err != nil {
			t.Fatal(err)
		}
		return time.Since(start)
	}
	compile(16) // the first has to get its memory
	var short, long time.Duration
	for range 3 {
		if short, long = compile(16), compile(256); long < 100*short {
			return
		}
	}
	t.Errorf("256 steps take %v, 16 take %v, want less than 100 times as long", long, short)
}
