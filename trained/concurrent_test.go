package trained

import (
	"context"
	"sync"
	"testing"

	"latentspace/example"
	"latentspace/models"
)

// Callers at the same time have programs of their own: none sees the values of another.
func TestAModelIsSafeForConcurrentUse(t *testing.T) {
	ctx := context.Background()
	net := models.Models["vae"]().(models.VAE)
	net.Latent = 3
	m, err := New(net, "vae", models.Data{Schema: example.Pictures(8, 8, 1)}, 1)
	if err != nil {
		t.Fatal(err)
	}
	const callers, rounds = 4, 20
	z, err := m.Draw(callers, 1)
	if err != nil {
		t.Fatal(err)
	}
	want, err := m.Decode(ctx, z, nil)
	if err != nil {
		t.Fatal(err)
	}
	codes, err := m.Encode(ctx, Examples{X: want})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range callers {
		all.Go(func() {
			for range rounds {
				x, err := m.Decode(ctx, rows(z, i, i+1), nil)
				if err != nil || !x.Equal(rows(want, i, i+1)) {
					t.Errorf("caller %d decoded something else, %v", i, err)
					return
				}
				back, err := m.Encode(ctx, Examples{X: x})
				if err != nil || !back.Equal(rows(codes, i, i+1)) {
					t.Errorf("caller %d encoded something else, %v", i, err)
					return
				}
			}
		})
	}
	all.Wait()
}
