// Package onnx writes the encoder, the decoder or the generator of a trained model as files of ONNX,
// which run in any language. Their graphs are the operations of the program, translated: what ONNX
// lacks is composed of what it has.
//
// The first axis of inputs and outputs is "batch", of any size. Pictures are (batch, channels, height,
// width).
package onnx

import (
	"fmt"
	"strings"

	"latentspace/models"
	"latentspace/nn"
	"latentspace/trained"
)

// File is a model of ONNX.
type File struct {
	Name    string   // such as decoder.onnx
	Inputs  []string // such as z (batch, 16)
	Outputs []string
	Content []byte
}

// names are those of all files that [Of] can return.
var names = []string{"encoder.onnx", "decoder.onnx", "generator.onnx"}

// Of returns the files of a model, each with what is said of the model, by keys: the encoder and the
// decoder of one that has an encoder, and else the generator. One that ONNX cannot compute is an error
// that says what it lacks.
func Of(m *trained.Model, about map[string]string) ([]File, error) {
	if _, writes := m.Net.(models.Sequential); writes {
		return nil, fmt.Errorf("onnx: the decoder of a model of kind %s cannot be exported: it writes token by token, each by those before, which no one graph does", m.Kind)
	}
	var files []File
	add := func(part string, outputs []string, of func(batch int) ([]nn.Operation, error)) error {
		f, err := file(m, part, outputs, about, of)
		if err == nil {
			files = append(files, f)
		}
		return err
	}
	if m.HasEncoder() {
		outputs := []string{"code"}
		if m.HasPosterior() {
			outputs = []string{"mean", "log_variance"}
		}
		if err := add("encoder", outputs, m.EncoderOperations); err != nil {
			return nil, err
		}
	}
	if m.CanDecode() {
		part := "decoder"
		if !m.HasEncoder() {
			part = "generator"
		}
		if err := add(part, []string{"x"}, func(batch int) ([]nn.Operation, error) {
			all, err := m.DecoderOperations(batch)
			return all.Decode, err
		}); err != nil {
			return nil, err
		}
	}
	if len(files) == 0 {
		return nil, m.Lacks("encoder and no decoder")
	}
	return files, nil
}

// most is how long a file can be: messages of protobuf are below 2 GB.
const most = 1<<31 - 1<<20

// file makes the model of a part from its operations for two batches.
func file(m *trained.Model, part string, outputs []string, about map[string]string, of func(batch int) ([]nn.Operation, error)) (File, error) {
	fail := func(err error) (File, error) {
		return File{}, fmt.Errorf("onnx: the %s of a model of kind %s cannot be exported: %w", part, m.Kind, err)
	}
	all, err := of(lesser)
	if err != nil {
		return fail(err)
	}
	other, err := of(greater)
	if err != nil {
		return fail(err)
	}
	inputs := map[string]string{models.InputName: "x", models.AboutName: models.AboutName}
	if part != "encoder" {
		inputs[models.InputName] = "z"
	}
	g, err := build(part, m.Weights(), all, other, inputs, outputs)
	if err != nil {
		return fail(err)
	}
	total := 0
	for _, t := range g.initials {
		total += 4*len(t.floats) + 8*len(t.ints)
	}
	if total > most {
		return fail(fmt.Errorf("its weights are %d bytes, want at most %d", total, most))
	}
	f := File{Name: part + ".onnx", Inputs: said(g.inputs), Outputs: said(g.outputs)}
	f.Content = model{graph: g, doc: fmt.Sprintf("The %s of a model of kind %s.", part, m.Kind), metadata: metadata(m, about)}.encode()
	return f, nil
}

// said are inputs or outputs as one reads them.
func said(all []info) (lines []string) {
	for _, v := range all {
		var dims []string
		for _, d := range v.dims {
			switch {
			case d.name != "":
				dims = append(dims, d.name)
			case d.size < 0:
				dims = append(dims, "?")
			default:
				dims = append(dims, fmt.Sprint(d.size))
			}
		}
		lines = append(lines, fmt.Sprintf("%s (%s)", v.name, strings.Join(dims, ", ")))
	}
	return lines
}
