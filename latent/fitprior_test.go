package latent

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"

	"latentspace/tensor"
)

// Each kind is what its own fit makes of the codes.
func TestFitPriorFitsEachKind(t *testing.T) {
	z := clusters(90)
	logvar := tensor.New(z.Shape...)
	g, err := FitGaussian(z)
	if err != nil {
		t.Fatal(err)
	}
	m, quality, err := FitMixture(context.Background(), z, MixtureOptions{Components: 2, Diagonal: true, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	k, err := FitKDE(z, Silverman(90, 2))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		spec   PriorSpec
		logvar *tensor.Tensor
		want   Prior
		fitted Fitted
	}{
		{"a Gaussian", PriorSpec{Kind: "gaussian"}, nil, g, Fitted{Codes: 90}},
		{"a mixture", PriorSpec{Kind: "gmm", Components: 2, Diagonal: true, Seed: 3}, nil, m, Fitted{Codes: 90, Components: 2, LogLikelihood: &quality.LogLikelihood, BIC: &quality.BIC}},
		{"a kernel density estimate", PriorSpec{Kind: "kde"}, nil, k, Fitted{Codes: 90, Bandwidth: k.Bandwidth}},
		{"posteriors", PriorSpec{Kind: "aggregate"}, logvar, Aggregate{z, logvar}, Fitted{Codes: 90}},
		{"points", PriorSpec{Kind: "aggregate"}, nil, Empirical{z}, Fitted{Codes: 90}},
	} {
		p, fitted, err := FitPrior(context.Background(), c.spec, z, c.logvar)
		if err != nil || !reflect.DeepEqual(p, c.want) || !reflect.DeepEqual(fitted, c.fitted) {
			t.Errorf("%s: got %T, %+v, %v, want %T, %+v", c.name, p, fitted, err, c.want, c.fitted)
		}
	}
	if got, want := PriorKinds(), []string{"aggregate", "gaussian", "gmm", "kde"}; !slices.Equal(got, want) {
		t.Errorf("kinds %v, want %v", got, want)
	}
}

func TestFitPriorErrors(t *testing.T) {
	z := clusters(10)
	for _, c := range []struct {
		name   string
		spec   PriorSpec
		z      *tensor.Tensor
		logvar *tensor.Tensor
		want   string
	}{
		{"an unknown kind", PriorSpec{Kind: "flow"}, z, nil, `latent: prior "flow", want one of aggregate, gaussian, gmm, kde`},
		{"components of a Gaussian", PriorSpec{Kind: "gaussian", Components: 2}, z, nil, "latent: prior gaussian with components or diagonal covariances, which only gmm has"},
		{"diagonals of a kernel", PriorSpec{Kind: "kde", Diagonal: true}, z, nil, "latent: prior kde with components or diagonal"},
		{"components below zero", PriorSpec{Kind: "gmm", Components: -1}, z, nil, "latent: prior gmm of -1 components, want at least 1"},
		{"more components than codes", PriorSpec{Kind: "gmm", Components: 11}, z, nil, "latent: mixture: 11 components of 10 codes"},
		{"a kernel of one code", PriorSpec{Kind: "kde"}, tensor.New(1, 2), nil, "latent: kde: 1 codes, want at least 2"},
		{"codes that are no table", PriorSpec{Kind: "kde"}, tensor.New(4), nil, "latent: kde: codes of shape [4]"},
		{"a Gaussian of a NaN", PriorSpec{Kind: "gaussian"}, nanAt(10, 2, 3), nil, "latent: gaussian: code 1"},
		{"points that are no numbers", PriorSpec{Kind: "aggregate"}, nanAt(10, 2, 3), nil, "latent: aggregate: code 1"},
		{"posteriors of other examples", PriorSpec{Kind: "aggregate"}, z, tensor.New(9, 2), "latent: aggregate: log-variances of shape [9 2]"},
	} {
		if p, _, err := FitPrior(context.Background(), c.spec, c.z, c.logvar); p != nil || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, %v, want %s", c.name, p, err, c.want)
		}
	}
}
