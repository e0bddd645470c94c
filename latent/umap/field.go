package umap

import "latentspace/latent/mesh"

// spacing of the mesh, at which the push is right to a part in a thousand. Where a map is too wide for
// the largest mesh, it is doubled, up to widest.
const (
	spacing = 0.1
	widest  = 1.6
)

// field is the repulsion in the plane, by a mesh: half of it is the slope of the potential.
type field struct {
	n         int
	negative  float64
	potential *potential
	spacing   float64
	mesh      *mesh.Mesh
}

func newField(n int, c curve, negative float64) *field {
	f := &field{n: n, negative: negative, potential: newPotential(c)}
	f.space(spacing)
	return f
}

func (f *field) space(spacing float64) {
	f.spacing, f.mesh = spacing, mesh.New(f.n, f.potential.at, spacing)
}

// forces implements [repulsion]. They are NaN where a point is not finite, or too far from the others
// for any mesh.
func (f *field) forces(_ int, y, push []float32) {
	for sum := f.mesh.Forces(y, push); sum != sum && f.spacing < widest; sum = f.mesh.Forces(y, push) {
		f.space(2 * f.spacing)
	}
}

func (f *field) at(_ int, x, _, push []float32) { f.mesh.At(x, push) }

func (f *field) reach() float64 { return f.mesh.Span() }

func (f *field) factor() float32 { return float32(2 * f.negative / float64(f.n)) }
