package models

import "latentspace/nn"

// Models has every kind of model, with its defaults filled in.
var Models = map[string]func() Model{
	"ae": func() Model {
		return AE{Latent: 32, Encoder: defaultMLP(), Loss: "squared_error"}
	},
	"gan": func() Model {
		return GAN{Latent: 64, Generator: defaultMLP(), Discriminator: defaultMLP(), CriticSteps: 1}
	},
	"pca": func() Model { return PCA{Latent: 32} },
	"vae": func() Model {
		return VAE{Latent: 20, Encoder: defaultMLP(), Likelihood: "bernoulli", Beta: 1}
	},
}

// Networks has every kind of network, with its defaults filled in.
var Networks = map[string]func() Network{
	"conv": func() Network {
		return Conv{Channels: []int{32, 64}, Activation: "relu", Norm: "none", Init: "glorot", Down: "stride", Up: "transposed"}
	},
	"mlp": func() Network { return defaultMLP() },
}

func defaultMLP() Network {
	return MLP{Hidden: []int{400}, Activation: "relu", Norm: "none", Init: "glorot"}
}

// inits are the initialisers that a network can name.
var inits = map[string]nn.Init{
	"glorot":     nn.Glorot,
	"he":         nn.He,
	"normal":     nn.Normal(0.02), // as DCGAN
	"orthogonal": nn.Orthogonal,
	"uniform":    nn.Uniform(0.05),
	"zeros":      nn.Zeros,
}

// norms are the normalisations that a network can name.
var norms = map[string]nn.Layer{
	"none":  nil,
	"batch": nn.BatchNorm{},
	"layer": nn.LayerNorm{},
}
