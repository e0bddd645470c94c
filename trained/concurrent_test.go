package trained

import (
	"context"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"latentspace/example"
	"latentspace/models"
	"latentspace/models/families"
	"latentspace/models/networks"
	"latentspace/models/variational"
	"latentspace/tensor"
)

// Callers at the same time have programs of their own: none sees the values of another.
func TestAModelIsSafeForConcurrentUse(t *testing.T) {
	ctx := context.Background()
	net := families.Models["vae"]().(variational.VAE)
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

// Programs of a step are kept and used again, and so are the states in them: each caller has its own,
// whether texts are drawn or searched for.
func TestTextsAreWrittenByCallersAtOnce(t *testing.T) {
	f := example.Field{Name: "text", Kind: example.Tokens, Shape: []int{7}, View: example.Text, Words: []string{"", "a", "b", "c"}, Text: &example.Spelling{Unit: example.Char, Of: example.Lines}}
	drawing, err := New(families.Models["textvae"](), "textvae", models.Data{Schema: example.Of(f)}, 3)
	if err != nil {
		t.Fatal(err)
	}
	searching, err := drawing.Writing(Decoding{Beams: 3})
	if err != nil {
		t.Fatal(err)
	}
	const callers, rounds = 4, 5
	z, err := drawing.Draw(callers, 1)
	if err != nil {
		t.Fatal(err)
	}
	write := func(m *Model, i int) *tensor.Tensor {
		x, err := m.Generate(t.Context(), rows(z, i, i+1), nil, i, 1)
		if err != nil {
			t.Error(err)
			return tensor.New(1, 7)
		}
		return x
	}
	var want [callers][2]*tensor.Tensor
	for i := range callers {
		want[i] = [2]*tensor.Tensor{write(drawing, i), write(searching, i)}
	}
	var all sync.WaitGroup
	for i := range callers {
		all.Go(func() {
			for range rounds {
				for k, m := range []*Model{drawing, searching} {
					if got := write(m, i); !got.Equal(want[i][k]) {
						t.Errorf("caller %d wrote %v, want %v", i, got.Data, want[i][k].Data)
					}
				}
			}
		})
	}
	all.Wait()
}

// One model decodes for eight callers at once what it decodes for one, picture by picture: codes in
// batches of several sizes, by layers that hold something for a batch too.
func TestEightCallersDecodeRight(t *testing.T) {
	const callers = 8
	decodes := 100 // of each caller
	switch {
	case testing.Short():
		decodes = 20
	case os.Getenv("LATENTSPACE_LONG") != "":
		decodes = 10_000
	}
	conv := families.Models["vae"]().(variational.VAE)
	convolutions := networks.Networks["conv"]().(networks.Conv)
	convolutions.Channels, convolutions.Norm = []int{4, 4}, "batch"
	conv.Latent, conv.Encoder = 3, convolutions
	for name, net := range map[string]models.Model{"vae": families.Models["vae"](), "conv": conv, "gan": families.Models["gan"]()} {
		t.Run(name, func(t *testing.T) {
			kind := name
			if name == "conv" {
				kind = "vae"
			}
			m, err := New(net, kind, models.Data{Schema: example.Pictures(8, 8, 1)}, 1)
			if err != nil {
				t.Fatal(err)
			}
			const codes = 64
			z, err := m.Draw(codes, 1)
			if err != nil {
				t.Fatal(err)
			}
			want := tensor.New(codes, 8, 8, 1)
			for i := range codes {
				x, err := m.Decode(t.Context(), rows(z, i, i+1), nil)
				if err != nil {
					t.Fatal(err)
				}
				copy(want.Data[i*64:], x.Data)
			}
			var wrong atomic.Int64
			var all sync.WaitGroup
			for caller := range callers {
				all.Go(func() {
					for k := range decodes {
						at := (7*caller + 5*k) % (codes - 3)
						n := 1 + k%3
						x, err := m.Decode(t.Context(), rows(z, at, at+n), nil)
						if err != nil || !x.Equal(rows(want, at, at+n)) {
							wrong.Add(1)
						}
					}
				})
			}
			all.Wait()
			if n := wrong.Load(); n != 0 {
				t.Errorf("%d of %d decodes are wrong", n, callers*decodes)
			}
		})
	}
}
