package training

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"latentspace/data"
	"latentspace/experiments"
	"latentspace/models"
	"latentspace/models/families"
	"latentspace/tensor"
)

// everyData are data sets that models are tried on, in this order: points, pictures and text, with
// classes.
var everyData = []string{
	"{kind: ring, train: 70, valid: 16, test: 16}",
	"{kind: glyphs, train: 70, valid: 16, test: 16}",
	"{kind: sentences, train: 70, valid: 16, test: 16}",
}

// everyConfig is an experiment of 20 steps with the defaults of a kind and some edits, on the first data
// set that it is for.
func everyConfig(t *testing.T, kind string, sets []string) experiments.Config {
	t.Helper()
	train := "{epochs: 4, batch: 16, samples: 0, checkpoint: {every: 2}}"
	if _, ok := families.Models[kind]().(models.Fitted); ok {
		train = "{batch: 16, samples: 0}"
	}
	var errs []error
	for _, d := range everyData {
		c := parse(t, fmt.Sprintf("name: every\ndata: %s\nmodel: {kind: %s}\ntrain: %s\n", d, kind, train),
			sets...)
		splits, err := c.Data.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		told := models.Data{Schema: splits.Train.Schema(), Examples: splits.Train.Len()}
		if described, ok := splits.Train.(data.Described); ok {
			told.About = described.About()
		}
		if err := families.Suits(c.Model, kind, told); err != nil {
			errs = append(errs, err)
			continue
		}
		if _, err := newTrainer(c, told); err != nil {
			errs = append(errs, err)
			continue
		}
		return c
	}
	t.Fatalf("no data set is for it: %v", errors.Join(errs...))
	return experiments.Config{}
}

// everySets are edits for kinds whose defaults do not suit the small data sets.
var everySets = map[string][]string{
	"latent-diffusion": {"model.from=2", "model.flow={width: 16, blocks: 1, steps: 2}", "model.condition=[class]", "model.guidance=2"},
	"flow-vae":         {"model.from=2", "model.flow={width: 16, blocks: 1}"},
	"pca":              {"model.latent=2"},
	"rvq":              {"model.prior={network: {kind: gru, units: 8}, from: 2}"},
	"vq-vae":           {"model.decay=0.9", "model.revival=0.2", "model.prior={network: {kind: transformer, width: 16}, from: 2}"},
}

// everyVariant are kinds with other parts than those of their defaults, and their edits.
var everyVariant = map[string][]string{
	"iwae": {"model.gradient=dreg", "model.draws=3"},
	"vae":  {"model.prior={kind: vamp, components: 7}", "model.encoder={kind: gated, hidden: [8]}", "model.anneal=linear", "model.target_rate=5", "model.target_epochs=2"},
	"gan":  {"model.loss=relativistic", "model.r1=1", "model.r2=1", "model.pack=2", "model.condition=[class]", "model.augment=[colour, translation, cutout]"},
}

// TestEveryModelTrainsResumesAndSamples asks every kind of model for what all of them promise: it
// builds, makes 20 steps, has the bits of a run that never stopped when it is stopped and goes on, and
// then draws, encodes and decodes from its checkpoint alone.
func TestEveryModelTrainsResumesAndSamples(t *testing.T) {
	each := func(name, kind string, sets []string) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := everyConfig(t, kind, sets)
			whole, stopped := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "stopped")
			want, err := Run(t.Context(), c, Options{Dir: whole, Log: io.Discard})
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			got, err := Run(ctx, c, Options{Dir: stopped, Log: &stopper{lines: 3, stop: cancel}})
			if errors.Is(err, ErrInterrupted) {
				got, err = Run(t.Context(), c, Options{Dir: stopped, Log: io.Discard})
			} else if _, fitted := c.Model.(models.Fitted); !fitted {
				t.Fatalf("the run was not stopped: %v", err)
			}
			if err != nil {
				t.Fatal(err)
			}
			a, errA := os.ReadFile(filepath.Join(whole, want.Checkpoint))
			b, errB := os.ReadFile(filepath.Join(stopped, got.Checkpoint))
			if errA != nil || errB != nil || !bytes.Equal(a, b) {
				t.Errorf("the checkpoint of the run that was stopped differs (%v, %v): weights %s, want %s", errA, errB, got.ParamsSHA256, want.ParamsSHA256)
			}
			everyUse(t, filepath.Join(whole, want.Checkpoint))
		})
	}
	for _, kind := range slices.Sorted(maps.Keys(families.Models)) {
		each(kind, kind, everySets[kind])
	}
	for kind, sets := range everyVariant {
		each("another "+kind, kind, sets)
	}
}

// everyUse asks the model of a checkpoint for what it claims: each result is finite and owes nothing to
// the others of a call.
func everyUse(t *testing.T, checkpoint string) {
	t.Helper()
	m, err := Open(checkpoint)
	if err != nil {
		t.Fatal(err)
	}
	splits, err := m.Config.Data.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	alike := func(what string, of func(n int) (*tensor.Tensor, error)) {
		t.Helper()
		few, err := of(2)
		if err != nil {
			t.Errorf("%s: %v", what, err)
			return
		}
		more, err := of(5)
		if err != nil {
			t.Errorf("%s: %v", what, err)
			return
		}
		if !finiteValues(more.Data) {
			t.Errorf("%s has values that are not finite", what)
		}
		if !slices.Equal(few.Data, more.Data[:len(few.Data)]) {
			t.Errorf("%s of two is not that of the first two of five", what)
		}
	}
	does := false
	if m.HasPrior() && m.CanDecode() {
		does = true
		alike("Samples", func(n int) (*tensor.Tensor, error) { return m.Samples(t.Context(), n, 1) })
	}
	if m.CanEncode() {
		does = true
		alike("Encode", func(n int) (*tensor.Tensor, error) {
			x, err := m.Read(splits.Test, 0, n)
			if err != nil {
				return nil, err
			}
			return m.Encode(t.Context(), x)
		})
	}
	if m.CanReconstruct() {
		alike("Reconstruct", func(n int) (*tensor.Tensor, error) {
			x, err := m.Read(splits.Test, 0, n)
			if err != nil {
				return nil, err
			}
			return m.Reconstruct(t.Context(), x)
		})
	}
	if !does {
		t.Error("the model neither samples nor encodes")
	}
}

func finiteValues(x []float32) bool {
	return !slices.ContainsFunc(x, func(v float32) bool { return v-v != 0 })
}
