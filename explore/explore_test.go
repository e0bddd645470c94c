package explore

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
