package experiments

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"latentspace/models"
	"latentspace/models/families"
	"latentspace/models/likelihoods"
	"latentspace/models/priors"
	"latentspace/models/variational"
	"latentspace/nn/optim"
)

const vaeOf = "name: a\ndata: {kind: glyphs, valid: 5000}\nmodel: {kind: vae, latent: 2%s}\n"

func vaeWith(keys string) string { return strings.Replace(vaeOf, "%s", keys, 1) }

func likelihoodOf(c Config) likelihoods.Likelihood { return c.Model.(variational.VAE).Likelihood }

// Every way in which a likelihood was written once is valid, and means what it meant where its
// deviation is given. The kept form states every key, and means the learned deviation where it
// has none.
func TestSpellingsOfALikelihood(t *testing.T) {
	fixed, learned, optimal := likelihoods.Gaussian{Sigma: likelihoods.Fixed(0.1)}, likelihoods.Gaussian{Sigma: likelihoods.Learned}, likelihoods.Gaussian{Sigma: likelihoods.Optimal}
	for name, test := range map[string]struct {
		keys       string
		want, kept likelihoods.Likelihood
	}{
		"nothing":                           {"", likelihoods.Auto{}, likelihoods.Bernoulli{}},
		"bernoulli":                         {", likelihood: bernoulli", likelihoods.Bernoulli{}, likelihoods.Bernoulli{}},
		"bernoulli with no deviation":       {", likelihood: bernoulli, sigma: 0", likelihoods.Bernoulli{}, likelihoods.Bernoulli{}},
		"gaussian":                          {", likelihood: gaussian", optimal, learned},
		"gaussian with a deviation":         {", likelihood: gaussian, sigma: 0.1", fixed, fixed},
		"the same with more digits":         {", likelihood: gaussian, sigma: 0.10", fixed, fixed},
		"gaussian with a learned deviation": {", likelihood: gaussian, sigma: 0", learned, learned},
		"gaussian, in the form of now":      {", likelihood: {kind: gaussian, sigma: 0.1}", fixed, fixed},
		"optimal, in the form of now":       {", likelihood: {kind: gaussian, sigma: optimal}", optimal, optimal},
		"0, in the form of now":             {", likelihood: {kind: gaussian, sigma: 0}", learned, learned},
		"another kind":                      {", likelihood: laplace", likelihoods.Laplace{Scale: likelihoods.Optimal}, likelihoods.Laplace{Scale: likelihoods.Optimal}},
	} {
		t.Run(name, func(t *testing.T) {
			for form, read := range map[string]func(string, []byte, ...string) (Config, error){"new": Parse, "kept": ParseKept} {
				c, err := read("f.yaml", []byte(vaeWith(test.keys)))
				if err != nil {
					t.Fatalf("%s: %v", form, err)
				}
				want := test.want
				if form == "kept" {
					want = test.kept
				}
				m := c.Model.(variational.VAE)
				if m.Likelihood != want || m.Sigma != "" || m.CodePrior != (priors.Normal{}) {
					t.Errorf("%s: %#v with sigma %q and prior %#v, want %#v alone and the normal prior", form, m.Likelihood, m.Sigma, m.CodePrior, want)
				}
				// What a run keeps says the same, whoever reads it.
				src, err := c.YAML()
				if err != nil {
					t.Fatal(err)
				}
				for _, again := range []func(string, []byte, ...string) (Config, error){Parse, ParseKept} {
					if d, err := again("config.yaml", src); err != nil || likelihoodOf(d) != want {
						t.Errorf("%s is kept as\n%s%v, %v", form, src, d.Model, err)
					}
				}
			}
		})
	}
}

