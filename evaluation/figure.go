package evaluation

import (
	"math"
	"strings"

	"latentspace/metrics"
)

// Figure is a number that was measured.
type Figure struct {
	Name     string   `json:"name"` // one word of lower case, the same in every report
	Value    float64  `json:"value"`
	Error    float64  `json:"standard_error"`
	Unit     string   `json:"unit"` // such as "nats per example"
	Protocol Protocol `json:"protocol"`
}

// Protocol says how a figure was measured, in everything that other programs may do
// differently.
type Protocol struct {
	Split      string `json:"split"`                // of the examples
	N          int    `json:"n"`                    // examples
	Draws      int    `json:"draws,omitempty"`      // of the posterior or the prior, for each example or in all
	Likelihood string `json:"likelihood,omitempty"` // bernoulli or gaussian
	Prior      string `json:"prior,omitempty"`      // of the samples, if it was fitted to codes
	Reduction  string `json:"reduction,omitempty"`  // such as "sum over pixels, mean over examples"
	Method     string `json:"method"`               // in a few words, with the source
	Seed       uint64 `json:"seed"`
}

// figure is an estimate with its name, unit and protocol.
func figure(name string, e metrics.Estimate, unit string, p Protocol) Figure {
	return Figure{name, e.Value, e.Error, unit, p}
}

// Table is figures of one kind, such as the KL of each dimension.
type Table struct {
	Name    string      `json:"name"`
	Title   string      `json:"title"`
	Columns []string    `json:"columns"` // with their units
	Rows    []string    `json:"rows"`    // names
	Values  [][]float64 `json:"values"`  // of each row, one of each column
}

// finite reports whether all values are finite.
func (t Table) finite() bool {
	for _, row := range t.Values {
		for _, v := range row {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return false
			}
		}
	}
	return true
}

// Section is what a part measured.
type Section struct {
	Name    string   `json:"name"`
	Figures []Figure `json:"figures"`
	Tables  []Table  `json:"tables,omitempty"`
	// LeftOut has a sentence for each thing that was not measured, with the reason.
	LeftOut []string `json:"left_out,omitempty"`
	// Failed are the names of figures whose measurement ended in an error or a panic.
	Failed  []string `json:"failed,omitempty"`
	Seconds float64  `json:"seconds"`

	undefined []string // names of figures that are NaN or infinite
	passing   []string // names of figures that are undefined for these samples, and may be defined for other weights
}

// leave records why a figure is missing.
func (s *Section) leave(sentence string) { s.LeftOut = append(s.LeftOut, sentence) }

// Finding is a diagnosis: what is wrong, or worth knowing, and what helps.
type Finding struct {
	Name     string `json:"name"`     // such as "collapsed posterior"
	Evidence string `json:"evidence"` // the figures that show it
	Remedy   string `json:"remedy"`
}

// better has the figures by which models are compared, and whether higher is better.
// Others, such as kl or active_units, describe a model and do not judge it.
var better = map[string]bool{
	"neg_elbo": false, "nll": false, "bits_per_dim": false, "bits_per_token": false, "reconstruction_nll": false,
	"squared_error": false, "ssim": true, "psnr": true, "level_distance": false, "spectral_distance": false, "token_accuracy": true, "exact_match": true,
	"frechet_distance": false, "kernel_distance": false,
	"precision": true, "recall": true, "density": true, "coverage": true,
	"modes": true, "high_quality": true,
	"mig": true, "dci_disentanglement": true, "dci_completeness": true, "dci_informativeness": true, "sap": true,
	"factorvae_score": true, "betavae_score": true, "modularity": true,
	"denoising_gain": true, "condition_accuracy": true, "class_error": false,
	"column_shapes": true, "pair_trends": true, "related_trends": true, "synthetic_accuracy": true, "discriminator": false,
	"row_copies": false, "membership": false, "imputation_error": false, "imputation_accuracy": true,
	"dead_features": false, "explained": true, "loss_recovered": true,
	"outlier_auroc": true, "outlier_auroc_likelihood": true, "outlier_auroc_reconstruction": true, "outlier_auroc_density": true, "outlier_auroc_neighbours": true,
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
