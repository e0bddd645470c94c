// Package huggingface makes the files of a trained model that are pushed to the Hugging Face Hub: its
// weights, what it is, its graphs of ONNX, draws of it, and a model card.
package huggingface

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"latentspace/checkpoints"
	"latentspace/data/npy"
	"latentspace/evaluation"
	"latentspace/example"
	"latentspace/export"
	"latentspace/export/folder"
	"latentspace/export/onnx"
	"latentspace/internal/safejson"
	"latentspace/render"
	"latentspace/tensor"
	"latentspace/trained"
	"latentspace/trained/saved"
)

// Model is a trained model with what is shown of it.
type Model struct {
	*trained.Model
	Name       string // of the experiment
	Data       string // the kind of its data
	Step       int    // of training
	Experiment string // in YAML, with every default
	Checkpoint *checkpoints.Checkpoint

	Graphs []onnx.File
	Report *evaluation.Report // nil where none was kept

	Z, About, X        *tensor.Tensor // codes, what was told with them (nil for nothing), and what they are decoded to
	Originals, Decoded *tensor.Tensor // of reconstructions; nil of a model without an encoder
}

// Names are those of all files that [Model.Files] can return.
func Names() []string {
	return append(onnx.Names(), "README.md", "config.json", "experiment.yaml", "model.safetensors",
		"samples.npz", "samples.png", "samples.wav", "reconstructions.png")
}

// Files returns the files of the folder. They are a function of the model alone.
func (m Model) Files() ([]folder.File, error) {
	var files []folder.File
	add := func(name string, write func(b *bytes.Buffer) error) error {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			return fmt.Errorf("huggingface: %s: %w", name, err)
		}
		files = append(files, folder.File{Name: name, Content: b.Bytes()})
		return nil
	}
	for _, f := range []struct {
		name  string
		write func(b *bytes.Buffer) error
	}{
		{"README.md", m.card}, {"config.json", m.config}, {"model.safetensors", m.weights}, {"samples.npz", m.samples},
	} {
		if err := add(f.name, f.write); err != nil {
			return nil, err
		}
	}
	files = append(files, folder.File{Name: "experiment.yaml", Content: []byte(m.Experiment)})
	if m.drawn() {
		if err := add("samples.png", func(b *bytes.Buffer) error { return m.grid(b, m.X) }); err != nil {
			return nil, err
		}
	}
	if m.paired() {
		if err := add("reconstructions.png", m.pairs); err != nil {
			return nil, err
		}
	}
	if m.Schema.IsSound() {
		if err := add("samples.wav", func(b *bytes.Buffer) error { return export.WriteSound(b, m.Schema, m.X, 0) }); err != nil {
			return nil, err
		}
	}
	for _, g := range m.Graphs {
		files = append(files, folder.File{Name: g.Name, Content: g.Content})
	}
	return files, nil
}

// drawn reports whether there is a picture of examples: of pictures, sounds and points in the plane.
func (m Model) drawn() bool {
	return m.Schema.IsPicture() || !m.Schema.IsTable() && !m.Schema.IsText() && len(m.Shape) == 1 && m.Shape[0] == 2
}

// paired reports whether there is a picture of reconstructions.
func (m Model) paired() bool { return m.Schema.IsPicture() && m.Originals != nil }

func (m Model) grid(b *bytes.Buffer, x *tensor.Tensor) error {
	if m.Schema.IsPicture() {
		img, err := render.Grid(x, render.GridOptions{})
		if err != nil {
			return err
		}
		return render.WritePNG(b, img)
	}
	img, err := render.Scatter(x, nil, render.ScatterOptions{X: "x0", Y: "x1"})
	if err != nil {
		return err
	}
	return render.WritePNG(b, img)
}

func (m Model) pairs(b *bytes.Buffer) error {
	img, err := render.Pairs(m.Originals, m.Decoded, render.GridOptions{})
	if err != nil {
		return err
	}
	return render.WritePNG(b, img)
}

// weights writes the checkpoint without the state of training. Of a weight that has an average there is
// the average alone.
func (m Model) weights(b *bytes.Buffer) error {
	c := &checkpoints.Checkpoint{Meta: m.Checkpoint.Meta, Tensors: map[string]*tensor.Tensor{}}
	averages := saved.Under(m.Checkpoint.Tensors, saved.AveragePrefix)
	for name, t := range m.Checkpoint.Tensors {
		param, ok := strings.CutPrefix(name, saved.ParamPrefix)
		_, averaged := averages[param]
		if ok && !averaged || strings.HasPrefix(name, saved.AveragePrefix) || strings.HasPrefix(name, saved.PriorPrefix) {
			c.Tensors[name] = t
		}
	}
	return checkpoints.Encode(b, c)
}

// config writes what the model is.
func (m Model) config(b *bytes.Buffer) error {
	likelihood, _ := m.Likelihood()
	dim, err := m.Dim()
	if err != nil {
		return err
	}
	text, err := safejson.Marshal(struct {
		Type       string         `json:"model_type"`
		Name       string         `json:"name"`
		Data       string         `json:"data"`
		Step       int            `json:"step"`
		Latent     int            `json:"latent_size"`
		Shape      []int          `json:"shape"`
		Schema     example.Schema `json:"schema"`
		Likelihood string         `json:"likelihood,omitempty"`
		Conditions []string       `json:"conditions,omitempty"`
		Experiment string         `json:"experiment"`
	}{m.Kind, m.Name, m.Data, m.Step, dim, m.Shape, m.Schema, likelihood, m.Conditional(), m.Experiment})
	if err != nil {
		return err
	}
	return json.Indent(b, text, "", "  ")
}

// samples writes the inputs of the decoder and what it makes of them, as the graphs have both.
func (m Model) samples(b *bytes.Buffer) error {
	z := npy.NewArchiveWriter(b)
	for _, a := range []struct {
		name string
		x    *tensor.Tensor
	}{{"z", m.Z}, {"about", m.About}, {"x", channelsFirst(m.X)}} {
		if a.x == nil {
			continue
		}
		w, err := z.Create(a.name, npy.Float32, a.x.Shape...)
		if err != nil {
			return err
		}
		if err := npy.Write(w, a.x.Data); err != nil {
			return err
		}
	}
	return z.Close()
}

// channelsFirst are pictures (n, height, width, channels) as (n, channels, height, width), and else x.
func channelsFirst(x *tensor.Tensor) *tensor.Tensor {
	if len(x.Shape) != 4 {
		return x
	}
	n, size, channels := x.Shape[0], x.Shape[1]*x.Shape[2], x.Shape[3]
	y := tensor.New(n, channels, x.Shape[1], x.Shape[2])
	for i := range n {
		for p := range size {
			for c := range channels {
				y.Data[(i*channels+c)*size+p] = x.Data[(i*size+p)*channels+c]
			}
		}
	}
	return y
}
