package trained

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"latentspace/data"
	"latentspace/example"
	"latentspace/models"
	"latentspace/models/families"
	"latentspace/models/likelihoods"
	"latentspace/models/variational"
	"latentspace/tensor"
)

// untrained is a model of points in the plane with its first weights.
func untrained(t *testing.T, net models.Model, kind string) *Model {
	t.Helper()
	m, err := New(net, kind, models.Data{Schema: example.Points(2)}, 1)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// points are the training split of a ring.
func points(t *testing.T) data.Dataset {
	t.Helper()
	ring := data.Sources["ring"]().(data.Ring)
	ring.Train = 1200
	splits, err := ring.Open(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return splits.Train
}

func smallVAE(t *testing.T) *Model {
	net := families.Models["vae"]().(variational.VAE)
	net.Latent, net.Likelihood = 3, likelihoods.Gaussian{Sigma: likelihoods.Learned}
	return untrained(t, net, "vae")
}

func TestCodesOfADataSetAreThoseOfItsExamples(t *testing.T) {
	ctx := context.Background()
	m, ds := smallVAE(t), points(t)
	x, err := m.Read(ds, 0, ds.Len())
	if err != nil {
		t.Fatal(err)
	}
	want, err := m.Encode(ctx, x)
	if err != nil {
		t.Fatal(err)
	}
	got := 0
	if err := m.EachCode(ctx, ds, func(first int, z *tensor.Tensor) error {
		if first != got {
			t.Errorf("a batch begins at %d, want %d", first, got)
		}
		if !slices.Equal(z.Data, want.Data[3*first:3*first+len(z.Data)]) {
			t.Errorf("the codes from %d on are not those of the examples", first)
		}
		got += z.Shape[0]
		return nil
	}); err != nil || got != 1200 {
		t.Errorf("%d codes, %v, want 1200", got, err)
	}
	some, err := m.Codes(ctx, ds, 700)
	if err != nil || !slices.Equal(some.Data, want.Data[:2100]) {
		t.Errorf("the first 700 codes differ: %v", err)
	}
	mu, logvar, err := m.Posteriors(ctx, ds, 5000)
	if err != nil || !mu.Equal(want) || !slices.Equal(logvar.Shape, mu.Shape) || logvar.Equal(mu) {
		t.Errorf("the means of the posteriors are not the codes: %v", err)
	}
}

func TestCodesErrors(t *testing.T) {
	ctx := context.Background()
	vae, ds := smallVAE(t), points(t)
	if _, err := vae.Codes(ctx, ds, 0); err == nil || !strings.Contains(err.Error(), "codes of 0 examples of a data set of 1200, want at least 1") {
		t.Errorf("no codes: got %v", err)
	}
	ae := untrained(t, families.Models["ae"](), "ae")
	if _, _, err := ae.Posteriors(ctx, ds, 5); err == nil || !strings.Contains(err.Error(), "a model of kind ae has no posterior") {
		t.Errorf("posteriors of an autoencoder: got %v", err)
	}
	gan := untrained(t, families.Models["gan"](), "gan")
	if err := gan.EachCode(ctx, ds, nil); err == nil || !strings.Contains(err.Error(), "a model of kind gan has no encoder") {
		t.Errorf("codes of a GAN: got %v", err)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := vae.Codes(cancelled, ds, 5); err == nil || !strings.Contains(err.Error(), "canceled") {
		t.Errorf("a context that has ended: got %v", err)
	}
}

// A text is a vector of its tokens and of how often it has each word, and with many words of the
// latter alone.
func TestTextsAsVectors(t *testing.T) {
	for _, words := range []int{3, 1 << 13} {
		f := example.Field{Name: "text", Kind: example.Tokens, Shape: []int{4}, View: example.Text}
		for i := range words {
			f.Words = append(f.Words, fmt.Sprint(i))
		}
		m := &Model{Schema: example.Of(f)}
		got := m.Vectors(&tensor.Tensor{Shape: []int{1, 4}, Data: []float32{2, 1, 2, -1}}).Data
		want := []float32{0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2}
		if words > 3 {
			want = make([]float32, words)
			want[1], want[2] = 1, 2
		}
		if !slices.Equal(got, want) || len(m.VectorFields()) != len(want) {
			t.Errorf("%d words: got %d values, want %d, and %d fields", words, len(got), len(want), len(m.VectorFields()))
		}
	}
}
