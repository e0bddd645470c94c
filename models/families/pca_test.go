package families_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"latentspace/example"
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/autoencoders"
	"latentspace/nn"
	"latentspace/tensor"
)

// vectors are rows of d values in memory.
type vectors struct {
	d int
	x []float32
}

func (v vectors) Len() int { return len(v.x) / v.d }

func (v vectors) Read(i int, dst []float32) error {
	copy(dst, v.x[i*v.d:(i+1)*v.d])
	return nil
}

// fitted returns the parameters of a PCA of pictures, its loss on them, and the codes.
func fitted(t *testing.T, m autoencoders.PCA, x []float32, of example.Schema, n int) (p *nn.Params, loss float64, z []float32) {
	t.Helper()
	p = nn.NewParams(1)
	g := nn.NewGraph(p, nn.Options{})
	b := models.Input(g, models.Data{Schema: of}, n)
	l := m.Phases()[0].Loss(g, b)
	code := m.Encode(g, b).Mean
	program, err := nn.Compile(g, l.Total, code)
	if err != nil {
		t.Fatal(err)
	}
	var _ models.Fitted = m
	if err := m.Fit(context.Background(), vectors{of.Width(), x}, p); err != nil {
		t.Fatal(err)
	}
	copy(program.Input(models.InputName), x)
	if err := program.RunAll(); err != nil {
		t.Fatal(err)
	}
	return p, program.Scalar(l.Total), program.Output(code)
}

// Two patterns, each in half of the pictures, are a line: one component rebuilds them.
// They differ by 1 in each of 64 pixels, so that the codes are ±√64/2, the variance
// over n−1 is 16·16/15, and half the pictures have each sign.
func TestPCAOfTwoPatterns(t *testing.T) {
	for _, whiten := range []bool{false, true} {
		m := autoencoders.PCA{Latent: 2, Whiten: whiten}
		p, loss, z := fitted(t, m, pictures(16), example.Pictures(8, 8, 1), 16)
		if loss > 1e-9 {
			t.Errorf("whiten %v: squared error %v, want 0", whiten, loss)
		}
		want := 4.0
		if whiten {
			want = math.Sqrt(15.0 / 16)
		}
		for i := 0; i < len(z); i += 2 {
			if math.Abs(math.Abs(float64(z[i]))-want) > 1e-5 || math.Abs(float64(z[i+1])) > 1e-5 {
				t.Errorf("whiten %v: code %v, want ±%v and 0", whiten, z[i:i+2], want)
			}
		}
		drawn, err := m.Prior(p)
		if err != nil {
			t.Fatal(err)
		}
		prior := drawn.(latent.Gaussian)
		deviation := math.Sqrt(16 * 16.0 / 15)
		if whiten {
			if prior.Chol != nil {
				t.Errorf("whitened: prior with factor %v, want the standard normal", prior.Chol)
			}
		} else if math.Abs(float64(prior.Chol[0])-deviation) > 1e-5 || prior.Chol[3] > 1e-3 {
			t.Errorf("prior with factor %v, want deviations %v and 0", prior.Chol, deviation)
		}
		if n := p.Count(); n != 64+2*64+2+1 {
			t.Errorf("%d parameters, want 195", n)
		}
	}
}

// What a model keeps is what the analysis is made of again.
func TestPCAOfAModelPlacesNewPoints(t *testing.T) {
	x := pictures(16)
	for i := range x {
		x[i] += float32(math.Sin(float64(i) * 12.9898))
	}
	p, _, z := fitted(t, autoencoders.PCA{Latent: 3}, x, example.Points(64), 16)
	saved := map[string]*tensor.Tensor{"whiten": tensor.New()}
	for name, v := range p.All() {
		saved[strings.TrimPrefix(name, "pca.")] = v
	}
	saved["total"] = &tensor.Tensor{Data: saved["total"].Data}
	again, err := latent.PCAOf(saved)
	if err != nil {
		t.Fatal(err)
	}
	got := make([]float32, len(z))
	again.Transform(got, x)
	for i := range z {
		if math.Abs(float64(got[i]-z[i])) > 1e-5 {
			t.Errorf("codes %v, want %v", got, z)
			break
		}
	}
}

func TestPCARefusesMoreComponentsThanValues(t *testing.T) {
	g := nn.NewGraph(nn.NewParams(1), nn.Options{})
	autoencoders.PCA{Latent: 5}.Phases()[0].Loss(g, models.Input(g, models.Data{Schema: example.Pictures(2, 2, 1)}, 3))
	if err := g.Err(); err == nil || !strings.HasSuffix(err.Error(), "pca: 5 components, want at most the 4 values of an example") {
		t.Errorf("got %v, want the numbers of components and of values", err)
	}
	p := nn.NewParams(1)
	g = nn.NewGraph(p, nn.Options{})
	m := autoencoders.PCA{Latent: 3}
	m.Phases()[0].Loss(g, models.Input(g, models.Data{Schema: example.Points(4)}, 1))
	err := m.Fit(context.Background(), vectors{4, make([]float32, 12)}, p)
	if err == nil || !strings.Contains(err.Error(), "3 components of 3 rows of 4 values, want from 1 to 2") {
		t.Errorf("got %v, want the numbers of components and of rows", err)
	}
}
