package trained

import (
	"context"
	"fmt"
	"math"
	"slices"

	"latentspace/example"
	"latentspace/models"
	"latentspace/nn"
	"latentspace/tensor"
)

// Writing is the model with the same weights that writes sequences by a decoding, whatever is asked
// of it. Without, [Model.Decode] chooses the likeliest token at each step, and [Model.Generate] draws
// each from its distribution.
func (m *Model) Writing(d Decoding) (*Model, error) {
	if _, ok := m.Net.(models.Sequential); !ok {
		return nil, m.Lacks("decoder that writes token by token")
	}
	if err := d.Check(); err != nil {
		return nil, fmt.Errorf("trained: %w", err)
	}
	writes := *m
	writes.decoding = &d
	return &writes, nil
}

// write decodes codes z (n, dim) token by token, those from number first on among all.
func (m *Model) write(ctx context.Context, net models.Sequential, z, about *tensor.Tensor, d Decoding, seed uint64, first int) (*tensor.Tensor, error) {
	if m.decoding != nil {
		d = *m.decoding
	}
	x := Examples{z, about}
	if err := m.fits(x, []int{m.dim}); err != nil {
		return nil, err
	}
	f := m.Schema.Fields[0]
	out := tensor.New(append([]int{x.Len()}, m.Shape...)...)
	steps := f.Shape[0]
	each := max(1, mapBatch/max(1, d.Beams))
	for lo := 0; lo < x.Len(); lo += each {
		hi := min(lo+each, x.Len())
		s := sequence{m: m, net: net, f: f, d: d, x: x.Slice(lo, hi), out: rows(out, lo, hi).Data, steps: steps}
		search := s.single
		if d.Beams > 1 {
			search = s.beam
		}
		if err := search(ctx, seed, first+lo); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// sequence is the writing of a batch.
type sequence struct {
	m     *Model
	net   models.Sequential
	f     example.Field
	d     Decoding
	x     Examples // codes
	out   []float32
	steps int
}

// single writes one sequence for each code.
func (s sequence) single(ctx context.Context, seed uint64, first int) error {
	n := s.x.Len()
	end, open := endOf(s.f), n
	done := make([]bool, n)
	for i := range s.out {
		s.out[i] = example.Padding
	}
	c := chooser{Decoding: s.d}
	return s.run(ctx, s.x, func(t int, logits, token []float32) (more bool) {
		words := len(logits) / n
		for i := range n {
			if done[i] {
				token[i] = example.Padding
				continue
			}
			key := tokenDraws(seed, first+i)
			w := c.choose(logits[i*words:(i+1)*words], float64(key.Uniform(t)))
			s.out[i*s.steps+t], token[i] = float32(w), float32(w)
			if w == end {
				done[i] = true
				open--
			}
		}
		return open > 0
	}, nil)
}

// run makes steps: next is called with the logits of each example for the token at t, and sets the
// tokens, until it says that there are no more. Moved says from which row of the state each row of it
// goes on, if they change places.
func (s sequence) run(ctx context.Context, x Examples, next func(t int, logits, token []float32) (more bool), moved func() []int) error {
	n := x.Len()
	step, err := s.m.maps.take(mapKey{stepping, n}, func() (*compiledMap, error) { return s.compileStep(n) })
	if err != nil {
		return err
	}
	defer s.m.maps.put(mapKey{stepping, n}, step)
	first, err := s.m.maps.take(mapKey{starting, n}, func() (*compiledMap, error) { return s.compileStart(n) })
	if err != nil {
		return err
	}
	defer s.m.maps.put(mapKey{starting, n}, first)
	first.fill(x)
	if err := first.program.RunAll(); err != nil {
		return fmt.Errorf("trained: %w", err)
	}
	step.fill(x)
	state := make([][]float32, len(first.out))
	for i, v := range first.out {
		state[i] = step.program.Input(stateName(i))
		copy(state[i], v)
	}
	token := step.program.Input(tokenName)
	for i := range token {
		token[i] = example.Padding
	}
	for t := range s.steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := step.program.RunAll(); err != nil {
			return fmt.Errorf("trained: token %d: %w", t, err)
		}
		if i := slices.IndexFunc(step.out[0], func(v float32) bool { return v != v || math.IsInf(float64(v), 0) }); i >= 0 {
			return fmt.Errorf("trained: token %d: a logit is %v, want a number", t, step.out[0][i])
		}
		if !next(t, step.out[0], token) {
			break
		}
		var from []int
		if moved != nil {
			from = moved()
		}
		for i := range state {
			move(state[i], step.out[1+i], from)
		}
	}
	return nil
}

// move copies rows, row i of dst from row from[i] of src, of nil from row i.
func move(dst, src []float32, from []int) {
	if from == nil {
		copy(dst, src)
		return
	}
	width := len(dst) / len(from)
	for i, k := range from {
		copy(dst[i*width:(i+1)*width], src[k*width:])
	}
}

// Names of the inputs of the program of a step.
const tokenName = "token"

func stateName(i int) string { return fmt.Sprintf("state%d", i) }

// compileStart is the program of the state before the first token.
func (s sequence) compileStart(n int) (*compiledMap, error) {
	return s.m.compile(mapKey{starting, n}, []int{s.m.dim}, start(s.net))
}

// compileStep is the program of a step, with the logits and then the state after it.
func (s sequence) compileStep(n int) (*compiledMap, error) {
	return s.m.compile(mapKey{stepping, n}, []int{s.m.dim}, step(s.net, n))
}

func start(net models.Sequential) mapped { return net.Start }

func step(net models.Sequential, n int) mapped {
	return func(g *nn.Graph, z nn.Node, b models.Batch) []nn.Node {
		var state []nn.Node
		for i, v := range net.Start(g, z, b) {
			state = append(state, g.Input(stateName(i), v.Shape()...))
		}
		logits, next := net.Next(g, z, g.Input(tokenName, n), state, b)
		return append([]nn.Node{logits}, next...)
	}
}

// endOf is the token that ends a field, −1 if none does.
func endOf(f example.Field) int {
	if f.Text != nil && f.Text.Ends() {
		return slices.Index(f.Words, example.End)
	}
	return -1
}
