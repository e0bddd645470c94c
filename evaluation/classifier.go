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
// apart: a network trained on at most [classifierExamples] of the training set, with Full on
// [fullClassifier], once for each data set. It owes nothing to the model that is measured.
type classifier struct {
	network *probe.Network
	// labels are those of the classes that occur in what it was trained on, in order: it
	// knows no others.
	labels []int
}

// How many examples the classifier learns from, and how many with Full.
const (
	classifierExamples = 10_000
	fullClassifier     = 60_000
)

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
	n := m.classifierLearns(m.Full)
	c := &classifier{labels: occurring(train.Labels[:n])}
	c.network = probe.New(m.Model.Schema, []probe.Head{{Classes: len(c.labels)}}, kernel.Seed(1, classifierFormat)[0])
	file := ""
	if m.Cache != "" {
		file = filepath.Join(m.Cache, m.classifierName())
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

// classifierLearns is how many training examples it learns from, with Full or without, whatever
// else a report takes.
func (m *measurement) classifierLearns(full bool) int {
	most, values := classifierExamples, manyValues
	if full {
		most, values = fullClassifier, allValues
	}
	return min(m.fixed.Len(), most, max(1000, values/tensor.Size(m.Model.Shape)))
}

// classifierName is that of the classifier's file: another where it learns from more examples.
func (m *measurement) classifierName() string {
	name := classifierFormat
	if n := m.classifierLearns(m.Full); n != m.classifierLearns(false) {
		name += fmt.Sprintf("-of-%d", n)
	}
	return fmt.Sprintf("%s-%.16s.safetensors", name, m.Data)
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

// DefaultCache is the folder of the user's cache in which networks that measure are kept,
// "" where there is none: they are trained again then.
func DefaultCache() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "latentspace", "networks")
}
