package reference

import (
	"fmt"
	"reflect"
	"strings"

	"latentspace/data"
	"latentspace/evaluation"
	"latentspace/experiments"
	"latentspace/models"
	"latentspace/models/autoencoders"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/models/priors"
	"latentspace/models/sequences"
	"latentspace/nn"
	"latentspace/nn/optim"
)

// List describes what there is: the shipped experiments, the kinds of every part of an experiment
// file with their papers, and the figures with what they mean.
func List() string {
	var b strings.Builder
	fmt.Fprintf(&b, "experiments, for -config\n  %s\n", strings.Join(experiments.Shipped(), ", "))
	fmt.Fprintf(&b, "\nexperiments that repeat published ones, for -config\n  %s\n", strings.Join(experiments.Papers(), ", "))
	for _, part := range []struct {
		title, path string
		kinds       reflect.Type
	}{
		{"models", "model", reflect.TypeFor[models.Model]()},
		{"networks", "model.vae.encoder", reflect.TypeFor[networks.Network]()},
		{"activations of features", "model.sae.activation", reflect.TypeFor[autoencoders.Activation]()},
		{"readers of text", "model.textvae.encoder", reflect.TypeFor[sequences.Reader]()},
		{"writers of text", "model.textvae.decoder", reflect.TypeFor[sequences.Writer]()},
		{"likelihoods", "model.vae.likelihood", reflect.TypeFor[likelihoods.Likelihood]()},
		{"priors", "model.vae.prior", reflect.TypeFor[priors.Prior]()},
		{"data sets", "data", reflect.TypeFor[data.Source]()},
		{"optimizers", "train.optimizer", reflect.TypeFor[optim.Rule]()},
		{"logs", "train.log", reflect.TypeFor[experiments.Log]()},
		{"schedules of the learning rate", "train.schedule", reflect.TypeFor[optim.Schedule]()},
	} {
		fmt.Fprintf(&b, "\n%s, for %s\n", part.title, part.path)
		kinds := entry{path: part.path, value: reflect.New(part.kinds).Elem()}
		for _, kind := range kinds.children() {
			about(&b, kind)
		}
	}
	fmt.Fprintf(&b, "\nactivations\n  %s\n", strings.Join(nn.Activations(), ", "))
	for _, g := range evaluation.Groups() {
		fmt.Fprintf(&b, "\nfigures: %s\n", g.Name)
		said := map[string]bool{}
		for _, figure := range g.Figures {
			if name := figureName(figure); !said[name] {
				fmt.Fprintf(&b, "  %-25s %s\n", name, meanings[name])
				said[name] = true
			}
		}
	}
	b.WriteString("\ntrain -explain PATH shows the keys of a part, such as -explain model.vae\n")
	return b.String()
}
