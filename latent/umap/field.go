package umap

import "latentspace/latent/mesh"

// spacing of the mesh, at which the push is right to a part in a thousand. Where a map is too wide for
// the largest mesh, it is doubled, up to widest.
const (
	spacing = 0.1
	widest  = 1.6
)

// field is the repulsion in the plane.
type field struct {
	n         int
	potential *potential
	spacing   float64
	mesh      *mesh.Mesh
}

func newField(n int, c curve) *field {
	f := &field{n: n, potential: newPotential(c)}
	f.space(spacing)
	return f
}

func (f *field) space(spacing float64) {
	f.spacing, f.mesh = spacing, mesh.New(f.n, f.potential.at, spacing)
}

// forces writes Σⱼ ½R(|y[i] − y[j]|²) (y[i] − y[j]). They are NaN where a point is not finite, or too
// far from the others for any mesh.
func (f *field) forces(y, push []float32) {
	for sum := f.mesh.Forces(y, push); sum != sum && f.spacing < widest; sum = f.mesh.Forces(y, push) {
		f.space(2 * f.spacing)
	}
}
