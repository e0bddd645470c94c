package explore

import (
	"math"
	"strings"
	"testing"
)

// For small noise the mean squared error is σ² for any picture: 20 dB for σ = 0.1.
func TestNoiseIsAddedToASplitAndMeasured(t *testing.T) {
	m := learned(t, strings.Replace(pictured, "vae", "ae", 1))
	o := Denoise{Options: Options{N: 20, Seed: 1, Split: "test"}, Sigma: 0.1}
	r, err := o.Run(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Report.Before; math.Abs(got.Value-20) > 0.2 || r.Report.After == nil || r.Originals == nil {
		t.Errorf("PSNR before %v, want 20 dB; report %+v", got, r.Report)
	}
	o.Files = []string{fileOf(t, "new.npy", firsts(t, m, "test", 1), 28, 28)}
	if r, err = o.Run(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if r.Report.Before != nil || r.Originals != nil || len(r.Report.Names) != 1 || r.Report.Names[0] != "new.npy" || r.Clean.Shape[0] != 1 {
		t.Errorf("of a file: got %+v, want no noise and no figures", r.Report)
	}
	for _, sigma := range []float64{0, -1, math.Inf(1), math.NaN()} {
		o.Sigma = sigma
		if _, err := o.Run(t.Context(), m); err == nil {
			t.Errorf("-sigma %v: no error", sigma)
		}
	}
}
