package fitting_test

import (
	"context"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"latentspace/kernel"
	"latentspace/latent"
	"latentspace/latent/fitting"
	"latentspace/tensor"
)

// Each kind is what its own fit makes of the codes.
func TestEachKindIsFitted(t *testing.T) {
	z := clusters(90)
	logvar := tensor.New(z.Shape...)
	g, err := latent.FitGaussian(z)
	if err != nil {
		t.Fatal(err)
	}
	m, quality, err := latent.FitMixture(context.Background(), z, latent.MixtureOptions{Components: 2, Diagonal: true, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	k, err := latent.FitKDE(z, latent.Silverman(90, 2))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		spec   fitting.Spec
		logvar *tensor.Tensor
		want   latent.Prior
		fitted fitting.Fitted
	}{
		{"a Gaussian", fitting.Spec{Kind: "gaussian"}, nil, g, fitting.Fitted{Codes: 90}},
		{"a mixture", fitting.Spec{Kind: "gmm", Components: 2, Diagonal: true, Seed: 3}, nil, m, fitting.Fitted{Codes: 90, Components: 2, LogLikelihood: &quality.LogLikelihood, BIC: &quality.BIC}},
		{"a kernel density estimate", fitting.Spec{Kind: "kde"}, nil, k, fitting.Fitted{Codes: 90, Bandwidth: k.Bandwidth}},
		{"posteriors", fitting.Spec{Kind: "aggregate"}, logvar, latent.Aggregate{Mean: z, LogVar: logvar}, fitting.Fitted{Codes: 90}},
		{"points", fitting.Spec{Kind: "aggregate"}, nil, latent.Empirical{Codes: z}, fitting.Fitted{Codes: 90}},
	} {
		p, fitted, err := fitting.Fit(context.Background(), c.spec, z, c.logvar)
		if err != nil || !reflect.DeepEqual(p, c.want) || !reflect.DeepEqual(fitted, c.fitted) {
			t.Errorf("%s: got %T, %+v, %v, want %T, %+v", c.name, p, fitted, err, c.want, c.fitted)
		}
	}
	if got, want := fitting.Kinds(), []string{"aggregate", "flow", "gaussian", "gmm", "kde"}; !slices.Equal(got, want) {
		t.Errorf("kinds %v, want %v", got, want)
	}
}

func TestFitErrors(t *testing.T) {
	z := clusters(10)
	for _, c := range []struct {
		name   string
		spec   fitting.Spec
		z      *tensor.Tensor
		logvar *tensor.Tensor
		want   string
	}{
		{"an unknown kind", fitting.Spec{Kind: "spline"}, z, nil, `fitting: prior "spline", want one of aggregate, flow, gaussian, gmm, kde`},
		{"components of a Gaussian", fitting.Spec{Kind: "gaussian", Components: 2}, z, nil, "fitting: prior gaussian with components or diagonal covariances, which only gmm has"},
		{"diagonals of a kernel", fitting.Spec{Kind: "kde", Diagonal: true}, z, nil, "fitting: prior kde with components or diagonal"},
		{"components below zero", fitting.Spec{Kind: "gmm", Components: -1}, z, nil, "fitting: prior gmm of -1 components, want at least 1"},
		{"more components than codes", fitting.Spec{Kind: "gmm", Components: 11}, z, nil, "latent: mixture: 11 components of 10 codes"},
		{"updates of a mixture", fitting.Spec{Kind: "gmm", Flow: fitting.Flow{Updates: 3}}, z, nil, "fitting: prior gmm with updates, width, blocks or steps, which only flow has"},
		{"updates below zero", fitting.Spec{Kind: "flow", Flow: fitting.Flow{Updates: -3}}, z, nil, "fitting: prior flow: updates -3, want at least 1, or 0 for 4000"},
		{"a flow of one code", fitting.Spec{Kind: "flow"}, tensor.New(1, 2), nil, "fitting: flow: codes of shape [1 2], want at least 2"},
		{"a flow of a NaN", fitting.Spec{Kind: "flow"}, nanAt(10, 2, 3), nil, "fitting: flow: code 1 has the value NaN"},
		{"a kernel of one code", fitting.Spec{Kind: "kde"}, tensor.New(1, 2), nil, "latent: kde: 1 codes, want at least 2"},
		{"codes that are no table", fitting.Spec{Kind: "kde"}, tensor.New(4), nil, "latent: kde: codes of shape [4]"},
		{"a Gaussian of a NaN", fitting.Spec{Kind: "gaussian"}, nanAt(10, 2, 3), nil, "latent: gaussian: code 1"},
		{"points that are no numbers", fitting.Spec{Kind: "aggregate"}, nanAt(10, 2, 3), nil, "latent: empirical: code 1"},
		{"posteriors of other examples", fitting.Spec{Kind: "aggregate"}, z, tensor.New(9, 2), "latent: aggregate: log-variances of shape [9 2]"},
	} {
		if p, _, err := fitting.Fit(context.Background(), c.spec, c.z, c.logvar); p != nil || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, %v, want %s", c.name, p, err, c.want)
		}
	}
}

