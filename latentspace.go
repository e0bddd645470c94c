// Package latentspace uses trained generative models from Go: it opens the folder of a run, or one of
// its checkpoints, and decodes codes, encodes examples and draws new ones.
//
//	m, err := latentspace.Open("runs/mnist-vae")
//	x, err := m.Sample(ctx, 16, 1, nil)
//	img, err := m.Image(x[0])
//
// An example is a row of values in the order of [Model.Shape], so of a picture row by row, with the
// channels of a pixel together. A code is a row of [Model.Dim] values. What an example becomes owes
// nothing to the others of a call. The package reads no flags and writes nothing; of the environment it
// reads LATENTSPACE_LIMITS and LATENTSPACE_KERNEL, as the commands do.
//
// Programs train models with package [latentspace/training], or the command train.
package latentspace

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"latentspace/trained"
	"latentspace/trained/saved"
)

// Model is a trained model. It is safe for concurrent use.
type Model struct {
	of   *trained.Model
	file string
	step int
}

// Open opens a trained model: the checkpoint at path, or of the folder of a run the newest sound
// checkpoint, or the best if its experiment says train.use: best. A model whose training kept averaged
// weights has those. A file that is damaged, or that is no checkpoint, is an error.
func Open(path string) (*Model, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("latentspace: %w", err)
	}
	dir, name := path, "."
	if !info.IsDir() {
		dir, name = filepath.Dir(path), filepath.Base(path)
	}
	m, err := OpenFS(os.DirFS(dir), name)
	if err != nil {
		return nil, err
	}
	m.file = filepath.Join(dir, m.file)
	return m, nil
}

// OpenFS opens a trained model in a file system, such as one within the program, as [Open] does on the
// disk.
func OpenFS(fsys fs.FS, name string) (*Model, error) {
	c, file, err := saved.Find(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("latentspace: %w", err)
	}
	m, step, err := saved.Read(c)
	if err != nil {
		return nil, fmt.Errorf("latentspace: %s: %w", file, err)
	}
	return &Model{of: m, file: file, step: step}, nil
}

// File is the checkpoint that the model was read from, and Step the number of steps of its training.
func (m *Model) File() string { return m.file }
func (m *Model) Step() int    { return m.step }

// Kind is the kind of the model, such as vae.
func (m *Model) Kind() string { return m.of.Kind }

// Shape is the shape of an example: (height, width, channels) of a picture.
func (m *Model) Shape() []int { return slices.Clone(m.of.Shape) }

// Dim is the number of values of a code, 0 of a model without a latent space of a known dimension.
func (m *Model) Dim() int {
	dim, err := m.of.Dim()
	if err != nil {
		return 0
	}
	return dim
}
