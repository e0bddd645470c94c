package explore

import (
	"context"
	"slices"
	"testing"

	"latentspace/tensor"
)

// The codes that come with log-variances are those that come alone, bit for bit.
func TestPosteriorsHaveTheCodesOfTheEncoder(t *testing.T) {
	m := learned(t, "data: {kind: glyphs, train: 700, valid: 10, test: 10}\n"+
		"model: {kind: vae, latent: 3, encoder: {kind: mlp, hidden: [16]}}\ntrain: {epochs: 1, batch: 20, samples: 0}\n")
	ctx := context.Background()
	train, err := m.Split(ctx, "train")
	if err != nil {
		t.Fatal(err)
	}
	c := codec{m: m, ds: Options{}.some(train, 700), dim: 3} // more than a batch
	var want, got []float32
	if err := c.each(ctx, "", func(_ int, z *tensor.Tensor) error { want = append(want, z.Data...); return nil }); err != nil {
		t.Fatal(err)
	}
	logvars := 0
	err = c.eachPosterior(ctx, "", func(first int, z, logvar *tensor.Tensor) error {
		if first*3 != len(got) {
			t.Errorf("a batch from %d on after %d codes", first, len(got)/3)
		}
		got = append(got, z.Data...)
		logvars += logvar.Shape[0]
		return nil
	})
	if err != nil || !slices.Equal(got, want) || logvars != c.ds.n || logvars <= readBatch {
		t.Errorf("%d codes and %d log-variances, %v, want the %d of the encoder", len(got)/3, logvars, err, len(want)/3)
	}
}

// The values of a layer take the place of codes, as many as it has, without what rounding costs in what
// is decoded.
func TestEncodeALayer(t *testing.T) {
	m := learned(t, "data: {kind: glyphs, train: 100, valid: 10, test: 10}\n"+
		"model: {kind: vae, latent: 3, encoder: {kind: mlp, hidden: [16]}}\ntrain: {epochs: 1, batch: 20, samples: 0}\n")
	e := Encode{Options: Options{N: 10, Split: "test"}, Precision: "float32", Layer: "encoder.layer1"}
	r, err := e.Run(t.Context(), m)
	if err != nil || r.Report.Dim != 16 || r.Codes.EachPosterior != nil || r.Report.Compression[0].SquaredError != nil {
		t.Fatalf("got %+v, %v, want 16 values", r.Report, err)
	}
	rows := 0
	err = r.Codes.Each("", func(_ int, z *tensor.Tensor) error {
		rows += z.Shape[0]
		if slices.Min(z.Data) < 0 { // behind a ReLU
			t.Errorf("values down to %v, want none below 0", slices.Min(z.Data))
		}
		return nil
	})
	if err != nil || rows != 10 {
		t.Errorf("%d rows, %v, want 10", rows, err)
	}
}
