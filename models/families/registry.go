// Package families has the table of every kind of model. The models are in the packages of their
// families: autoencoders, variational, discrete, adversarial, diffusion
// and sequential.
package families

import (
	"latentspace/models"
	"latentspace/models/adversarial"
	"latentspace/models/autoencoders"
	"latentspace/models/diffusion"
	"latentspace/models/discrete"
	"latentspace/models/likelihoods"
	"latentspace/models/sequential"
	"latentspace/models/variational"
)

// Models has every kind of model, with its defaults filled in.
var Models = map[string]func() models.Model{
	"aae":              func() models.Model { return adversarial.DefaultAAE },
	"ae":               func() models.Model { return autoencoders.DefaultAE },
	"bigan":            func() models.Model { return adversarial.DefaultBiGAN },
	"cae":              func() models.Model { return autoencoders.DefaultCAE },
	"cgan":             func() models.Model { return adversarial.DefaultCGAN },
	"cvae":             func() models.Model { return variational.DefaultCVAE },
	"dae":              func() models.Model { return autoencoders.DefaultDAE },
	"dipvae":           func() models.Model { return variational.DefaultDIPVAE },
	"factorvae":        func() models.Model { return variational.DefaultFactorVAE },
	"flow-vae":         func() models.Model { return diffusion.DefaultFlowVAE },
	"fsq":              func() models.Model { return discrete.DefaultFSQ },
	"gan":              func() models.Model { return adversarial.DefaultGAN },
	"gumbelvae":        func() models.Model { return variational.DefaultGumbelVAE },
	"iafvae":           func() models.Model { return variational.DefaultIAFVAE },
	"infogan":          func() models.Model { return adversarial.DefaultInfoGAN },
	"infovae":          func() models.Model { return variational.DefaultInfoVAE },
	"iwae":             func() models.Model { return variational.DefaultIWAE },
	"jointvae":         func() models.Model { return variational.DefaultJointVAE },
	"kl-field":         func() models.Model { return diffusion.DefaultKLField },
	"kl-sparse":        func() models.Model { return autoencoders.DefaultKLSparse },
	"laddervae":        func() models.Model { return variational.DefaultLadderVAE },
	"latent-diffusion": func() models.Model { return diffusion.DefaultLatentDiffusion },
	"m2":               func() models.Model { return variational.DefaultM2 },
	"pca":              func() models.Model { return autoencoders.DefaultPCA },
	"rae":              func() models.Model { return autoencoders.DefaultRAE },
	"rvq":              func() models.Model { return discrete.DefaultRVQ },
	"sae":              func() models.Model { return autoencoders.DefaultSAE },
	"svae":             func() models.Model { return variational.DefaultSVAE },
	"tcvae":            func() models.Model { return variational.DefaultTCVAE },
	"textae":           func() models.Model { return sequential.DefaultTextAE },
	"textvae":          func() models.Model { return sequential.DefaultTextVAE },
	"vae":              func() models.Model { return variational.DefaultVAE },
	"vaegan":           func() models.Model { return adversarial.DefaultVAEGAN },
	"vq-vae":           func() models.Model { return discrete.DefaultVQVAE },
	"wae":              func() models.Model { return autoencoders.DefaultWAE },
	"wgan-gp":          func() models.Model { return adversarial.DefaultWGANGP },
}

// Earlier has the kinds whose defaults are not those that they once were, with the defaults of
// then: what a config means that was written before, where it lacks a key.
var Earlier = map[string]func() models.Model{
	"vae": func() models.Model {
		m := variational.DefaultVAE
		m.Likelihood = likelihoods.Bernoulli{}
		return m
	},
}
