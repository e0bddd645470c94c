package latentspace_test

import (
	"testing"

	"latentspace"
)

// The time from a checkpoint on the disk to its first picture: of a model of the size of mnist-vae,
// whose file has the state of its optimizer too.
func BenchmarkOpenToFirstPicture(b *testing.B) {
	run, err := train(b.TempDir(), `
name: sized
data: {kind: glyphs, train: 200, valid: 0, test: 10}
model: {kind: vae, latent: 20, encoder: {kind: mlp, hidden: [400]}}
train: {epochs: 1, batch: 50, samples: 0}
`)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		m, err := latentspace.Open(run)
		if err != nil {
			b.Fatal(err)
		}
		x, err := m.Sample(b.Context(), 1, 1, nil)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := m.Image(x[0]); err != nil {
			b.Fatal(err)
		}
	}
}

// A picture of one code, as a service draws it.
func BenchmarkDecodeOne(b *testing.B) {
	run, err := train(b.TempDir(), tinyVAE)
	if err != nil {
		b.Fatal(err)
	}
	m, err := latentspace.Open(run)
	if err != nil {
		b.Fatal(err)
	}
	z := [][]float32{make([]float32, m.Dim())}
	for b.Loop() {
		if _, err := m.Decode(b.Context(), z, nil); err != nil {
			b.Fatal(err)
		}
	}
}
