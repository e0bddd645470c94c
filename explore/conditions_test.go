package explore

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"latentspace/data/columns"
	"latentspace/export"
)

// Numbers of hours between 40s, the most frequent, share bins: 41 has its bin with others.
func TestGivenNumbersAreWrittenAsTheyWereSaid(t *testing.T) {
	text := "hours,size\n"
	for i := range 400 {
		hours := 40
		if i%2 == 0 {
			hours = 1 + i*37%80
		}
		text += fmt.Sprintf("%d,%.2f\n", hours, float64(i*7919%1000)/100)
	}
	file := filepath.Join(t.TempDir(), "rows.csv")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	m := learned(t, "data: {kind: table, file: "+file+"}\n"+
		"model: {kind: vae, latent: 2, encoder: {kind: mlp, hidden: [8]}}\ntrain: {epochs: 1, batch: 50, samples: 0}\n")
	if bins := m.Schema.Fields[0].Column.Bins; len(bins) == 0 || bins[m.Schema.Fields[0].Column.BinOf(41)].Lo == bins[m.Schema.Fields[0].Column.BinOf(41)].Hi {
		t.Fatalf("bins %+v, want 41 in one of several numbers", bins)
	}
	draw := func(given map[string]string) (DrawResult, error) {
		return Draw{Options: Options{N: 20, Seed: 1, Split: "test", Conditions: given}}.Run(t.Context(), m)
	}
	for name, value := range map[string]string{"hours": "41", "size": "3.21"} {
		r, err := draw(map[string]string{name: value})
		if err != nil {
			t.Fatal(err)
		}
		x, err := r.Examples.All()
		if err != nil {
			t.Fatal(err)
		}
		w := columns.NewWriter(r.Examples.Schema, true, 1)
		err = export.Each(x, func(values []float32) error {
			if cells := w.Cells(0, values); !strings.Contains(strings.Join(cells, ","), value) {
				return fmt.Errorf("a row %v, want %s", cells, value)
			}
			return nil
		})
		if err != nil {
			t.Errorf("given %s=%s: %v", name, value, err)
		}
	}
	for value, want := range map[string]string{
		"41.5": "-given hours=41.5, want a whole number",
		"500":  "-given hours=500, want a whole number from 1 to 79, as the training rows have",
	} {
		if _, err := draw(map[string]string{"hours": value}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("given hours=%s: got %v, want %q", value, err, want)
		}
	}
}
