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

// Names are those of all files that [Of] can return.
func Names() []string {
	return []string{"encoder.onnx", "decoder.onnx", "decoder_start.onnx", "decoder_step.onnx", "generator.onnx"}
}

// Of returns the files of a model, each with what is said of the model, by keys: the encoder and the
// decoder of one that has an encoder, and else the generator. One that ONNX cannot compute is an error
// that says what it lacks.
//
// A decoder that writes token by token is two files. decoder_start gives the state before the first
// token. decoder_step takes a token, at first −1, and the state, and gives the logits of the next token
// and the next state.
func Of(m *trained.Model, about map[string]string) ([]File, error) {
	parts, err := partsOf(m)
	if err != nil {
		return nil, err
	}
	var files []File
	for _, p := range parts {
		f, err := file(m, p, about)
		if err != nil {
			return nil, fmt.Errorf("onnx: the %s of a model of kind %s cannot be exported: %w", p.name, m.Kind, err)
		}
		files = append(files, f)
	}
	return files, nil
}

// mapping is a part of a model: its operations for a batch, and the names of its outputs.
type mapping struct {
	name    string
	outputs []string
	of      func(batch int) ([]nn.Operation, error)
}

// partsOf are the parts that a model has.
func partsOf(m *trained.Model) (all []mapping, err error) {
	if m.HasEncoder() {
		outputs := []string{"code"}
		if m.HasPosterior() {
			outputs = []string{"mean", "log_variance"}
		}
		all = append(all, mapping{"encoder", outputs, m.EncoderOperations})
	}
	_, writes := m.Net.(models.Sequential)
	switch {
	case m.CanDecode() && writes:
		start, step, err := writing(m)
		if err != nil {
			return nil, err
		}
		all = append(all, start, step)
	case m.CanDecode():
		name := "decoder"
		if !m.HasEncoder() {
			name = "generator"
		}
		all = append(all, mapping{name, []string{"x"}, func(batch int) ([]nn.Operation, error) {
			all, err := m.DecoderOperations(batch)
			return all.Decode, err
		}})
	}
	if len(all) == 0 {
		return nil, m.Lacks("encoder and no decoder")
	}
	return all, nil
}

// writing are the parts of a decoder that writes token by token.
func writing(m *trained.Model) (start, step mapping, err error) {
	all, err := m.DecoderOperations(lesser)
	if err != nil {
		return start, step, err
	}
	start = mapping{"decoder_start", nil, func(batch int) ([]nn.Operation, error) {
		all, err := m.DecoderOperations(batch)
		return all.Start, err
	}}
	step = mapping{"decoder_step", []string{"logits"}, func(batch int) ([]nn.Operation, error) {
		all, err := m.DecoderOperations(batch)
		return all.Step, err
	}}
	for _, o := range all.Start {
		if o.Name == "output" {
			name := fmt.Sprintf("state%d", len(start.outputs))
			start.outputs, step.outputs = append(start.outputs, name), append(step.outputs, "next_"+name)
		}
	}
	return start, step, nil
}

// most is how long a file can be: messages of protobuf are below 2 GB.
const most = 1<<31 - 1<<20

// file makes the model of a part from its operations for two batches.
func file(m *trained.Model, p mapping, about map[string]string) (File, error) {
	all, err := p.of(lesser)
	if err != nil {
		return File{}, err
	}
	other, err := p.of(greater)
	if err != nil {
		return File{}, err
	}
	first := info{name: "x", dims: dimensions(append([]size{{1, 0}}, fixed(m.Shape...)...))}
	if p.name != "encoder" {
		dim, err := m.Dim()
		if err != nil {
			return File{}, err
		}
		first = info{name: "z", dims: []dimension{{name: "batch"}, {size: dim}}}
	}
	g, err := build(p.name, m.Weights(), all, other, first, inputsOf(all, first.name), p.outputs)
	if err != nil {
		return File{}, err
	}
	total := 0
	for _, t := range g.initials {
		total += 4*len(t.floats) + 8*len(t.ints)
	}
	if total > most {
		return File{}, fmt.Errorf("its weights are %d bytes, want at most %d", total, most)
	}
	f := File{Name: p.name + ".onnx", Inputs: said(g.inputs), Outputs: said(g.outputs)}
	f.Content = model{graph: g, doc: fmt.Sprintf("The %s of a model of kind %s.", p.name, m.Kind), metadata: metadata(m, about)}.encode()
	return f, nil
}

// inputsOf are the names of the inputs in ONNX by those in the program, of which that of examples, or of
// codes, is another.
func inputsOf(all []nn.Operation, code string) map[string]string {
	names := map[string]string{}
	for _, o := range all {
		if o.Name == "input" && o.Param != models.EpochName {
			names[o.Param] = o.Param
		}
	}
	names[models.InputName] = code
	return names
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
