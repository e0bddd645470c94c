package onnx

import (
	"io"
	"path/filepath"
	"slices"
	"testing"

	"latentspace/checkpoints"
	"latentspace/experiments"
	"latentspace/training"
)

// Models that were trained have the program's numbers in onnxruntime, those with averaged weights too.
func TestTrainedModelsInOnnxruntime(t *testing.T) {
	b := &bench{t: t, dir: t.TempDir()}
	p := python(t)
	for name, model := range map[string]string{
		"vae":      "{kind: vae, latent: 4, encoder: {kind: conv, channels: [4, 8], norm: batch}}",
		"averaged": "{kind: vae, latent: 4, encoder: {kind: conv, channels: [4, 8], norm: batch}}",
		"resnet":   "{kind: vae, latent: 4, encoder: {kind: resnet, channels: [8, 16], blocks: 1, norm: group}}",
		"cvae":     "{kind: cvae, latent: 4, encoder: {kind: mlp, hidden: [16], norm: layer}}",
		"gan":      "{kind: gan, latent: 4, generator: {kind: mlp, hidden: [16], norm: batch}, discriminator: {kind: mlp, hidden: [16]}}",
		"pca":      "{kind: pca, latent: 4}",
	} {
		train := "{epochs: 3, batch: 50, samples: 0}"
		if name == "averaged" {
			train = "{epochs: 3, batch: 50, samples: 0, ema: 0.9}"
		}
		if name == "pca" {
			train = "{samples: 0}"
		}
		c, err := experiments.Parse(name, []byte("name: "+name+"\ndata: {kind: glyphs, train: 500, valid: 0, test: 20}\nmodel: "+model+"\ntrain: "+train+"\n"))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		dir := filepath.Join(t.TempDir(), name)
		if _, err := training.Run(t.Context(), c, training.Options{Dir: dir, Log: io.Discard}); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		m, _, err := training.Find(dir, "", false, func(err error) { t.Error(err) })
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if name == "averaged" {
			differFromTheLast(t, m)
		}
		if err := b.add(name, m.Model, count()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	b.run(p, 1e-5)
}

// differFromTheLast reports a model whose weights are those of the last step, not averages.
func differFromTheLast(t *testing.T, m *training.Trained) {
	t.Helper()
	c, err := checkpoints.Read(m.File)
	if err != nil {
		t.Fatal(err)
	}
	const name = "decoder.layer2.weight"
	if got, last := m.Weights()[name].Data, c.Tensors["param/"+name].Data; slices.Equal(got, last) {
		t.Errorf("%s has the values of the last step, want averages", name)
	}
}
