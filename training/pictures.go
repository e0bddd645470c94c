package training

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"latentspace/data"
	"latentspace/export"
	"latentspace/internal/panics"
	"latentspace/render"
	"latentspace/rundir"
	"latentspace/trained"
)

// pictures writes what the model makes at the end of an epoch: samples, always of
// the same codes, reconstructions of the same validation examples, and the curves
// of the losses so far. Those of texts are lines of text.
func (r *run) pictures() error {
	if err := r.curves(); err != nil {
		return err
	}
	n := r.cfg.Train.Samples
	if n == 0 {
		return nil
	}
	if _, err := r.current(); err != nil {
		return err
	}
	if !r.model.CanDecode() {
		return nil // neither a picture nor a point
	}
	if r.model.HasPrior() {
		if err := r.samples(n); err != nil {
			return err
		}
	}
	return r.reconstructions(n)
}

// curves draws the losses and the figures so far, but not again within a second: what they lack then,
// they have at the end of the process.
func (r *run) curves() error {
	now := time.Now()
	if r.behind = now.Sub(r.curved) < time.Second; r.behind {
		return nil
	}
	r.curved = now
	return r.drawCurves()
}

// lastCurves draws what curves have left out.
func (r *run) lastCurves() {
	if !r.behind {
		return
	}
	r.behind = false
	if err := panics.Caught(r.drawCurves); err != nil {
		r.leftOut(err)
	}
}

// leftOut says that a picture could not be made or written.
func (r *run) leftOut(err error) {
	r.report.line("step %d: a picture is left out: %v", r.step, err)
}

func (r *run) drawCurves() error {
	c := rundir.Curves{
		Title: r.cfg.Name, Figures: r.cfg.Train.Evaluate.Metrics,
		Epoch: func(step int) float64 { return float64(step*r.PerStep) / float64(r.perEpoch) },
	}
	return c.Write(r.dir, r.progress.Records)
}

// current returns the model with the weights of this step, averaged if the run keeps averages.
func (r *run) current() (*trained.Model, error) {
	if r.model == nil {
		var err error
		if r.model, err = untrained(r.cfg, r.told); err != nil {
			return nil, err
		}
	}
	return r.model, r.model.Load(r.weights())
}

// draw writes the pictures of a record: all at the end of an epoch, the curves alone within one. A
// picture that cannot be made or written is reported and does not stop training. The only error is
// that of the file of TensorBoard.
func (r *run) draw(of rundir.Record) error {
	if !r.team.First() {
		return nil
	}
	// Charts take most memory at the end of an epoch. What the rest of that left behind goes back to the
	// system first, which takes 5 ms: not in every epoch if these are short.
	if now := time.Now(); now.Sub(r.tidied) > time.Second {
		debug.FreeOSMemory()
		r.tidied = now
	}
	write := r.curves
	if of.EndsEpoch() {
		write = r.pictures
	}
	if err := panics.Caught(write); err != nil {
		r.leftOut(err)
	}
	if r.events == nil {
		return nil
	}
	return r.events.AddPictures(of)
}

// picture is the file of a picture of the current epoch.
func (r *run) picture(name, extension string) string {
	return rundir.PictureFile(r.dir, name, r.epoch(r.step), extension)
}

func (r *run) samples(n int) error {
	schema := r.told.Schema
	if len(r.shape) == 1 && r.shape[0] == 2 && !schema.IsTable() {
		return r.scatter()
	}
	x, err := r.model.Samples(context.Background(), n, r.cfg.Seed)
	if err != nil {
		return err
	}
	file := r.picture("samples", export.Extension(schema))
	if schema.IsTable() {
		return export.Sheet(file, schema, &r.cfg.Seed, func(write func([]float32) error) error { return export.Each(x, write) })
	}
	return export.Examples(file, schema, x)
}

// scatter draws many samples in the plane over many examples.
func (r *run) scatter() error {
	const many = 2000
	x, err := r.model.Samples(context.Background(), many, r.cfg.Seed)
	if err != nil {
		return err
	}
	some := data.Subset(r.splits.Train, data.Some(r.splits.Train.Len(), many, r.cfg.Seed, "pictures"))
	behind, err := r.model.Values(some, 0, some.Len())
	if err != nil {
		return err
	}
	// One label, so that the samples have an entry in the legend.
	labels := make([]int, many)
	img, err := render.Scatter(x, labels, render.ScatterOptions{
		Title: fmt.Sprintf("%s after epoch %d", r.cfg.Name, r.epoch(r.step)), X: "x0", Y: "x1",
		Names: []string{"samples"}, Behind: behind, BehindName: "data",
	})
	if err != nil {
		return err
	}
	return export.PNG(r.picture("samples", ".png"), img)
}

// reconstructions draws validation examples over what the model makes of them.
func (r *run) reconstructions(n int) error {
	some := data.Subset(r.splits.Valid, data.Some(r.splits.Valid.Len(), n, r.cfg.Seed, "pictures"))
	text := r.told.Schema.IsText()
	if some.Len() == 0 || !r.model.CanEncode() || !text && !r.told.Schema.IsPicture() {
		return nil
	}
	x, err := r.model.Read(some, 0, some.Len())
	if err != nil {
		return err
	}
	y, err := r.model.Reconstruct(context.Background(), x)
	if err != nil {
		return err
	}
	if text {
		return export.WriteLines(r.picture("reconstructions", ".txt"), export.Pairs(r.told.Schema.Fields[0], x.X, y))
	}
	img, err := render.Pairs(x.X, y, render.GridOptions{})
	if err != nil {
		return err
	}
	return export.PNG(r.picture("reconstructions", ".png"), img)
}
