package evaluation

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"

	"latentspace/checkpoints"
	"latentspace/data"
	"latentspace/metrics"
	"latentspace/nn/kernel"
	"latentspace/nn/tensor"
	"latentspace/probe"
)

// classifier tells the class of an example, and gives it features that tell classes
// apart: a network trained on at most [classifierExamples] of the training set, once for
// each data set. It owes nothing to the model that is measured.
type classifier struct {
	network *probe.Network
	classes int
	// scale brings values of examples that are large to at most one.
	scale float32
}

// classifierExamples is how many examples the classifier learns from.
const classifierExamples = 10_000

// classifierFormat changes with what the network is or learns from.
const classifierFormat = "classifier-1"

// classifier returns that of the data. Data without at least two classes is [lacking].
func (m *measurement) classifier(ctx context.Context) (*classifier, error) {
	if m.classifies != nil {
		return m.classifies, nil
	}
	train, ok := m.fixed.(data.Labeled)
	if !ok || !severalClasses(train) {
		return nil, lacking("The data have no classes to tell apart.")
	}
	c := &classifier{classes: len(train.Classes())}
	c.network = probe.New(m.Model.Shape, c.classes, kernel.Seed(1, classifierFormat)[0])
	if err := c.standardise(m); err != nil {
		return nil, err
	}
	file := ""
	if m.Cache != "" {
		file = filepath.Join(m.Cache, fmt.Sprintf("%s-%.16s.safetensors", classifierFormat, m.Data))
	}
	if file == "" || !c.kept(file, m.Data) {
		if err := c.train(ctx, train, m); err != nil {
			return nil, err
		}
		if file != "" {
			// One that cannot be kept is trained again: no reason to fail.
			if err := c.keep(file, m.Data); err != nil && m.Warn != nil {
				m.Warn(fmt.Errorf("the classifier is not kept: %w", err))
			}
		}
	}
	m.classifies = c
	return c, nil
}

// standardise sets the scale by the first training examples.
func (c *classifier) standardise(m *measurement) error {
	s, err := spreadOf(m)
	c.scale = float32(1 / max(1, math.Abs(s.least), math.Abs(s.most)))
	return err
}

// standard is examples as the network sees them.
func (c *classifier) standard(x *tensor.Tensor) *tensor.Tensor {
	y := x.Clone()
	for i := range y.Data {
		y.Data[i] *= c.scale
	}
	return y
}

func severalClasses(ds data.Labeled) bool {
	for i := 1; i < ds.Len(); i++ {
		if ds.Label(i) != ds.Label(0) {
			return true
		}
	}
	return false
}

// classifierLearns is how many training examples it learns from, whatever else a report takes.
func classifierLearns(ds data.Dataset, shape []int) int {
	return min(ds.Len(), classifierExamples, max(1000, manyValues/tensor.Size(shape)))
}

func (c *classifier) train(ctx context.Context, ds data.Labeled, m *measurement) error {
	n := classifierLearns(ds, m.Model.Shape)
	x, err := m.Model.Read(ds, 0, n)
	if err != nil {
		return err
	}
	y := tensor.New(n, c.classes)
	for i := range n {
		y.Data[i*c.classes+ds.Label(i)] = 1
	}
	return c.network.Fit(ctx, c.standard(x), y)
}

const (
	metaFormat = "format"
	metaData   = "data_sha256"
)

// kept reads the network from a file of the same data. A file that is not there,
// damaged or another's is not.
func (c *classifier) kept(file, hash string) bool {
	f, err := checkpoints.Read(file)
	return err == nil && f.Meta[metaFormat] == classifierFormat && f.Meta[metaData] == hash && c.network.Load(f.Tensors) == nil
}

// keep writes the network.
func (c *classifier) keep(file, hash string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("evaluation: %w", err)
	}
	return checkpoints.WriteFile(checkpoints.OS{}, file, func(w io.Writer) error {
		return checkpoints.Encode(w, &checkpoints.Checkpoint{
			Meta:    map[string]string{metaFormat: classifierFormat, metaData: hash},
			Tensors: c.network.Weights(),
		})
	})
}

// read returns the classes of examples x (n, shape…) and their features.
func (c *classifier) read(ctx context.Context, x *tensor.Tensor) (classes []int, features *tensor.Tensor, err error) {
	y, features, err := c.network.Read(ctx, c.standard(x))
	if err != nil {
		return nil, nil, err
	}
	for i := range y.Shape[0] {
		classes = append(classes, metrics.Largest(row(y, i)))
	}
	return classes, features, nil
}
