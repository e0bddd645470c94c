package explore

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"latentspace/explore/attributes"
	"latentspace/tensor"
)

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
	z, fit, err := s.o.Prior.draw(ctx, s.m, n, s.o.Options)
	if err != nil {
		return coded{}, nil, err
	}
	about, err := s.o.Told(s.m, n)
	return coded{X: z, About: about}, fit, err
}

// shown returns the codes that are shown with a label for each.
func (s *steering) shown(ctx context.Context) (z coded, labels []string, fit *PriorFit, err error) {
	if s.o.Draws || !s.m.CanEncode() && len(s.o.Files) == 0 {
		for i := range s.o.N {
			labels = append(labels, "draw "+strconv.Itoa(i))
		}
		z, fit, err = s.draws(ctx, s.o.N)
		return z, labels, fit, err
	}
	if err := s.o.Prior.none("examples are varied; -draws varies draws"); err != nil {
		return coded{}, nil, nil, err
	}
	some, err := s.examples(ctx)
	if err != nil {
		return coded{}, nil, nil, err
	}
	x, err := s.m.Read(some, 0, some.n)
	if err != nil {
		return coded{}, nil, nil, err
	}
	for i, at := range some.index {
		if len(s.o.Files) > 0 {
			labels = append(labels, NameOf(some, i))
		} else {
			labels = append(labels, "#"+strconv.Itoa(at))
		}
	}
	if z.X, err = s.m.Encode(ctx, x); err != nil {
		return coded{}, nil, nil, err
	}
	z.About, err = s.o.hold(s.m, x.About)
	return z, labels, nil, err
}

// examples are those that are shown: of files, or of the split N from an index on, or a random part.
func (s *steering) examples(ctx context.Context) (part, error) {
	if len(s.o.Files) > 0 {
		ds, where, err := s.o.source(ctx, s.m)
		if err != nil {
			return part{}, err
		}
		n, err := s.o.take(ds.Len(), where)
		if err != nil {
			return part{}, err
		}
		return s.o.some(ds, n), nil
	}
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

// rows returns the decoded examples (strengths, shape…) of each code.
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

// check reads the attributes off the examples to check on, or off draws, moved by each of the
// strengths, and returns also how many they are, and the attributes that the reader does not read
// better than chance, which have no readings.
func (s *steering) check(ctx context.Context, strengths []float64) (told []attributes.Reading, unread []attributes.Unread, n int, err error) {
	var z coded
	draws := s.o.Draws || !s.m.HasEncoder()
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
	at := make([][]attributes.Attribute, len(strengths))
	for j, strength := range strengths {
		if at[j], err = s.decoded(ctx, s.moved(z, strength)); err != nil {
			return nil, nil, 0, err
		}
	}
	unread = s.reader.Unread
	for k, reading := range s.reader.Readings(s.target, base, at) {
		reading.Examples = &s.scores[k]
		if why := s.scores[k].Doubt(); why != "" {
			unread = append(unread, attributes.Unread{Attribute: reading.Attribute, Why: why, Examples: reading.Examples})
			continue
		}
		if s.known.heldOut && !draws {
			truth := s.known.held.named(reading.Attribute)
			truth.Classes = s.reader.About[k].Classes
			reconstructed := attributes.ScoreOf(truth, base[k])
			reading.Reconstructed = &reconstructed
		}
		told = append(told, reading)
	}
	return told, unread, z.Len(), nil
}

// unit says what a strength of 1 is.
func unit(t attributes.Target, method string, others []string) string {
	switch {
	case t.Class < 0:
		return "one standard deviation"
	case method != "means":
		return "as far as the mean of " + t.String() + " is from that of the other classes by the coefficients of the " + method
	case len(others) > 0:
		return "what being " + t.String() + " adds to the mean code where " + strings.Join(others, ", ") + " stay"
	}
	return "from the mean of the other classes to that of " + t.String()
}

// evenly returns steps numbers from −reach to reach.
func evenly(reach float64, steps int) []float64 {
	all := make([]float64, steps)
	for i := range all {
		// By a difference of whole numbers, so that the middle is 0 and the two sides are alike.
		all[i] = reach * float64(2*i-(steps-1)) / float64(steps-1)
	}
	return all
}

// signed writes a strength with its sign, of at most two decimals.
func signed(v float64) string {
	s := strconv.FormatFloat(math.Abs(v), 'f', 2, 64)
	s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	switch {
	case s == "0" || v == 0:
		return s
	case v < 0:
		return "−" + s
	}
	return "+" + s
}
