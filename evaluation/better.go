package evaluation

import "strings"

// better has the figures by which models are compared, and whether higher is better.
// Others, such as kl or active_units, describe a model and do not judge it.
var better = map[string]bool{
	"neg_elbo": false, "nll": false, "bits_per_dim": false, "reconstruction_nll": false,
	"squared_error": false, "ssim": true, "psnr": true,
	"frechet_distance": false, "kernel_distance": false,
	"precision": true, "recall": true, "density": true, "coverage": true,
	"modes": true, "high_quality": true,
	"mig": true, "dci_disentanglement": true, "dci_completeness": true, "dci_informativeness": true, "sap": true,
	"factorvae_score": true, "betavae_score": true, "modularity": true,
	"denoising_gain": true, "condition_accuracy": true, "class_error": false,
}

// HigherIsBetter reports whether a higher value of a figure is better. ok is false for
// figures that do not judge a model.
func HigherIsBetter(name string) (higher, ok bool) {
	if strings.HasPrefix(name, "probe_") { // of the data and their components, probes do not depend on the model
		codes := strings.Contains(name, "_codes_")
		return codes, codes
	}
	higher, ok = better[name]
	return higher, ok
}
