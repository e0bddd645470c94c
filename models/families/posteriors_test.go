package families_test

import (
	"math"
	"testing"

	"latentspace/example"
	"latentspace/models"
	"latentspace/models/autoencoders"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/models/priors"
	"latentspace/models/variational"
)

// term is the value of a term of the first phase.
func (tr *training) term(t *testing.T, name string) float64 {
	t.Helper()
	for _, term := range tr.terms[0] {
		if term.Name == name {
			return tr.programs[0].Scalar(term.Value)
		}
	}
	t.Fatalf("no term %s", name)
	return 0
}

// As of the VAE, −ELBO comes between the entropy ln 2 and 2 nats above it: what makes dimensions
// independent leaves one that tells two patterns apart.
func TestModelsWithAPosteriorLearnTwoPatterns(t *testing.T) {
	coder := parts.Coder{Latent: 2, Encoder: nets["mlp"], Likelihood: likelihoods.Bernoulli{}}
	stratified := variational.DefaultTCVAE
	stratified.Estimator = "stratified"
	weighted := variational.DefaultTCVAE
	weighted.Beta = 2
	factor, dip, info := variational.DefaultFactorVAE, variational.DefaultDIPVAE, variational.DefaultInfoVAE
	factor.Discriminator = nets["mlp"]
	dip.OffDiagonal, dip.Diagonal = 1, 1
	info.Lambda, info.Alpha = 2, 0
	weighted.Coder, stratified.Coder, factor.Coder, dip.Coder, info.Coder = coder, coder, coder, coder, coder
	stratified.Beta = 2
	sphere := variational.DefaultSVAE
	sphere.Latent, sphere.Encoder, sphere.Likelihood = 2, nets["mlp"], likelihoods.Bernoulli{}
	flow, ladder := variational.DefaultIAFVAE, variational.DefaultLadderVAE
	flow.Latent, flow.Encoder, flow.Likelihood, flow.FlowHidden, flow.Context = 2, nets["mlp"], likelihoods.Bernoulli{}, []int{8}, 4
	flow.CodePrior = priors.MAF{Flows: 2, Hidden: []int{8}}
	ladder.Latent, ladder.Top, ladder.Features, ladder.Encoder, ladder.Upper, ladder.Likelihood, ladder.Warmup = 2, 1, 8, nets["mlp"], nets["mlp"], likelihoods.Bernoulli{}, 0
	for name, m := range map[string]models.Model{
		"weighted": weighted, "stratified": stratified, "factorvae": factor, "dipvae": dip, "infovae": info, "svae": sphere,
		"iafvae": flow, "laddervae": ladder,
	} {
		t.Run(name, func(t *testing.T) {
			tr := compileTold(t, m, models.Data{Schema: example.Pictures(8, 8, 1), Examples: 1000}, 16)
			for _, p := range tr.programs {
				copy(p.Input(models.InputName), pictures(16))
			}
			got := 0.0 // mean of the last 100 steps
			for n := range 600 {
				tr.step(t, n, 600)
				if n >= 500 {
					got += tr.term(t, "neg_elbo") / 100
				}
			}
			if !(got < math.Ln2+2 && got > math.Ln2-0.05) {
				t.Errorf("−ELBO %v nats, want it from ln 2 to ln 2 + 2", got)
			}
		})
	}
}

// A category of two tells two patterns apart exactly: the KL is ln 2, and nothing is left to say, so
// that −ELBO is the entropy, where draws in training are categories. With capacities of 0 for numbers
// and ln 2 for categories, which rises from 0 so that they do not become certain before they tell
// anything, the pattern is in the category, and not in the numbers.
func TestCategoriesTellTwoPatterns(t *testing.T) {
	gumbel, joint := variational.DefaultGumbelVAE, variational.DefaultJointVAE
	gumbel.Codes, gumbel.Categories, gumbel.Encoder, gumbel.Likelihood, gumbel.StraightThrough = 1, 2, nets["mlp"], likelihoods.Bernoulli{}, true
	joint.Latent, joint.Codes, joint.Categories, joint.Encoder, joint.Likelihood, joint.StraightThrough = 1, 1, 2, nets["mlp"], likelihoods.Bernoulli{}, true
	joint.Capacity, joint.CategoriesCapacity, joint.CapacityEpochs, joint.Gamma = 0, math.Ln2, 5, 5
	for name, m := range map[string]models.Model{"gumbelvae": gumbel, "jointvae": joint} {
		t.Run(name, func(t *testing.T) {
			tr := compile(t, m, pictures(16), example.Pictures(8, 8, 1), 16)
			for n := range 800 {
				tr.programs[0].Input(models.EpochName)[0] = float32(n) / 100
				tr.step(t, n, 800)
			}
			if got := tr.term(t, "neg_elbo"); !(got > math.Ln2-0.01 && got < math.Ln2+0.5) { // of 64 pixels

				t.Errorf("−ELBO %v nats, want ln 2", got)
			}
			if name == "jointvae" {
				if all, of := tr.term(t, "kl"), tr.term(t, "kl_categories"); math.Abs(of-math.Ln2) > 0.05 || all-of > 0.05 {
					t.Errorf("a KL of %v nats, %v of categories, want ln 2 and all of it", all, of)
				}
			}
		})
	}
}

