package trained

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"latentspace/example"
	"latentspace/models"
	"latentspace/models/adversarial"
	"latentspace/models/autoencoders"
	"latentspace/models/families"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/models/rates"
	"latentspace/models/variational"
	"latentspace/tensor"
)

// A graph that lacks one of its tensors must come to its end without a panic, wherever that
// is in the model.
func TestWeightsThatDoNotFitAreErrors(t *testing.T) {
	conv := networks.Networks["conv"]()
	gan := adversarial.DefaultGAN
	gan.Latent, gan.Generator, gan.Discriminator, gan.Output = 3, conv, conv, "sigmoid"
	for name, net := range map[string]models.Model{
		"vae": families.Models["vae"](), "ae": families.Models["ae"](), "gan": families.Models["gan"](), "pca": families.Models["pca"](),
		"vae conv": variational.VAE{Latent: 3, Encoder: conv, Likelihood: likelihoods.Bernoulli{}, Rate: rates.Default},
		"ae conv":  autoencoders.AE{Latent: 3, Encoder: conv, Loss: "squared_error"},
		"gan conv": gan,
	} {
		of := models.Data{Schema: example.Pictures(16, 16, 1)}
		kind, _, _ := strings.Cut(name, " ")
		m, err := New(net, kind, of, 1)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		weights := m.Weights()
		if _, err := Restore(net, kind, of, maps.Clone(weights)); err != nil {
			t.Errorf("%s: its own weights: %v", name, err)
		}
		more := maps.Clone(weights)
		more["other"] = tensor.New(1)
		if _, err := Restore(net, kind, of, more); err == nil || !strings.Contains(err.Error(), "other: the model has none of that name") {
			t.Errorf("%s: one weight more: got error %v", name, err)
		}
		for _, without := range slices.Sorted(maps.Keys(weights)) {
			less := maps.Clone(weights)
			delete(less, without)
			if _, err := Restore(net, kind, of, less); err == nil || !strings.Contains(err.Error(), without+": missing") {
				t.Errorf("%s without %s: got error %v", name, without, err)
			}
			less[without] = tensor.New(append([]int{7}, weights[without].Shape...)...)
			if _, err := Restore(net, kind, of, less); err == nil || !strings.Contains(err.Error(), without+": shape ") {
				t.Errorf("%s with another shape of %s: got error %v", name, without, err)
			}
		}
	}
}
