package explore

import (
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/anomaly"
	"latentspace/training"
)

func scoreOf(t *testing.T, m *training.Trained, files ...string) ScoreResult {
	t.Helper()
	s := Score{Options: Options{N: 1000, Seed: 1, Split: "test", Files: files}, Alarm: 0.05, Draws: 4, Pictures: 4}
	r, err := s.Run(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A block of white pixels in a corner where no digit has any.
func TestAPlantedFaultIsOddAndItsPlaceIsNamed(t *testing.T) {
	m := learned(t, strings.Replace(pictured, "epochs: 2", "epochs: 15", 1))
	x := firsts(t, m, "test", 20)
	for y := range 3 {
		for k := range 3 {
			x[7*28*28+y*28+k] = 1
		}
	}
	r := scoreOf(t, m, fileOf(t, "new.npy", x, 20, 28, 28))
	if want := []string{anomaly.Combined, anomaly.Likelihood, anomaly.Reconstruction, anomaly.Density, anomaly.Neighbours}; !slices.Equal(r.Names, want) {
		t.Fatalf("scores %v, want %v", r.Names, want)
	}
	worst := r.Report.Oddest[0]
	if worst.Index != 7 || worst.Name != "new.npy[7]" || !worst.Odd || worst.Quantile != 1 {
		t.Errorf("the oddest is %+v, want example 7, odder than all training examples", worst)
	}
	for _, p := range worst.Places {
		if !strings.HasPrefix(p.Place, "row ") || !slices.Contains([]string{"row 0", "row 1", "row 2"}, p.Place[:5]) || p.Score < 3 {
			t.Errorf("odd place %+v, want one of the rows 0 to 2", p)
		}
	}
	first := r.Oddest.Examples[0].Data
	if heat := first[2*28*28:]; heat[0] != 1 || heat[14*28+1] > 0.1 {
		t.Errorf("the map has %v in the corner and %v at the side, want 1 and about 0", heat[0], heat[14*28+1])
	}
	if !slices.Equal(first[:28*28], x[7*28*28:8*28*28]) {
		t.Error("the first picture is not the oddest example")
	}
}

func TestUsualExamplesAreOddAsOftenAsWished(t *testing.T) {
	m := learned(t, "data: {kind: ring, train: 600, valid: 400, test: 400}\n"+
		"model: {kind: vae, latent: 2, likelihood: gaussian, encoder: {kind: mlp, hidden: [8]}}\ntrain: {epochs: 3, batch: 20, samples: 0}\n")
	r := scoreOf(t, m)
	// Of 400 draws of a share of 5 % with the noise of a threshold of 400 others: deviation 6.2.
	if r.Report.Alarms < 4 || r.Report.Alarms > 44 || r.Report.From != "valid" || r.Report.Split != "test" {
		t.Errorf("%d alarms of 400, want about 20; report %+v", r.Report.Alarms, r.Report)
	}
	mean := 0.0
	for _, e := range r.Examples {
		mean += e.Quantile / float64(len(r.Examples))
	}
	if math.Abs(mean-0.5) > 0.08 {
		t.Errorf("the mean quantile of usual examples is %v, want about one half", mean)
	}
	far := scoreOf(t, m, fileOf(t, "far.npy", []float32{1, 0, 40, -40}, 2, 2)).Examples
	if far[0].Values[0] >= far[1].Values[0] || !far[1].Odd || far[1].Places[0].Place != "x0" && far[1].Places[0].Place != "x1" {
		t.Errorf("got %+v, want the second to be odd by a coordinate", far)
	}
}

func TestAModelWithoutALikelihoodIsScoredByReconstructionAndDensity(t *testing.T) {
	m := learned(t, strings.Replace(pictured, "vae", "ae", 1))
	r := scoreOf(t, m)
	if want := []string{anomaly.Combined, anomaly.Reconstruction, anomaly.Density, anomaly.Neighbours}; !slices.Equal(r.Names, want) || len(r.Report.Missing) != 1 {
		t.Errorf("scores %v, missing %q, want %v and why the likelihood is missing", r.Names, r.Report.Missing, want)
	}
	for _, c := range []Score{{Alarm: 0}, {Alarm: 1}, {Alarm: 0.1, Draws: -1}, {Alarm: 0.1, Training: -1}} {
		c.Options = Options{N: 1, Split: "test"}
		if _, err := c.Run(t.Context(), m); err == nil || !strings.Contains(err.Error(), "want") {
			t.Errorf("%+v: got error %v", c, err)
		}
	}
}
