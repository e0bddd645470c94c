package evaluation

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"latentspace/checkpoints"
	"latentspace/data"
	"latentspace/export"
	"latentspace/kernel"
	"latentspace/probe"
	"latentspace/tensor"
)

// classifier tells the class of an example, and gives it features that tell classes
// apart: a network trained on at most [classifierExamples] of the training set, once for
// each data set. It owes nothing to the model that is measured.
type classifier struct {
	network *probe.Network
	// labels are those of the classes that occur in what it was trained on, in order: it
	// knows no others.
	labels []int
}

// classifierExamples is how many examples the classifier learns from.
const classifierExamples = 10_000

// classifierFormat changes with what the network is or learns from.
const classifierFormat = "classifier-2"

// classifier returns that of the data. Data without at least two classes is [lacking].
func (m *measurement) classifier(ctx context.Context) (*classifier, error) {
	if m.classifies != nil {
		return m.classifies, nil
	}
	train, err := m.classes()
	if err != nil {
		return nil, err
	}
	if train == nil {
		return nil, lacking("The data have no classes to tell apart.")
	}
	n := classifierLearns(m.fixed, m.Model.Shape)
	c := &classifier{labels: occurring(train.Labels[:n])}
	c.network = probe.New(m.Model.Schema, []probe.Head{{Classes: len(c.labels)}}, kernel.Seed(1, classifierFormat)[0])
	file := ""
	if m.Cache != "" {
		file = filepath.Join(m.Cache, fmt.Sprintf("%s-%.16s.safetensors", classifierFormat, m.Data))
	}
	if file == "" || !c.kept(file, m.Data) {
		if err := c.train(ctx, train.Labels[:n], m); err != nil {
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

// occurring are the labels that occur, in order.
func occurring(labels []int) []int {
	return slices.Compact(slices.Sorted(slices.Values(labels)))
}

// classes returns the classes of the training set that a classifier learns from; nil if it has
// fewer than two.
func (m *measurement) classes() (*data.Classes, error) {
	c, err := data.ClassesOf(m.fixed, m.fixed.Len())
	if err != nil || c == nil || !several(c.Labels) {
		return nil, err
	}
	return c, nil
}

// several reports whether not all labels are the same.
func several(labels []int) bool {
	return slices.ContainsFunc(labels, func(l int) bool { return l != labels[0] })
}

// classifierLearns is how many training examples it learns from, whatever else a report takes.
func classifierLearns(ds data.Dataset, shape []int) int {
	return min(ds.Len(), classifierExamples, max(1000, manyValues/tensor.Size(shape)))
}

// train learns from the first examples by their labels.
func (c *classifier) train(ctx context.Context, labels []int, m *measurement) error {
	x, err := m.Model.Values(m.fixed, 0, len(labels))
	if err != nil {
		return err
	}
	class := make([]float64, len(labels))
	for i, label := range labels {
		k, _ := slices.BinarySearch(c.labels, label)
		class[i] = float64(k)
	}
	return c.network.Fit(ctx, x, [][]float64{class})
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
	return export.File(file, func(w io.Writer) error {
		return checkpoints.Encode(w, &checkpoints.Checkpoint{
			Meta:    map[string]string{metaFormat: classifierFormat, metaData: hash},
			Tensors: c.network.Weights(),
		})
	})
}

// read returns the labels of examples x (n, shape…) as the classifier tells them, and their
// features.
func (c *classifier) read(ctx context.Context, x *tensor.Tensor) (labels []int, features *tensor.Tensor, err error) {
	class, features, err := c.network.Read(ctx, x)
	if err != nil {
		return nil, nil, err
	}
	for _, k := range class[0] {
		labels = append(labels, c.labels[int(k)])
	}
	return labels, features, nil
}