// A fitted prior of a kind that can be kept is read again to the bit. The other kinds have no
// tensors.
func TestFittedPriorsAreReadFromTheirTensors(t *testing.T) {
	specs := []fitting.Spec{{Kind: "gmm", Components: 3}, {Kind: "gmm", Components: 2, Diagonal: true}}
	for _, kind := range fitting.Kinds() {
		if kind == "flow" { // see TestAFlowIsReadFromItsTensors
			continue
		}
		specs = append(specs, fitting.Spec{Kind: kind})
	}
	for _, s := range specs {
		p, _, err := fitting.Fit(context.Background(), s, clusters(60), nil)
		if err != nil {
			t.Fatal(err)
		}
		kept, ok := p.(latent.Kept)
		if (fitting.CheckKept(s.Kind) == nil) != ok {
			t.Errorf("%+v: tensors are %v, and CheckKept says %v", s, ok, fitting.CheckKept(s.Kind))
		}
		if !ok {
			continue
		}
		again, err := fitting.Read(s.Kind, kept.Tensors())
		if err != nil || !reflect.DeepEqual(again, p) {
			t.Errorf("%+v: got %v, %v, want %v", s, again, err, p)
		}
	}
}

func TestReadErrors(t *testing.T) {
	for _, c := range []struct {
		name, kind, want string
		from             map[string]*tensor.Tensor
	}{
		{"an unknown kind", "spline", `fitting: prior "spline", want one of`, nil},
		{"a kind that is its codes", "kde", "fitting: prior kde cannot be kept, as it consists of all the codes that it is fitted to: want flow, gaussian or gmm", nil},
		{"a tensor that is missing", "gaussian", "fitting: prior gaussian: no tensor mean, want a vector", nil},
	} {
		if p, err := fitting.Read(c.kind, c.from); p != nil || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, %v, want %s", c.name, p, err, c.want)
		}
	}
}

// clusters are codes of two values around (3, 1) and (−3, 0), a third of them around the first.
func clusters(n int) *tensor.Tensor {
	z := tensor.New(n, 2)
	kernel.Normal(z.Data, kernel.Seed(1, "clusters"))
	for i := range n {
		x, y := z.Data[2*i]/2, z.Data[2*i+1]/2
		if i%3 == 0 {
			z.Data[2*i], z.Data[2*i+1] = 3+x, 1+x*0.8+y*0.6
		} else {
			z.Data[2*i] = -3 + x
			z.Data[2*i+1] = y
		}
	}
	return z
}

func nanAt(n, d, i int) *tensor.Tensor {
	z := tensor.New(n, d)
	z.Data[i] = float32(math.NaN())
	return z
}
