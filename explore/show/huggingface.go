package show

import (
	"context"
	"path/filepath"

	"latentspace/checkpoints"
	"latentspace/explore"
	"latentspace/export/huggingface"
	"latentspace/training"
)

// The draws and the reconstructions of a model card.
const (
	cardExamples = 16
	cardSeed     = 1
)

// exportHuggingFace are the files of a folder for the Hugging Face Hub.
func exportHuggingFace(ctx context.Context, m *training.Trained, _ explore.Options) ([]exportedFile, error) {
	h := huggingface.Model{Model: m.Model, Name: m.Config.Name, Data: m.Config.DataKind(), Step: m.Step}
	text, err := m.Config.YAML()
	if err != nil {
		return nil, err
	}
	h.Experiment = string(text)
	if h.Checkpoint, err = checkpoints.Read(m.File); err != nil {
		return nil, err
	}
	if h.Graphs, err = graphs(m); err != nil {
		return nil, err
	}
	if r := Kept(filepath.Dir(m.File), m.Step); r != nil && r.Run == explore.RunOf(m) {
		h.Report = r.Report
	}
	if h.Z, err = m.Draw(cardExamples, cardSeed); err != nil {
		return nil, err
	}
	if h.About, err = m.Conditions(cardExamples, cardSeed, nil); err != nil {
		return nil, err
	}
	if h.X, err = m.Decode(ctx, h.Z, h.About); err != nil {
		return nil, err
	}
	if m.HasEncoder() {
		pairs, err := explore.Reconstruct{Options: explore.Options{N: cardExamples, Seed: cardSeed, Split: "test"}}.Run(ctx, m)
		if err != nil {
			return nil, err
		}
		h.Originals, h.Decoded = pairs.Originals, pairs.Reconstruction
	}
	files, err := h.Files()
	if err != nil {
		return nil, err
	}
	var all []exportedFile
	for _, f := range files {
		one := exportedFile{ExportedFile{Name: f.Name}, f.Content}
		for _, g := range h.Graphs {
			if g.Name == f.Name {
				one.Inputs, one.Outputs = g.Inputs, g.Outputs
			}
		}
		all = append(all, one)
	}
	return all, nil
}
