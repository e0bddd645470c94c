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

// classifier tells the class of an example, and gives it features that tell classes apart: a
// network trained on at most [classifierExamples] of the training set, with Full on
// [fullClassifier], once for each data set. It does not depend on the model that is measured.
type classifier struct {
	network *probe.Network
	// labels are the classes that occur in its training examples, in order: it knows no
	// others.
	labels []int
}

// The number of examples that the classifier learns from, without and with Full.
const (
	classifierExamples = 10_000
	fullClassifier     = 60_000
)

// classifierFormat changes whenever the network or its training changes.
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
			// A classifier that cannot be saved is trained again next time.
			if err := c.keep(file, m.Data); err != nil && m.Warn != nil {
				m.Warn(fmt.Errorf("the classifier is not kept: %w", err))
			}
		}
	}
	m.classifies = c
	return c, nil
}

// occurring returns the labels that occur, in order.
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

// several reports whether there are at least two different labels.
func several(labels []int) bool {
	return slices.ContainsFunc(labels, func(l int) bool { return l != labels[0] })
}

// classifierLearns returns the number of training examples that it learns from, with Full or
// without.
func (m *measurement) classifierLearns(full bool) int {
	most, values := classifierExamples, manyValues
	if full {
		most, values = fullClassifier, allValues
	}
	return min(m.fixed.Len(), most, max(1000, values/tensor.Size(m.Model.Shape)))
}

// classifierName returns the name of the classifier's file, which depends on the number of
// examples.
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

// kept reads the network from a file. It returns nil if the file is missing, damaged or
// of other data.
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

// read returns the labels that the classifier gives examples x (n, shape…), and their features.
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

// DefaultCache returns the folder in the user's cache for networks that measure. If there is none
// it returns "", and networks are trained again each time.
func DefaultCache() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "latentspace", "networks")
}
