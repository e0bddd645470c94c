package show

import (
	"os"
	"path/filepath"
	"testing"

	"latentspace/explore"
)

// On MNIST the importance-sampled NLL is below −ELBO, the dimensions are in use, and logistic
// regression tells more classes from 20 codes than from 20 principal components.
func TestTheReportOnMNIST(t *testing.T) {
	if os.Getenv("LATENTSPACE_DATA") == "" || os.Getenv("LATENTSPACE_LONG") == "" {
		t.Skip("takes LATENTSPACE_LONG and, in LATENTSPACE_DATA, a folder with MNIST")
	}
	m := learned(t, "data: {kind: mnist}\nmodel: {kind: vae}\ntrain: {epochs: 3, batch: 128, samples: 0}\n")
	v := explore.Evaluate{Metrics: []string{"neg_elbo", "nll", "active_units", "probe_logistic_codes_all", "probe_logistic_pca_all", "classifier_accuracy"}}
	r := evaluated(t, m, v, Output{File: filepath.Join(t.TempDir(), "report.json")}, false)
	value := func(name string) (value, err float64) {
		f, ok := r.Figure(name)
		if !ok {
			t.Fatalf("no %s:\n%s", name, r)
		}
		return f.Value, f.Error
	}
	elbo, _ := value("neg_elbo")
	nll, _ := value("nll")
	if !(nll < elbo) || elbo > 130 {
		t.Errorf("nll %v, −ELBO %v, want the first smaller, and at most 130", nll, elbo)
	}
	if active, _ := value("active_units"); active < 15 {
		t.Errorf("%v active units, want 15 or more of 20", active)
	}
	codes, _ := value("probe_logistic_codes_all")
	components, _ := value("probe_logistic_pca_all")
	if codes <= components {
		t.Errorf("accuracy %v from codes, %v from principal components, want more from codes", codes, components)
	}
	if accuracy, _ := value("classifier_accuracy"); accuracy < 0.95 {
		t.Errorf("the classifier's accuracy is %v, want 0.95", accuracy)
	}
}
