package trained

import (
	"context"
	"fmt"

	"latentspace/kernel"
	"latentspace/latent"
	"latentspace/models"
	"latentspace/nn"
	"latentspace/tensor"
)

// Filling says how missing fields of examples are filled.
type Filling struct {
	Rounds int    // of drawing a code and the missing fields in turn, at least 1
	Draw   bool   // values are a draw of the last round; else the mean over as many rounds more
	Seed   uint64 // of the draws
}

// Fill returns the examples (n, shape…) with every missing field filled, where missing[i][k] says
// that field k of example i is. What a missing field has is not looked at. Codes and missing fields
// are drawn in turn,
//
//	z ~ q(z|x),   x_missing ~ p(x|z),
//
// a chain that goes near p(x_missing|x_known) if the encoder is near the posterior. The mean of a
// number is that of its row values, of a word the one that is the likeliest most often.
//
// Rezende, Mohamed and Wierstra, Stochastic Backpropagation and Approximate Inference in Deep
// Generative Models, ICML 2014, appendix F.
func (m *Model) Fill(ctx context.Context, x Examples, missing [][]bool, o Filling) (*tensor.Tensor, error) {
	if err := m.checkFill(x, missing, o); err != nil {
		return nil, err
	}
	f := filler{m: m, missing: missing, x: Examples{x.X.Clone(), x.About}, o: o}
	if err := f.begin(ctx); err != nil {
		return nil, err
	}
	for round := range o.Rounds {
		if err := f.round(ctx, round, true); err != nil {
			return nil, err
		}
	}
	if o.Draw {
		return f.x.X, nil
	}
	means := newMeans(m, x.Len())
	for round := range o.Rounds {
		if err := f.round(ctx, o.Rounds+2*round, false); err != nil {
			return nil, err
		}
		means.add(f.x.X)
		if err := f.round(ctx, o.Rounds+2*round+1, true); err != nil {
			return nil, err
		}
	}
	f.put(means.values())
	return f.x.X, nil
}

func (m *Model) checkFill(x Examples, missing [][]bool, o Filling) error {
	switch {
	case !m.CanReconstruct():
		return m.Lacks("encoder and decoder to fill what is missing")
	case o.Rounds < 1:
		return fmt.Errorf("trained: %d rounds, want at least 1", o.Rounds)
	case len(missing) != x.Len():
		return fmt.Errorf("trained: %d rows that say what is missing, want %d as there are examples", len(missing), x.Len())
	}
	for i, row := range missing {
		if len(row) != len(m.Schema.Fields) {
			return fmt.Errorf("trained: example %d: %d fields that may be missing, want %d", i, len(row), len(m.Schema.Fields))
		}
	}
	return m.fits(x, m.Shape)
}

// filler is examples whose missing fields are filled again and again.
type filler struct {
	m       *Model
	missing [][]bool
	x       Examples
	o       Filling
}

// begin fills what is missing with what the code 0 is decoded to.
func (f *filler) begin(ctx context.Context) error {
	z := tensor.New(f.x.Len(), f.m.dim)
	y, err := f.m.complete(ctx, z, f.x.About, false, 0)
	if err == nil {
		f.put(y)
	}
	return err
}

// round draws codes and fills what is missing, with draws or with means.
func (f *filler) round(ctx context.Context, number int, draw bool) error {
	seed := f.o.Seed + uint64(number)
	z, err := f.codes(ctx, seed)
	if err != nil {
		return err
	}
	y, err := f.m.complete(ctx, z, f.x.About, draw, seed)
	if err == nil {
		f.put(y)
	}
	return err
}

// codes are draws of the posteriors, or the codes where they are points.
func (f *filler) codes(ctx context.Context, seed uint64) (*tensor.Tensor, error) {
	if !f.m.HasPosterior() {
		return f.m.Encode(ctx, f.x)
	}
	mean, logvar, err := f.m.Posterior(ctx, f.x)
	if err != nil {
		return nil, err
	}
	return latent.DrawPosteriors(mean, logvar, seed)
}

// put copies the missing fields from y.
func (f *filler) put(y *tensor.Tensor) {
	width := f.m.Schema.Width()
	for i, row := range f.missing {
		at := i * width
		for k, field := range f.m.Schema.Fields {
			if row[k] {
				copy(f.x.X.Data[at:at+field.Width()], y.Data[at:])
			}
			at += field.Width()
		}
	}
}

// complete decodes codes to examples in which every field is known: draws, or means. Values that are
// no numbers are an error.
func (m *Model) complete(ctx context.Context, z, about *tensor.Tensor, draw bool, seed uint64) (*tensor.Tensor, error) {
	what, show := completing, func(o models.Output) nn.Node { return o.Complete().Mean() }
	if draw {
		what, show = completingDrawn, func(o models.Output) nn.Node { return o.Complete().Draw() }
	}
	y, err := m.decodeDrawn(ctx, what, z, about, drawn{seed: seed}, show)
	if err != nil {
		return nil, err
	}
	if i := kernel.FirstNonFinite(y.Data); i >= 0 {
		return nil, fmt.Errorf("trained: missing fields of example %d are filled with %v, want numbers", i/m.Schema.Width(), y.Data[i])
	}
	return y, nil
}

// means are those of examples over rounds: of numbers the mean, of words the most frequent.
type means struct {
	m      *Model
	rounds int
	sums   []float64
	words  []map[int]int // how often a word came, for the values of indexed fields
}

func newMeans(m *Model, n int) *means {
	width := m.Schema.Width()
	return &means{m: m, sums: make([]float64, n*width), words: make([]map[int]int, n*width)}
}

// add adds the values of a round.
func (s *means) add(x *tensor.Tensor) {
	s.rounds++
	s.each(func(at int, indexed bool) {
		if !indexed {
			s.sums[at] += float64(x.Data[at])
			return
		}
		if s.words[at] == nil {
			s.words[at] = map[int]int{}
		}
		s.words[at][int(x.Data[at])]++
	})
}

// values are the means so far.
func (s *means) values() *tensor.Tensor {
	width := s.m.Schema.Width()
	x := tensor.New(append([]int{len(s.sums) / width}, s.m.Shape...)...)
	s.each(func(at int, indexed bool) {
		if !indexed {
			x.Data[at] = float32(s.sums[at] / float64(s.rounds))
			return
		}
		most := -1
		for word, n := range s.words[at] {
			if most < 0 || n > s.words[at][most] || n == s.words[at][most] && word < most {
				most = word
			}
		}
		x.Data[at] = float32(most)
	})
	return x
}

// each calls use with the place of every value, and whether it is an index.
func (s *means) each(use func(at int, indexed bool)) {
	width := s.m.Schema.Width()
	for first := 0; first < len(s.sums); first += width {
		at := first
		for _, f := range s.m.Schema.Fields {
			for k := range f.Width() {
				use(at+k, f.Indexed() && k < f.Size())
			}
			at += f.Width()
		}
	}
}
