package explore

import (
	"context"
	"fmt"
	"slices"

	"latentspace/explore/attributes"
	"latentspace/kernel"
	"latentspace/latent"
	"latentspace/tensor"
	"latentspace/training"
)

// steering is a direction being found, used and checked.
type steering struct {
	o      Vary
	m      *training.Trained
	known  known
	target attributes.Target
	others []string

	reader    *attributes.Reader
	scores    []attributes.Score // how well each of its attributes is read off examples that it has not seen
	values    []float64          // of the attribute, that the direction was fitted to
	direction latent.Direction
	drawn     bool // it was fitted to random draws
	missing   int  // examples that it was not fitted to, as a value is not known
}

// Limits of what the reader is trained on.
const (
	readerExamples = 10_000
	readerValues   = 40_000_000 // 160 MB
)

// learn trains the reader: on examples and, where the model encodes, on as many of
// their reconstructions, since it is to read decoded codes. It is tried on the examples that
// are held out or, where there are none, on one in five that it is not trained on.
func (s *steering) learn(ctx context.Context) error {
	most := min(readerExamples, max(64, readerValues/tensor.Size(s.m.Shape)))
	if s.m.HasEncoder() {
		most /= 2
	}
	train, tried := s.known.fit.some(most), s.known.held
	if !s.known.heldOut {
		train, tried = train.apart()
	}
	x, err := train.read(ctx, s.m)
	if err != nil {
		return err
	}
	about, values := train.about, x.X
	if s.m.HasEncoder() {
		y, err := s.m.Reconstruct(ctx, x)
		if err != nil {
			return err
		}
		values = joined(x.X, y)
		about = nil
		for _, a := range train.about {
			a.Values = slices.Concat(a.Values, a.Values)
			about = append(about, a)
		}
	}
	if s.reader, err = attributes.NewReader(ctx, s.m.Schema, values, about, s.o.Seed); err != nil {
		return err
	}
	return s.try(ctx, tried)
}

// try scores what the reader reads off examples that it has not seen.
func (s *steering) try(ctx context.Context, tried examples) error {
	if len(tried.index) == 0 {
		s.scores = make([]attributes.Score, len(s.reader.About))
		return nil
	}
	x, err := tried.read(ctx, s.m)
	if err != nil {
		return err
	}
	read, err := s.reader.Read(ctx, x.X)
	if err != nil {
		return err
	}
	for k, a := range s.reader.About {
		truth := tried.named(a.Name)
		truth.Classes = a.Classes // of a few examples they may not show
		s.scores = append(s.scores, attributes.ScoreOf(truth, read[k]))
	}
	return nil
}

// aim fits the direction: to the codes of examples, or, for a model without an
// encoder, to random draws with the attributes that the reader reads off them as
// decoded.
//
// The second way is that of Shen, Gu, Tang and Zhou, Interpreting the Latent Space
// of GANs for Semantic Face Editing, CVPR 2020.
func (s *steering) aim(ctx context.Context) (err error) {
	var z coded
	var about []attributes.Attribute
	if s.drawn = !s.m.HasEncoder(); s.drawn {
		n := min(s.o.Fit, readerExamples)
		// Draws of another seed than those that are shown and checked.
		if z.X, err = s.m.Draw(n, kernel.Seed(s.o.Seed, "explore.vary.fit")[0]); err != nil {
			return err
		}
		if z.About, err = s.o.Told(s.m, n); err != nil {
			return err
		}
		if about, err = s.decoded(ctx, z); err != nil {
			return err
		}
	} else {
		fit, err := s.complete()
		if err != nil {
			return err
		}
		about = fit.about
		if z, err = fit.codes(ctx, s.m); err != nil {
			return err
		}
	}
	var others [][]float64
	for _, a := range about {
		for _, name := range s.others {
			if a.Name == name {
				others = append(others, a.Columns()...)
			}
		}
		if a.Name == s.target.Name {
			s.values = attributes.Target{Attribute: a, Class: s.target.Class}.Column()
		}
	}
	if s.values == nil {
		return fmt.Errorf("explore: attribute %s cannot be read off draws: %s", s.target.Name, attributes.Listed(attributes.Reasons(s.reader.Unread)))
	}
	s.direction, err = latent.Directions[s.o.Method](ctx, z.X, s.values, others)
	if err != nil {
		return fmt.Errorf("explore: attribute %s: %w", s.target, err)
	}
	return nil
}

// complete returns the examples that the direction can be fitted to, of which the attribute is
// known and all whose influence is removed, and counts the others.
func (s *steering) complete() (examples, error) {
	all := s.known.fit
	fit := all.complete(append([]string{s.target.Name}, s.others...)...)
	if s.missing = len(all.index) - len(fit.index); s.missing == 0 {
		return fit, nil
	}
	if t := (attributes.Target{Attribute: fit.named(s.target.Name), Class: s.target.Class}); t.Constant() {
		of := s.target.Name
		if len(s.others) > 0 {
			of += " and of " + attributes.Listed(s.others)
		}
		return fit, fmt.Errorf("explore: %d of %d examples have values of %s, where %s is the same for all, want two classes or values that differ", len(fit.index), len(all.index), of, s.target.Name)
	}
	return fit, nil
}

// decoded returns the attributes that are read off decoded codes, decoding some at a time.
func (s *steering) decoded(ctx context.Context, z coded) ([]attributes.Attribute, error) {
	var all []attributes.Attribute
	for lo := 0; lo < z.Len(); lo += 512 {
		part := z.Slice(lo, min(lo+512, z.Len()))
		x, err := s.m.Decode(ctx, part.X, part.About)
		if err != nil {
			return nil, err
		}
		read, err := s.reader.Read(ctx, x)
		if err != nil {
			return nil, err
		}
		if all == nil {
			all = read
			continue
		}
		for k := range all {
			all[k].Values = append(all[k].Values, read[k].Values...)
		}
	}
	return all, nil
}