// Of codes with a correlation of 0.9 the total correlation is −½ ln(1 − 0.9²), 0.83 nats, which the
// discriminator finds, while the encoder stays what it is.
func TestTheDiscriminatorFindsTheTotalCorrelation(t *testing.T) {
	m := variational.DefaultFactorVAE
	m.Coder = parts.Coder{Latent: 2, Encoder: networks.MLP{Activation: "relu", Norm: "none", Init: "glorot"}, Likelihood: likelihoods.Gaussian{Sigma: "1"}}
	m.Discriminator = networks.MLP{Hidden: []int{32, 32}, Activation: "tanh", Norm: "none", Init: "glorot"}
	const n = 512
	x := make([]float32, 2*n)
	for i := range n { // a rank-one lattice through the quantiles, whose square is filled evenly
		a := math.Sqrt2 * math.Erfinv(2*(float64(i)+0.5)/n-1)
		_, at := math.Modf((float64(i) + 0.5) * (math.Sqrt(5) - 1) / 2)
		b := math.Sqrt2 * math.Erfinv(2*at-1)
		x[2*i], x[2*i+1] = float32(a), float32(0.9*a+math.Sqrt(1-0.81)*b)
	}
	tr := compile(t, m, x, example.Points(2), n)
	copy(tr.params.Get("autoencoder.encoder.out.weight").Data, []float32{1, 0, 0, 0, 0, 1, 0, 0}) // μ = x
	copy(tr.params.Get("autoencoder.encoder.out.bias").Data, []float32{0, 0, -20, -20})
	tr.programs, tr.rules = tr.programs[1:], tr.rules[1:]
	elbo := compile(t, m, x, example.Points(2), n)
	for step := range 400 {
		tr.step(t, step, 400)
	}
	if err := elbo.params.Load(tr.params.All()); err != nil {
		t.Fatal(err)
	}
	if err := elbo.programs[0].RunAll(); err != nil {
		t.Fatal(err)
	}
	if got, want := elbo.term(t, "total_correlation"), -0.5*math.Log(1-0.81); math.Abs(got-want) > 0.2 {
		t.Errorf("total correlation %v nats, want %v", got, want)
	}
}

// Codes of points become like draws from N(0, I), and still tell the points.
func TestTheDiscrepancyMakesCodesLikeThePrior(t *testing.T) {
	const n = 128
	x := make([]float32, 2*n)
	for i := range n {
		x[2*i], x[2*i+1] = 3+float32(i%16)/16, -2+float32(i/16)/4
	}
	mlp := networks.MLP{Hidden: []int{32}, Activation: "tanh", Norm: "none", Init: "glorot"}
	for kernel, height := range map[string]float64{"imq": 7, "rbf": 1} {
		m := autoencoders.WAE{Latent: 2, Encoder: mlp, Lambda: 20, Kernel: kernel}
		tr := compile(t, m, x, example.Points(2), n)
		mmd, e := 0.0, 0.0
		for step := range 600 {
			tr.step(t, step, 600)
			if step >= 500 {
				mmd += tr.term(t, "mmd") / 100
				e += tr.term(t, "squared_error") / 100
			}
		}
		// Codes that are all 0 have 1 + ½ − 4/3, a sixth, by the radial kernel of height 1.
		if !(mmd < 0.06*height && e < 0.05) { // the points have the variance 0.08 + 0.33
			t.Errorf("%s: discrepancy %v and squared error %v, want less than %v and 0.05", kernel, mmd, e, 0.06*height)
		}
	}
}
