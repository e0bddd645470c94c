package explore

import (
	"context"
	"fmt"

	"latentspace/checkpoints"
	"latentspace/latent"
	"latentspace/tensor"
	"latentspace/training"
)

// project places the rows of a space by their first two principal components: those of the
// training set, or of a file.
func (o Map) project(ctx context.Context, m *training.Trained, s, news space, r *MapResult) (err error) {
	if err := o.withoutTSNE(); err != nil {
		return err
	}
	if o.Load != "" {
		r.pca, err = loadMap(o.Load, m, s)
	} else {
		r.pca, err = o.fit(ctx, m, s)
	}
	if err != nil {
		return err
	}
	if r.Points, err = s.through(ctx, 2, r.pca.Transform); err != nil {
		return err
	}
	if r.New != nil {
		if r.New.Points, err = news.through(ctx, 2, r.pca.Transform); err != nil {
			return err
		}
	}
	r.Report.ExplainedVariance = r.pca.Ratio()
	for i, v := range r.Report.ExplainedVariance {
		r.Axes[i] = fmt.Sprintf("component %d (%.1f %% of the variance)", i+1, 100*v)
	}
	return o.testError(ctx, m, r.pca, &r.Report)
}

// fit returns the components of the training set.
func (o Map) fit(ctx context.Context, m *training.Trained, s space) (*latent.PCA, error) {
	if s.dim < 2 {
		return nil, fmt.Errorf("explore: the %s have %d dimension, want at least 2 for a map", s.name, s.dim)
	}
	train, err := m.Split(ctx, "train")
	if err != nil {
		return nil, err
	}
	rows, err := o.space(ctx, m, s.name, o.some(train, train.Len()))
	if err != nil {
		return nil, err
	}
	return latent.FitPCA(ctx, rows, rows.dim, 2)
}

// testError computes the squared distance of N rows of the test set to the plane.
func (o Map) testError(ctx context.Context, m *training.Trained, p *latent.PCA, r *MapReport) error {
	test, err := m.Split(ctx, "test")
	if err != nil || test.Len() == 0 {
		return err
	}
	rows, err := o.space(ctx, m, r.Space, o.some(test, o.N))
	if err != nil {
		return err
	}
	sum := 0.0
	err = rows.each(ctx, func(_ int, x *tensor.Tensor) error {
		z, y := make([]float32, 2*x.Shape[0]), tensor.New(x.Shape...)
		p.Transform(z, x.Data)
		p.Inverse(y.Data, z)
		sum += squaredError(x, y)
		return nil
	})
	if err != nil {
		return err
	}
	sum /= float64(rows.Len())
	r.TestSquaredError = &sum
	return nil
}

// The keys under which a saved map says what it places, and of which weights the codes are.
const (
	mapSpace   = "space"
	mapWeights = "params_sha256"
)

// SavedMap is a map by principal components as a file of tensors, which [Map] can load.
func SavedMap(m *training.Trained, r MapResult) *checkpoints.Checkpoint {
	c := &checkpoints.Checkpoint{Meta: map[string]string{mapSpace: r.Report.Space}, Tensors: r.pca.Tensors()}
	if r.Report.Space == "codes" {
		c.Meta[mapWeights] = checkpoints.Hash(m.Weights())
	}
	return c
}

// loadMap reads a map and checks that it places the rows of a space.
func loadMap(file string, m *training.Trained, s space) (*latent.PCA, error) {
	c, err := checkpoints.Read(file)
	if err != nil {
		return nil, err
	}
	if got := c.Meta[mapSpace]; got != s.name {
		return nil, fmt.Errorf("explore: %s: a map of %q, want one of %s: sample map -space %s -save writes it", file, got, s.name, s.name)
	}
	if got, want := c.Meta[mapWeights], checkpoints.Hash(m.Weights()); s.name == "codes" && got != want {
		return nil, fmt.Errorf("explore: %s: a map of the codes of other weights than %s has (%.12s and %.12s): its axes mean nothing to them", file, m.File, got, want)
	}
	p, err := latent.PCAOf(c.Tensors)
	if err != nil {
		return nil, fmt.Errorf("explore: %s: %w", file, err)
	}
	if len(p.Mean) != s.dim || len(p.Variance) != 2 {
		return nil, fmt.Errorf("explore: %s: a map of %d values to %d, want one of %d to 2", file, len(p.Mean), len(p.Variance), s.dim)
	}
	return p, nil
}