func TestADeviationOfALikelihoodThatHasNone(t *testing.T) {
	for keys, want := range map[string]string{
		", likelihood: bernoulli, sigma: 0.1":                  "f.yaml:3:61: model.sigma: the likelihood bernoulli has none; use likelihood: gaussian",
		", likelihood: {kind: gaussian, sigma: 0.2}, sigma: 0": "model.sigma: learned, and likelihood.sigma is 0.2: want one of them",
		", likelihood: gaussian, sigma: -1":                    `f.yaml:3:60: model.sigma: "-1", want optimal, learned, or a number above 0`,
		", likelihood: {kind: gaussian, sigma: wide}":          `f.yaml:3:67: model.likelihood.sigma: "wide", want optimal, learned, or a number above 0`,
		", likelihood: {kind: bernoulli, sigma: 0.1}":          "f.yaml:3:61: model.likelihood.sigma: unknown key of this kind, only of gaussian",
		", likelihood: {kind: discretised, levels: 1}":         "f.yaml:3:71: model.likelihood.levels: 1, want it from 2 to 65536",
		", likelihood: gaussian, sigma: [1]":                   "f.yaml:3:60: model.sigma: a list, want a word",
		", prior: {kind: mixture, components: 0}":              "f.yaml:3:66: model.prior.components: 0, want it from 1 to 10000",
		", likelihood: {kind: gaussian, sigma: optiml}":        `model.likelihood.sigma: "optiml", want optimal, learned, or a number above 0`,
	} {
		_, err := Parse("f.yaml", []byte(vaeWith(keys)))
		if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", keys, err, want)
		}
	}
}

// An edit in the earlier form goes with a file of either.
func TestEditsOfALikelihood(t *testing.T) {
	for _, test := range []struct {
		keys string
		sets []string
		want likelihoods.Likelihood
	}{
		{", likelihood: gaussian", []string{"model.sigma=0.1"}, likelihoods.Gaussian{Sigma: likelihoods.Fixed(0.1)}},
		{"", []string{"model.likelihood=gaussian", "model.sigma=0"}, likelihoods.Gaussian{Sigma: likelihoods.Learned}},
		{", likelihood: {kind: gaussian, sigma: 3}", []string{"model.likelihood.sigma=0.1"}, likelihoods.Gaussian{Sigma: likelihoods.Fixed(0.1)}},
		{", likelihood: bernoulli", []string{"model.likelihood={kind: gaussian, sigma: learned}"}, likelihoods.Gaussian{Sigma: likelihoods.Learned}},
	} {
		if c, err := Parse("f.yaml", []byte(vaeWith(test.keys)), test.sets...); err != nil || likelihoodOf(c) != test.want {
			t.Errorf("%q with %v: got %#v, %v, want %#v", test.keys, test.sets, c.Model, err, test.want)
		}
	}
}

// beta1 is that of the first rule of an experiment.
func beta1(t *testing.T, c Config) float64 {
	t.Helper()
	adam, ok := c.Train.Optimizer.(optim.Adam)
	if !ok {
		t.Fatalf("the optimizer is %#v, want adam", c.Train.Optimizer)
	}
	return adam.Beta1
}

// Models whose phases play against each other get the beta1 of their papers where nobody gives
// one, and what is given stays.
func TestBeta1OfAdversarialModels(t *testing.T) {
	for name, f := range families.Models {
		want := 0.9
		if models.Adversarial(f()) {
			want = 0.5
		}
		head := "name: a\ndata: {kind: glyphs}\nmodel: {kind: " + name + "}\n"
		if _, fitted := f().(models.Fitted); fitted {
			continue
		}
		for keys, want := range map[string]float64{
			"": want,
			"train: {optimizer: {kind: adam, lr: 0.0002}}\n":    want,
			"train: {optimizer: {lr: 0.0002}}\n":                want,
			"train: {optimizer: adam}\n":                        want,
			"train: {optimizer: {kind: adam, beta1: 0.9}}\n":    0.9,
			"train: {optimizer: {beta1: 0.8}}\n":                0.8,
			"train: {optimizer: {kind: adam, beta1: 0.0}}\n":    0,
			"train: {optimizer: {kind: adam, beta2: 0.9}}\n":    want,
			"train: {epochs: 3, optimizer: {kind: adam}}\n":     want,
			"train: {optimizer: {kind: adam, epsilon: 1e-6}}\n": want,
		} {
			c, err := Parse("f.yaml", []byte(head+keys))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if got := beta1(t, c); got != want {
				t.Errorf("%s with %q: beta1 %v, want %v", name, keys, got, want)
			}
		}
		c, err := Parse("f.yaml", []byte(head), "train.optimizer.beta1=0.7")
		if err != nil || beta1(t, c) != 0.7 {
			t.Errorf("%s with an edit: %v, %v, want 0.7", name, c.Train.Optimizer, err)
		}
	}
	c, err := Parse("f.yaml", []byte("name: a\ndata: ring\nmodel: gan\ntrain: {optimizer: {kind: sgd, lr: 0.1}}\n"))
	if _, ok := c.Train.Optimizer.(optim.SGD); err != nil || !ok {
		t.Errorf("another rule: %#v, %v, want it to stay", c.Train.Optimizer, err)
	}
}

