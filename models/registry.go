package models

import (
	"latentspace/example"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
)

// Models has every kind of model, with its defaults filled in.
var Models = map[string]func() Model{
	"ae": func() Model { return defaultAE },
	"cgan": func() Model {
		return CGAN{Latent: 64, Condition: []string{example.ClassField}, Generator: networks.Default(), Discriminator: networks.Default(), Features: 128, CriticSteps: 1}
	},
	"cvae": func() Model {
		return CVAE{Latent: 20, Condition: []string{example.ClassField}, Encoder: networks.Default(), Likelihood: likelihoods.Auto{}, Beta: 1}
	},
	"dae":  func() Model { return DAE{Latent: 32, Encoder: networks.Default(), Sigma: 0.3} },
	"gan":  func() Model { return defaultGAN },
	"iwae": func() Model { return IWAE{coder: defaultCoder, Draws: 5} },
	"m2": func() Model {
		return M2{Latent: 4, Classifier: networks.Default(), Encoder: networks.Default(), Likelihood: likelihoods.Auto{}, Alpha: 10}
	},
	"pca":     func() Model { return defaultPCA },
	"textae":  func() Model { return defaultTextAE },
	"textvae": func() Model { return defaultTextVAE },
	"vae":     func() Model { return defaultVAE },
	"vaegan": func() Model {
		return VAEGAN{coder: defaultCoder, Beta: 1, Critic: networks.Default(), Weight: 0.5, From: 1}
	},
	"vq-vae": func() Model {
		return VQVAE{Encoder: networks.Default(), Words: 64, Width: 16, Places: 16, Commitment: 0.25}
	},
	"wgan-gp": func() Model {
		return WGANGP{generator: defaultGenerator, Critic: networks.Default(), Penalty: 10, CriticSteps: 5}
	},
}

// Earlier has the kinds whose defaults are not those that they once were, with the defaults of
// then: what a config means that was written before, where it lacks a key.
var Earlier = map[string]func() Model{
	"vae": func() Model {
		m := defaultVAE
		m.Likelihood = likelihoods.Bernoulli{}
		return m
	},
}
