package show

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"image"
	"path/filepath"
	"strings"

	"latentspace/evaluation"
	"latentspace/explore"
	"latentspace/internal/panics"
	"latentspace/internal/untrusted"
	"latentspace/render"
	"latentspace/tensor"
	"latentspace/training"
)

// pictured is how many examples a picture of the page has.
const (
	pictured    = 64
	picturedMap = 2000
)

// pictures adds to a page what can be seen of a model that was measured.
type pictures struct {
	m        *training.Trained
	seed     uint64
	split    string
	measured explore.EvaluateResult
	page     *page
}

// add adds the curves of the run, what other verbs show of the model, and the training examples
// nearest to samples. A picture that cannot be drawn is reported.
func (p pictures) add(ctx context.Context) (err error) {
	if b, err := untrusted.ReadFile(filepath.Join(filepath.Dir(p.m.File), "curves.png"), untrusted.Report); err == nil {
		p.page.Pictures = append(p.page.Pictures, pagePicture{sourceOf(b), "Losses and figures by epoch, on the training and the validation set", false})
	}
	if shape := p.m.Shape; p.m.Schema.IsPicture() {
		err = errors.Join(err, p.try(ctx, samplesOf(p.measured.Subject), p.draws),
			p.try(ctx, "Held-out examples, and what the model makes of their codes below", p.reconstructions),
			p.try(ctx, "Nearest training examples", p.nearest))
	} else if len(shape) == 1 && shape[0] == 2 {
		err = errors.Join(err, p.try(ctx, samplesOf(p.measured.Subject)+" over held-out data", p.scatter))
	}
	if !p.m.CanEncode() {
		return err
	}
	return errors.Join(err, p.try(ctx, "Codes of held-out examples, two principal components", p.codes),
		p.try(ctx, "Features of the dictionary", p.features))
}

// samplesOf is the caption of samples: with the prior, where that was fitted to codes.
func samplesOf(s evaluation.Subject) string {
	if s.Prior == "" {
		return "Samples"
	}
	return "Samples from the prior " + s.Prior
}

// try adds a picture. A failure is reported on the page.
func (p pictures) try(ctx context.Context, caption string, add func(ctx context.Context, caption string) error) error {
	err := panics.Caught(func() error { return add(ctx, caption) })
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		p.page.Absent = append(p.page.Absent, caption+": "+strings.TrimPrefix(err.Error(), "explore: ")+".")
	}
	return nil
}

// options are those of a verb that is shown n examples.
func (p pictures) options(n int) explore.Options {
	return explore.Options{N: n, Seed: p.seed, Split: p.split}
}

// draws adds examples drawn from the prior.
func (p pictures) draws(ctx context.Context, caption string) error {
	r, err := explore.Draw{Options: p.options(pictured)}.Run(ctx, p.m)
	if err != nil {
		return err
	}
	x, err := r.Examples.All()
	if err != nil {
		return err
	}
	img, err := render.Grid(x, render.GridOptions{})
	if err != nil {
		return err
	}
	return p.page.add(img, caption, true)
}

// reconstructions adds held-out examples and what the model makes of their codes.
func (p pictures) reconstructions(ctx context.Context, caption string) error {
	n := min(p.measured.Subject.Held.Len(), pictured/4)
	r, err := explore.Reconstruct{Options: p.options(n)}.Run(ctx, p.m)
	if err != nil {
		return err
	}
	img, err := pairs(r.Pairs)
	if err != nil {
		return err
	}
	return p.page.add(img, caption, true)
}

// codes adds the codes of held-out examples in the plane.
func (p pictures) codes(ctx context.Context, caption string) error {
	n := min(p.measured.Subject.Held.Len(), picturedMap)
	r, err := explore.Map{Options: p.options(n), Space: "codes"}.Run(ctx, p.m)
	if err != nil {
		return err
	}
	chart := chartOf(p.m, r, p.seed, false)
	img, err := render.Scatter(chart.points, chart.classes, chart.options)
	if err != nil {
		return err
	}
	return p.page.add(img, caption, false)
}

// nearest adds the first samples above the training examples nearest to them, where these were
// measured.
func (p pictures) nearest(ctx context.Context, _ string) error {
	var near evaluation.Table
	for _, section := range p.measured.Report.Sections {
		for _, t := range section.Tables {
			if t.Name == "nearest" {
				near = t
			}
		}
	}
	if len(near.Rows) == 0 {
		return nil
	}
	x, err := p.m.Samples(ctx, len(near.Rows), p.seed)
	if err != nil {
		return err
	}
	y := tensor.New(x.Shape...)
	size := tensor.Size(p.m.Shape)
	for i, values := range near.Values {
		if err := p.measured.Subject.Train.Read(int(values[0]), y.Data[i*size:(i+1)*size]); err != nil {
			return fmt.Errorf("explore: page: %w", err)
		}
	}
	img, err := render.Pairs(x, y, render.GridOptions{})
	if err != nil {
		return err
	}
	return p.page.add(img, samplesOf(p.measured.Subject)+", and the training example nearest to each below: a copy would be the same", true)
}

// scatter adds samples in the plane over the data.
func (p pictures) scatter(ctx context.Context, caption string) error {
	x, err := p.m.Samples(ctx, picturedMap, p.seed)
	if err != nil {
		return err
	}
	behind, err := explore.Some(p.m, p.measured.Subject.Held, picturedMap, p.seed)
	if err != nil {
		return err
	}
	img, err := render.Scatter(x, make([]int, picturedMap), render.ScatterOptions{X: "x0", Y: "x1", Names: []string{"samples"}, Behind: behind, BehindName: "data"})
	if err != nil {
		return err
	}
	return p.page.add(img, caption, false)
}

// add adds a picture.
func (p *page) add(img image.Image, caption string, pixels bool) error {
	var b bytes.Buffer
	if err := render.WritePNG(&b, img); err != nil {
		return err
	}
	p.Pictures = append(p.Pictures, pagePicture{sourceOf(b.Bytes()), caption, pixels})
	return nil
}

// sourceOf is the address of a PNG that has its bytes in it.
func sourceOf(png []byte) template.URL {
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(png))
}
