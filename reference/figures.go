package reference

import "strings"

// meanings say of each figure what it is; docs/METRICS.md says more.
var meanings = map[string]string{
	"neg_elbo":           "the negative evidence lower bound, reconstruction_nll + kl, in nats per example; lower is better",
	"reconstruction_nll": "E[−ln p(x|z)] over the posterior, the distortion, in nats per example",
	"kl":                 "KL(q(z|x) ‖ p(z)), the rate, in nats per example",
	"nll":                "−ln p(x) by importance sampling, in nats per example; lower is better",
	"bits_per_dim":       "nll in bits for each value of an example",
	"bits_per_token":     "nll in bits for each token of a text",

	"active_units":       "dimensions of the code whose mean varies by more than 0.01",
	"unused_codes":       "dimensions of the code that say next to nothing",
	"kl_max":             "the KL of the dimension that says most, in nats",
	"kl_above_free_bits": "what the code says above the free bits of the loss, in nats",
	"mutual_information": "what a code tells about which of n examples it is of, at most ln n, in nats",
	"perplexity":         "how many words codes would have, were they used alike",
	"words_used":         "share of the words that any code has",
	"marginal_kl":        "how unlike the prior the codes are in all, in nats",

	"squared_error":     "of reconstructions, summed over values; lower is better",
	"ssim":              "structural similarity of reconstructed pictures, 1 for the same",
	"psnr":              "peak signal-to-noise ratio of reconstructed pictures, in decibels",
	"level_distance":    "distance of the levels of reconstructed sounds in bands, in decibels",
	"spectral_distance": "distance of the spectra of reconstructed sounds, in decibels",
	"token_accuracy":    "share of a text's tokens that come back at their place",
	"exact_match":       "share of texts that come back whole",

	"frechet_distance":    "between the features of samples and of held-out examples; lower is better",
	"frechet_training":    "the same with training pictures in place of samples, which no model is expected to beat",
	"frechet_gaussian":    "the same with pictures of normal pixels, which any model should beat",
	"kernel_distance":     "squared maximum mean discrepancy of the features; lower is better",
	"precision":           "share of samples that lie among the data",
	"recall":              "share of the data that lie among the samples",
	"density":             "precision that outliers move less, about 1 for samples like the data",
	"coverage":            "recall that outliers move less, about 0.97 for samples like the data",
	"classifier_accuracy": "of the classifier whose features are compared: how far it can be trusted",
	"classifier_chance":   "the accuracy of always naming the most frequent class",
	"feature_rank":        "how many independent features the held-out examples have",
	"feature_variance":    "variance of the samples' features over that of the data's, about 1",
	"diversity":           "variance of the samples over that of the data, about 1; next to 0 after a collapse",
	"class_entropy":       "variety of the samples' classes, at most ln of their number, in nats",
	"condition_accuracy":  "share of samples whose class, as that classifier tells it, is the one that was asked for",
	"copy_ratio":          "distance of samples to the nearest training example over that of held-out ones",
	"copies":              "samples that are copies of a training example",
	"modes":               "known modes that samples hit",
	"high_quality":        "share of samples that are near a known mode",

	"imputation_error":    "squared error of hidden numbers that the model fills, 1 as for the mean of their column",
	"imputation_accuracy": "share of hidden words that the model fills right",
	"dead_features":       "share of the features of a dictionary that no held-out example has; lower is better",
	"l0":                  "features of a dictionary that an example has",
	"explained":           "share of the variance of the examples that their features give back; higher is better",
	"loss_recovered":      "of a dictionary of another run's codes: the share of that run's loss, between the mean of the codes and the codes, that the features give back; higher is better",

	"outlier_auroc":                "how well the combined score tells classes that training never saw, an area; 1 if always",
	"outlier_auroc_likelihood":     "the same of the importance-weighted −ln p(x)",
	"outlier_auroc_reconstruction": "the same of the reconstruction",
	"outlier_auroc_neighbours":     "the same of the local outlier factor of the code",
	"outlier_auroc_density":        "the same of the density of the code",

	"column_shapes":          "how alike each column of synthetic rows and of training rows is distributed, 1 for the same",
	"column_shapes_ceiling":  "the same of held-out rows, which no model is expected to pass",
	"pair_trends":            "how alike each pair of columns is related, 1 for the same",
	"pair_trends_ceiling":    "the same of held-out rows",
	"related_trends":         "pair_trends over pairs that are related in the training rows",
	"related_trends_ceiling": "the same of held-out rows",
	"synthetic_accuracy":     "of a classifier of the label that is trained on synthetic rows, on held-out rows",
	"real_accuracy":          "of one that is trained on as many training rows",
	"label_chance":           "the accuracy of always naming the most frequent label",
	"discriminator":          "how well a classifier tells synthetic rows from training rows, an area; 0.5 if it cannot",
	"discriminator_ceiling":  "the same of held-out rows",
	"row_copies":             "share of synthetic rows that equal a training row",
	"row_copies_ceiling":     "share of held-out rows that do",
	"nearest_ratio":          "how far synthetic rows are from the nearest training row, 1 as for held-out rows",
	"membership":             "how well the nearest synthetic row tells who was trained on, an area; 0.5 if it tells nothing",

	"mig":                 "mutual information gap between the two best dimensions for a factor",
	"dci_disentanglement": "whether each dimension serves one factor",
	"dci_completeness":    "whether each factor needs one dimension",
	"dci_informativeness": "how well the factors are predicted from codes",
	"sap":                 "gap of predictability between the two best dimensions for a factor",
	"factorvae_score":     "how often the dimension that varies least tells which factor is fixed",
	"betavae_score":       "how often a linear classifier tells which factor is fixed",
	"modularity":          "how far each dimension tells about one factor alone",

	probes:           "accuracy of a simple classifier: METHOD logistic or knn; SPACE codes, pca or data; LABELS 10, 100, 1000 or all of each class",
	"probe_chance":   "the accuracy of always naming the most frequent class",
	"class_error":    "share of examples whose class the model itself tells wrong; lower is better",
	"denoising_gain": "how much nearer reconstructions of noisy examples are to the clean ones, in decibels",
}

// probes stands for the figures of all probes.
const probes = "probe_METHOD_SPACE_LABELS"

// figureName is the name under which a figure is listed.
func figureName(name string) string {
	if strings.HasPrefix(name, "probe_") && strings.Count(name, "_") == 3 {
		return probes
	}
	return name
}
