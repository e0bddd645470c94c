package explore

import (
	"context"
	"fmt"
	"slices"
	"strconv"

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
	target target
	others []string

	reader    *reader
	scores    []Score   // how well each of its attributes is read off examples that it has not seen
	values    []float64 // of the attribute, that the direction was fitted to
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
	if s.m.CanEncode() {
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
	if s.m.CanEncode() {
		y, err := s.m.Reconstruct(ctx, x)
		if err != nil {
			return err
		}
		values = joined([]*tensor.Tensor{x.X, y})
		about = nil
		for _, a := range train.about {
			a.values = slices.Concat(a.values, a.values)
			about = append(about, a)
		}
	}
	if s.reader, err = newReader(ctx, s.m.Schema, values, about, s.o.Seed); err != nil {
		return err
	}
	return s.try(ctx, tried)
}

// try scores what the reader reads off examples that it has not seen.
func (s *steering) try(ctx context.Context, tried examples) error {
	if len(tried.index) == 0 {
		s.scores = make([]Score, len(s.reader.about))
		return nil
	}
	x, err := tried.read(ctx, s.m)
	if err != nil {
		return err
	}
	read, err := s.reader.read(ctx, x.X)
	if err != nil {
		return err
	}
	for k, a := range s.reader.about {
		truth := tried.named(a.name)
		truth.classes = a.classes // of a few examples they may not show
		s.scores = append(s.scores, score(truth, read[k]))
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
	var about []attribute
	if s.drawn = !s.m.CanEncode(); s.drawn {
		n := min(s.o.Fit, readerExamples)
		// Draws of another seed than those that are shown and checked.
		if z.X, err = s.m.Draw(n, kernel.Seed(s.o.Seed, "explore.vary.fit")[0]); err != nil {
			return err
		}
		if z.About, err = s.o.conditions(s.m, n); err != nil {
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
			if a.name == name {
				others = append(others, a.columns()...)
			}
		}
		if a.name == s.target.name {
			s.values = target{a, s.target.class}.column()
		}
	}
	if s.values == nil {
		return fmt.Errorf("explore: attribute %s cannot be read off draws: %s", s.target.name, listed(reasons(s.reader.unread)))
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
	fit := all.complete(append([]string{s.target.name}, s.others...)...)
	if s.missing = len(all.index) - len(fit.index); s.missing == 0 {
		return fit, nil
	}
	if t := (target{fit.named(s.target.name), s.target.class}); t.constant() {
		of := s.target.name
		if len(s.others) > 0 {
			of += " and of " + listed(s.others)
		}
		return fit, fmt.Errorf("explore: %d of %d examples have values of %s, where %s is the same for all, want two classes or values that differ", len(fit.index), len(all.index), of, s.target.name)
	}
	return fit, nil
}

// decoded returns the attributes that are read off decoded codes, decoding some at a time.
func (s *steering) decoded(ctx context.Context, z coded) ([]attribute, error) {
	var all []attribute
	for lo := 0; lo < z.Len(); lo += 512 {
		part := z.Slice(lo, min(lo+512, z.Len()))
		x, err := s.m.Decode(ctx, part.X, part.About)
		if err != nil {
			return nil, err
		}
		read, err := s.reader.read(ctx, x)
		if err != nil {
			return nil, err
		}
		if all == nil {
			all = read
			continue
		}
		for k := range all {
			all[k].values = append(all[k].values, read[k].values...)
		}
	}
	return all, nil
}

// moved returns the codes moved by a strength.
func (s *steering) moved(z coded, strength float64) coded {
	y := coded{X: tensor.New(z.X.Shape...), About: z.About}
	dim := z.X.Shape[1]
	for i := range z.Len() {
		s.direction.Move(z.X.Data[i*dim:(i+1)*dim], strength, y.X.Data[i*dim:(i+1)*dim])
	}
	return y
}

// draws returns n codes from the prior, with what is known of them.
func (s *steering) draws(ctx context.Context, n int) (coded, *PriorFit, error) {
	z, fit, err := s.o.Prior.draw(ctx, s.m, n, s.o.Seed)
	if err != nil {
		return coded{}, nil, err
	}
	about, err := s.o.conditions(s.m, n)
	return coded{X: z, About: about}, fit, err
}

// shown returns the codes that are shown with a label for each.
func (s *steering) shown(ctx context.Context) (z coded, labels []string, fit *PriorFit, err error) {
	if s.o.Draws || !s.m.CanEncode() {
		for i := range s.o.N {
			labels = append(labels, "draw "+strconv.Itoa(i))
		}
		z, fit, err = s.draws(ctx, s.o.N)
		return z, labels, fit, err
	}
	if err := s.o.Prior.none("examples are varied; -draws varies draws"); err != nil {
		return coded{}, nil, nil, err
	}
	some, err := s.examples()
	if err != nil {
		return coded{}, nil, nil, err
	}
	x, err := s.m.Read(some, 0, some.n)
	if err != nil {
		return coded{}, nil, nil, err
	}
	for _, i := range some.index {
		labels = append(labels, "#"+strconv.Itoa(i))
	}
	if z.X, err = s.m.Encode(ctx, x); err != nil {
		return coded{}, nil, nil, err
	}
	z.About, err = s.o.hold(s.m, x.About)
	return z, labels, nil, err
}

// examples are those that are shown: N from an index on, or a random part.
func (s *steering) examples() (part, error) {
	ds, first := s.known.held.ds, max(0, s.o.From)
	if first >= ds.Len() {
		return part{}, fmt.Errorf("explore: -from %d, want an example from 0 to %d of the %s split", first, ds.Len()-1, s.o.Split)
	}
	where := "the " + s.o.Split + " split"
	if first > 0 {
		where += fmt.Sprintf(" from %d on", first)
	}
	n, err := s.o.take(ds.Len()-first, where)
	if err != nil {
		return part{}, err
	}
	if s.o.From < 0 {
		return s.o.some(ds, n), nil
	}
	index := make([]int, n)
	for i := range index {
		index[i] = first + i
	}
	return partOf(ds, index), nil
}

// rows returns for each code its decoded examples (strengths, shape…).
func (s *steering) rows(ctx context.Context, z coded, strengths []float64) ([]*tensor.Tensor, error) {
	n, size := z.Len(), tensor.Size(s.m.Shape)
	rows := make([]*tensor.Tensor, n)
	for i := range rows {
		rows[i] = tensor.New(append([]int{len(strengths)}, s.m.Shape...)...)
	}
	for j, strength := range strengths {
		y := s.moved(z, strength)
		x, err := s.m.Decode(ctx, y.X, y.About)
		if err != nil {
			return nil, err
		}
		for i := range rows {
			copy(rows[i].Data[j*size:(j+1)*size], x.Data[i*size:])
		}
	}
	return rows, nil
}

// check reads the attributes off the examples to check on, or off draws, moved by each of
// the strengths, and returns also how many they are, and the attributes that the reader does
// not read better than chance, of which nothing is told.
func (s *steering) check(ctx context.Context, strengths []float64) (told []Reading, unread []Unread, n int, err error) {
	var z coded
	draws := s.o.Draws || !s.m.CanEncode()
	if draws {
		z, _, err = s.draws(ctx, s.o.Check)
	} else {
		z, err = s.known.held.codes(ctx, s.m)
	}
	if err != nil {
		return nil, nil, 0, err
	}
	base, err := s.decoded(ctx, z)
	if err != nil {
		return nil, nil, 0, err
	}
	at := make([][]attribute, len(strengths))
	for j, strength := range strengths {
		if at[j], err = s.decoded(ctx, s.moved(z, strength)); err != nil {
			return nil, nil, 0, err
		}
	}
	unread = s.reader.unread
	for k, reading := range s.reader.readings(s.target, base, at) {
		reading.Examples = &s.scores[k]
		if why := s.scores[k].doubt(); why != "" {
			unread = append(unread, Unread{reading.Attribute, why, reading.Examples})
			continue
		}
		if s.known.heldOut && !draws {
			truth := s.known.held.named(reading.Attribute)
			truth.classes = s.reader.about[k].classes
			reconstructed := score(truth, base[k])
			reading.Reconstructed = &reconstructed
		}
		told = append(told, reading)
	}
	return told, unread, z.Len(), nil
}
