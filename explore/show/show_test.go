package show

import (
	"context"
	"io"
	"testing"

	"latentspace/experiments"
	"latentspace/training"
)

// learned trains an experiment and returns its model.
func learned(t *testing.T, text string) *training.Trained {
	t.Helper()
	cfg, err := experiments.Parse("test.yaml", []byte("name: test\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if _, err := training.Run(context.Background(), cfg, training.Options{Dir: dir, Log: io.Discard}); err != nil {
		t.Fatal(err)
	}
	m, _, err := training.Find(dir, "", false, func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// tiny is a model of glyphs that is trained a little, for what does not depend on how well.
const tiny = "data: {kind: glyphs, train: 120, valid: 20, test: 20}\n" +
	"model: {kind: vae, latent: 3, encoder: {kind: mlp, hidden: [16]}}\ntrain: {epochs: 1, batch: 20, samples: 0}\n"
