package training

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/data"
	"latentspace/experiments"
	"latentspace/models"
	"latentspace/models/families"
	"latentspace/tensor"
)

// Without noise and batch normalisation a step in shards is one of the whole batch, up to rounding.
func TestShardsMakeTheSameStep(t *testing.T) {
	weights := func(shards int) map[string]*tensor.Tensor {
		dir := filepath.Join(t.TempDir(), "run")
		m := trainedIn(t, dir, `
name: shards
data: {kind: glyphs, train: 64, valid: 16, test: 16}
model: {kind: ae, latent: 3, encoder: {kind: conv, channels: [4, 4]}}
train: {batch: 32, epochs: 1, samples: 0, ema: 0.5, clip: 1, optimizer: {kind: sgd, lr: 0.1}}
`, false, fmt.Sprintf("train.shards=%d", shards))
		return lastOf(t, dir, m).Tensors
	}
	want := weights(1)
	for _, shards := range []int{2, 8} {
		for name, got := range weights(shards) {
			for i, v := range got.Data {
				if math.Abs(float64(v-want[name].Data[i])) > 1e-6 {
					t.Fatalf("%d shards: %s[%d] is %v, and %v without", shards, name, i, v, want[name].Data[i])
				}
			}
		}
	}
}

// A run in shards ends with the same bytes whether it was stopped or not, and is replayed.
func TestShardsAreResumed(t *testing.T) {
	c := parse(t, replayed, "train.batch=16", "train.shards=4")
	whole, stopped := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "stopped")
	want, err := Run(t.Context(), c, Options{Dir: whole, Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	sameRun(t, "shards", want, runWithStops(t, c, stopped), whole, stopped)
	if v := verified(t, whole, 0); !v.Agrees {
		t.Errorf("the replay differs: %+v", v)
	}
}

// A value that is not finite is found in its shard, which is not the last.
func TestWhatIsNotFiniteIsFoundInItsShard(t *testing.T) {
	c := parse(t, tiny["ae"], "train.batch=8", "train.shards=4")
	tr, err := newTrainer(c, shaped(50, 28, 28, 1))
	if err != nil {
		t.Fatal(err)
	}
	b := &data.Batch{X: tensor.New(8, 28, 28, 1), Index: []int{10, 11, 12, 13, 14, 15, 16, 17}}
	b.X.Data[3*28*28] = float32(math.Inf(1)) // of shard 1
	err = tr.run(func() (*data.Batch, error) { return b, nil }, tr.meter())
	var bad *NonFiniteError
	if !errors.As(err, &bad) || !strings.Contains(bad.Where, "input x, element 784") || !slices.Equal(bad.Batch, []int{12, 13}) {
		t.Errorf("got %v, want the pixel of example 13 as the place, among examples 12 and 13", err)
	}
}

func TestWrongShards(t *testing.T) {
	for want, sets := range map[string][]string{
		"train.shards: 3, want a power of two from 1 to 65536":                  {"train.shards=3"},
		"train.shards: -2, want a power of two":                                 {"train.shards=-2"},
		"train.shards: 8, want it to divide the 20 examples of train.batch":     {"train.batch=20", "train.shards=8"},
		"train.shards: 64, want it to divide the batch, which is all 20 exam":   {"train.shards=64", "data.train=20"},
		"train.shards: 8, of 1 examples each, want at least 2 in each, the few": {"train.batch=8", "train.shards=8", "model={kind: factorvae}"},
	} {
		src := "name: shards\ndata: {kind: ring, train: 70, valid: 16, test: 16}\nmodel: {kind: vae}\n"
		c, err := experiments.Parse("f.yaml", []byte(src), sets...)
		if err == nil {
			_, err = Run(t.Context(), c, Options{Dir: filepath.Join(t.TempDir(), "run"), Log: io.Discard})
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: got %v, want %q", sets, err, want)
		}
	}
}

// Every kind of model trains in shards.
func TestEveryModelTrainsInShards(t *testing.T) {
	if !long {
		t.Skip("without LATENTSPACE_LONG the models of the tests above stand for all")
	}
	for _, kind := range slices.Sorted(maps.Keys(families.Models)) {
		if _, fitted := families.Models[kind]().(models.Fitted); fitted {
			continue
		}
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			c := everyConfig(t, kind, append(slices.Clone(everySets[kind]), "train.shards=2", "train.epochs=3"))
			if _, err := Run(t.Context(), c, Options{Dir: filepath.Join(t.TempDir(), "run"), Log: io.Discard}); err != nil {
				t.Fatal(err)
			}
		})
	}
}