// Rules of single phases too.
func TestBeta1OfThePhasesOfAdversarialModels(t *testing.T) {
	const head = "name: a\ndata: ring\nmodel: gan\n"
	c, err := Parse("f.yaml", []byte(head+"train: {optimizers: {discriminator: {kind: adam, lr: 0.0004}, generator: {kind: adam, beta1: 0.9}}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	for phase, want := range map[string]float64{"discriminator": 0.5, "generator": 0.9} {
		if got := c.Train.Optimizers[phase].(optim.Adam).Beta1; got != want {
			t.Errorf("%s: beta1 %v, want %v", phase, got, want)
		}
	}
}

// A run that was begun when a default was another goes on with that, under the file that began
// it; what a run keeps is never adapted.
func TestARunThatWasBegunWithEarlierDefaultsGoesOn(t *testing.T) {
	for name, test := range map[string]struct {
		src, kept string
		changed   bool
		check     func(c Config) bool
	}{
		"a GAN with beta1 0.9": {
			"name: a\ndata: ring\nmodel: gan\n",
			"name: a\ndata: {kind: ring}\nmodel: {kind: gan}\ntrain: {optimizer: {kind: adam, beta1: 0.9}}\n",
			true, func(c Config) bool { return c.Train.Optimizer.(optim.Adam).Beta1 == 0.9 },
		},
		"a GAN of now": {
			"name: a\ndata: ring\nmodel: gan\n",
			"name: a\ndata: {kind: ring}\nmodel: {kind: gan}\ntrain: {optimizer: {kind: adam, beta1: 0.5}}\n",
			false, func(c Config) bool { return c.Train.Optimizer.(optim.Adam).Beta1 == 0.5 },
		},
		"a GAN whose phases have rules": {
			"name: a\ndata: ring\nmodel: gan\ntrain: {optimizers: {generator: adam}}\n",
			"name: a\ndata: {kind: ring}\nmodel: {kind: gan}\ntrain: {optimizer: {kind: adam, beta1: 0.9}, optimizers: {generator: {kind: adam, beta1: 0.9}}}\n",
			true, func(c Config) bool { return c.Train.Optimizers["generator"].(optim.Adam).Beta1 == 0.9 },
		},
		"a VAE without a likelihood": {
			vaeWith(""), vaeWith(", likelihood: bernoulli, sigma: 0"), true,
			func(c Config) bool { return likelihoodOf(c) == likelihoods.Bernoulli{} },
		},
		"a gaussian VAE without a deviation": {
			vaeWith(", likelihood: gaussian"), vaeWith(", likelihood: gaussian, sigma: 0"), true,
			func(c Config) bool { return likelihoodOf(c) == likelihoods.Gaussian{Sigma: likelihoods.Learned} },
		},
		"a VAE with all that it needs": {
			vaeWith(", likelihood: gaussian, sigma: 0.1"), vaeWith(", likelihood: gaussian, sigma: 0.1"), false,
			func(c Config) bool { return likelihoodOf(c) == likelihoods.Gaussian{Sigma: likelihoods.Fixed(0.1)} },
		},
		"a VAE whose likelihood was changed": {
			vaeWith(", likelihood: laplace"), vaeWith(", likelihood: gaussian, sigma: 0"), false,
			func(c Config) bool { return likelihoodOf(c) == likelihoods.Laplace{Scale: likelihoods.Optimal} },
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, ConfigFile), []byte(test.kept), 0o666); err != nil {
				t.Fatal(err)
			}
			c, err := Parse("f.yaml", []byte(test.src))
			if err != nil {
				t.Fatal(err)
			}
			got, changed := c.AsBegun(dir)
			if !test.check(got) {
				t.Errorf("it goes on with %#v and %#v", got.Model, got.Train)
			}
			if changed != test.changed {
				t.Errorf("the defaults are those of then: %v, want %v", changed, test.changed)
			}
		})
	}
}
