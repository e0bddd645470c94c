package explore

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"latentspace/experiments"
	"latentspace/kernel"
	"latentspace/latent"
	"latentspace/tensor"
	"latentspace/training"
)

// closedForms are the ways to find directions without attributes, by name; see [latent.SeFa] and
// [latent.GANSpace].
var closedForms = []string{"ganspace", "sefa"}

const (
	ganspaceCodes  = 2000    // draws whose activations are compared
	ganspaceValues = 1 << 25 // most values of activations that are held
	deviationDraws = 1000    // draws that the deviation along a direction is of
)

// components returns the directions of a closed form. A strength of 1 is a deviation of draws.
func (o Options) components(ctx context.Context, m *training.Trained, method string) ([]latent.Component, error) {
	if method == "sefa" {
		return o.sefa(ctx, m)
	}
	draw := func(n int) (*tensor.Tensor, *tensor.Tensor, error) {
		z, err := m.Draw(n, kernel.Seed(o.Seed, "explore.components")[0])
		if err != nil {
			return nil, nil, err
		}
		about, err := o.Told(m, n)
		if err != nil {
			return nil, nil, err
		}
		y, err := m.FirstLayer(ctx, z, about)
		return z, y, err
	}
	_, one, err := draw(1)
	if err != nil {
		return nil, err
	}
	dim, err := m.Dim()
	if err != nil {
		return nil, err
	}
	z, y, err := draw(min(ganspaceCodes, max(2*dim, ganspaceValues/one.Len())))
	if err != nil {
		return nil, err
	}
	return latent.GANSpace(ctx, z, y, dim)
}

func (o Options) sefa(ctx context.Context, m *training.Trained) ([]latent.Component, error) {
	about, err := o.Told(m, 1)
	if err != nil {
		return nil, err
	}
	a, err := m.FirstMatrix(ctx, about)
	if err != nil {
		return nil, err
	}
	all, err := latent.SeFa(a)
	if err != nil || standard(m) {
		return all, err
	}
	z, err := m.Draw(deviationDraws, o.Seed)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		along(z, c.Step)
	}
	return all, nil
}

// along scales a unit vector to the deviation of codes along it.
func along(z *tensor.Tensor, step []float32) {
	n, mean, square := z.Shape[0], 0.0, 0.0
	for i := range n {
		at := 0.0
		for j, v := range step {
			at += float64(float64(v) * float64(z.Data[i*len(step)+j]))
		}
		mean += at / float64(n)
		square += float64(at*at) / float64(n)
	}
	deviation := float32(math.Sqrt(max(0, square-float64(mean*mean))))
	for j := range step {
		step[j] *= deviation
	}
}

// ComponentReport is a direction of a closed form.
type ComponentReport struct {
	Number int       `json:"number"` // from 1, of those along which most changes first
	Share  float64   `json:"share"`  // of what changes
	Step   []float32 `json:"step"`   // of a strength of 1
}

func (c ComponentReport) label(method string) string {
	return fmt.Sprintf("%s %d %.1f %%", method, c.Number, 100*c.Share)
}

// along decodes codes that go along the directions of a closed form, around one code.
func (o Traverse) along(ctx context.Context, m *training.Trained) (TraverseResult, error) {
	if o.Order != "" {
		return TraverseResult{}, experiments.Usagef("-order %s is of dimensions, and -along %s orders its directions: want one of them", o.Order, o.Along)
	}
	all, err := o.components(ctx, m, o.Along)
	if err != nil {
		return TraverseResult{}, err
	}
	codes, logvar, err := o.codes(ctx, m)
	if err != nil {
		return TraverseResult{}, err
	}
	base, around, err := o.base(ctx, m, Dimensions(m, codes, logvar))
	if err != nil {
		return TraverseResult{}, err
	}
	shown := min(o.N, len(all))
	if err := checkHeld(shown*o.Steps, m.Shape); err != nil {
		return TraverseResult{}, err
	}
	t := TraverseReport{Along: o.Along, Around: around, Range: o.Range, Codes: codes.Shape[0], Shown: shown}
	rows := o.rows(m)
	strengths := evenly(o.Range, o.Steps)
	for k, c := range all[:shown] {
		part := ComponentReport{k + 1, c.Share, c.Step}
		z := tensor.New(o.Steps, len(c.Step))
		for j, s := range strengths {
			c.Move(base.X.Data, s, z.Data[j*len(c.Step):(j+1)*len(c.Step)])
		}
		x, err := m.Decode(ctx, z, repeated(base.About, 0, o.Steps))
		if err != nil {
			return TraverseResult{}, err
		}
		rows.Examples, rows.Names = append(rows.Examples, x), append(rows.Names, part.label(o.Along))
		t.Components = append(t.Components, part)
	}
	if err := checkFigures(t); err != nil {
		return TraverseResult{}, err
	}
	return TraverseResult{rows, t}, nil
}

// WalkResult is what [Vary.Walk] decodes.
type WalkResult struct {
	Rows   Rows // of each code, at each strength
	Report WalkReport
}

// WalkReport is what [Vary.Walk] reports.
type WalkReport struct {
	Method    string    `json:"method"`
	Strengths []float64 `json:"strengths"`
	ComponentReport
	*PriorFit
}

func (w WalkReport) String() string {
	return fmt.Sprintf("%sthe codes go along direction %d of %s, which has %.1f %% of what changes; a strength of 1 is a deviation of draws\n",
		w.PriorFit.String(), w.Number, w.Method, 100*w.Share)
}

// Walk moves N codes along a direction that needs no attribute, named as in sefa:2, and decodes them.
func (o Vary) Walk(ctx context.Context, m *training.Trained) (WalkResult, error) {
	strengths, err := o.walked()
	if err != nil {
		return WalkResult{}, err
	}
	if err := checkHeld(o.N*len(strengths), m.Shape); err != nil {
		return WalkResult{}, err
	}
	method, word, _ := strings.Cut(o.Direction, ":")
	if err := OneOf("-direction", method, closedForms); err != nil {
		return WalkResult{}, err
	}
	number, err := strconv.Atoi(word)
	if word == "" {
		number, err = 1, nil
	}
	if err != nil || number < 1 {
		return WalkResult{}, experiments.Usagef("-direction %s, want a number from 1 behind the colon, as in %s:2", o.Direction, method)
	}
	all, err := o.components(ctx, m, method)
	if err != nil {
		return WalkResult{}, err
	}
	if number > len(all) {
		return WalkResult{}, experiments.Usagef("-direction %s: there are %d directions", o.Direction, len(all))
	}
	c := all[number-1]
	s := steering{o: o, m: m, direction: c.Direction}
	if !o.Draws && m.CanEncode() && len(o.Files) == 0 {
		if s.known.held.ds, err = m.Split(ctx, o.Split); err != nil {
			return WalkResult{}, err
		}
	}
	shown, labels, fit, err := s.shown(ctx)
	if err != nil {
		return WalkResult{}, err
	}
	examples, err := s.rows(ctx, shown, strengths)
	if err != nil {
		return WalkResult{}, err
	}
	w := WalkReport{method, strengths, ComponentReport{number, c.Share, c.Step}, fit}
	if err := checkFigures(w); err != nil {
		return WalkResult{}, err
	}
	columns := make([]string, len(strengths))
	for j, s := range strengths {
		columns[j] = signed(s)
	}
	return WalkResult{Rows{m.Schema, examples, labels, columns}, w}, nil
}
