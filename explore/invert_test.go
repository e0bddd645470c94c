package explore

import (
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/tensor"
	"latentspace/trained"
	"latentspace/training"
)

// identity is a GAN of points whose generator makes of each code the point itself.
func identity(t *testing.T) *training.Trained {
	t.Helper()
	m := learned(t, `data: {kind: moons, train: 64, valid: 8, test: 8}
model: {kind: gan, latent: 2, generator: {kind: mlp, hidden: []}, discriminator: {kind: mlp, hidden: [4]}}
train: {epochs: 1, batch: 16, samples: 0}
`)
	for name, v := range m.Weights() {
		switch {
		case !strings.HasPrefix(name, "generator."):
		case strings.HasSuffix(name, ".weight"):
			copy(v.Data, []float32{1, 0, 0, 1})
		default:
			clear(v.Data)
		}
	}
	return m
}

// exact is as good as descent gets where there is an inverse.
var exact = trained.Inversion{Steps: 400, Restarts: 2, Rate: 0.1, Seed: 1}

func near(a, b []float32) bool {
	for i, v := range a {
		if math.Abs(float64(v)-float64(b[i])) > 0.01 {
			return false
		}
	}
	return len(a) == len(b)
}

func TestInvertFindsTheCodesOfExamples(t *testing.T) {
	m := identity(t)
	r, err := Invert{Options{N: 6, Seed: 1, Split: "test"}, exact}.Run(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	if !near(r.Codes.Data, r.Originals.Data) || !near(r.Reconstruction.Data, r.Originals.Data) {
		t.Errorf("codes %v, decoded to %v, want %v", r.Codes.Data, r.Reconstruction.Data, r.Originals.Data)
	}
	sum := 0.0
	for _, e := range r.Report.SquaredErrors {
		sum += e / 6
	}
	if math.Abs(sum-r.Report.SquaredError) > 1e-9 || sum > 1e-4 || r.Report.Variance == nil || *r.Report.Variance < 0.5 || r.Report.Encoder != nil {
		t.Errorf("got %+v, want errors near 0 beside the variance of moons, about 0.8", r.Report)
	}
	if got := r.Report.String(); !strings.Contains(got, "of the variance of the data") || !strings.Contains(got, "times as long as draws") {
		t.Errorf("got %q", got)
	}
	ae := learned(t, "data: {kind: moons, train: 64, valid: 8, test: 8}\nmodel: {kind: ae, latent: 2, encoder: {hidden: [8]}}\ntrain: {epochs: 1, batch: 16, samples: 0}\n")
	r, err = Invert{Options{N: 6, Seed: 1, Split: "test"}, exact}.Run(t.Context(), ae)
	if err != nil || r.Report.Encoder == nil || r.Report.SquaredError >= *r.Report.Encoder || !strings.Contains(r.Report.String(), "that of the encoder's codes") {
		t.Errorf("an autoencoder: got %+v, %v, want it nearer than by its encoder", r.Report, err)
	}
}

// A GAN that inverts does what needs an encoder: examples come back, are the ends of rows, and are
// placed; without, each of these says what would help.
func TestVerbsOfAModelThatInverts(t *testing.T) {
	ctx := t.Context()
	plain, m := identity(t), identity(t)
	var err error
	if m.Model, err = m.Inverting(exact); err != nil {
		t.Fatal(err)
	}
	o := Options{N: 2, Seed: 1, Split: "test"}
	ds, err := m.Split(ctx, "test")
	if err != nil {
		t.Fatal(err)
	}
	x, err := m.Values(ds, 0, 8)
	if err != nil {
		t.Fatal(err)
	}
	point := func(i int) []float32 { return x.Data[2*i : 2*i+2] }
	for name, verb := range map[string]func(m *training.Trained) error{
		"reconstruct": func(m *training.Trained) error {
			r, err := Reconstruct{o}.Run(ctx, m)
			if err == nil && !near(r.Reconstruction.Data, r.Originals.Data) {
				t.Errorf("reconstructed %v, want %v", r.Reconstruction.Data, r.Originals.Data)
			}
			return err
		},
		"interpolate": func(m *training.Trained) error {
			r, err := Interpolate{Options: o, Method: "lerp", Steps: 3, From: 1, To: 4}.Run(ctx, m)
			if err == nil && (!near(r.Rows.Examples[0].Data[:2], point(1)) || !near(r.Rows.Examples[0].Data[4:], point(4))) {
				t.Errorf("a row %v, want it from %v to %v", r.Rows.Examples[0].Data, point(1), point(4))
			}
			return err
		},
		"map": func(m *training.Trained) error {
			r, err := Map{Options: Options{N: 8, Seed: 1, Split: "test"}, Space: "codes", Method: "pca"}.Run(ctx, m)
			if err == nil {
				total := func(p *tensor.Tensor) (sum float64) { // distances stay, as both components are kept
					for i := range 8 {
						for j := range 8 {
							sum += math.Hypot(float64(p.Data[2*i]-p.Data[2*j]), float64(p.Data[2*i+1]-p.Data[2*j+1]))
						}
					}
					return sum
				}
				if got, want := total(r.Points), total(x); math.Abs(got-want) > 0.1 {
					t.Errorf("distances on the map come to %v, want %v as between the points", got, want)
				}
			}
			return err
		},
		"encode": func(m *training.Trained) error {
			_, err := Encode{Options: o, Precision: "float32"}.Run(ctx, m)
			return err
		},
	} {
		if err := verb(m); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := verb(plain); err == nil || !strings.Contains(err.Error(), "-invert finds codes by descent through its decoder") {
			t.Errorf("%s without -invert: got %v", name, err)
		}
	}
	r, err := Traverse{Options: o, Steps: 3, Range: 1, From: 3, Fit: 64}.Run(ctx, m)
	if err != nil || r.Report.Around != "example 3" {
		t.Fatalf("traverse: around %q, %v, want example 3", r.Report.Around, err)
	}
	for k, row := range r.Rows.Examples { // only one of the two values moves, around 0
		other := 1 - r.Report.Dimensions[k].Index
		if !near([]float32{row.Data[2+other]}, []float32{point(3)[other]}) {
			t.Errorf("traverse: row %v, want value %d as in %v", row.Data, other, point(3))
		}
	}
	if r, err = (Traverse{Options: o, Steps: 3, Range: 1, From: -1, Fit: 64}).Run(ctx, m); err != nil || r.Report.Around != "draw 0" {
		t.Errorf("traverse: around %q, %v, want draw 0", r.Report.Around, err)
	}
	v := Vary{Options: o, Attribute: "class:1", Method: "means", Strengths: []float64{0, 1}, Fit: 60, Check: 8, From: 2}
	moved, err := v.Run(ctx, m)
	if err != nil || !near(moved.Rows.Examples[0].Data[:2], point(2)) || !moved.Report.CodesDrawn || !slices.Equal(moved.Rows.Names, []string{"#2", "#3"}) {
		t.Errorf("vary: got %+v, %v, want it from examples 2 and 3 on, along a direction of draws", moved, err)
	}
}
