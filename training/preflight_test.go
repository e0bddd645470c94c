package training

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/data"
	"latentspace/example"
	"latentspace/experiments"
	"latentspace/models"
	"latentspace/models/adversarial"
	"latentspace/models/families"
	"latentspace/models/likelihoods"
	"latentspace/models/variational"
)

// table is a data set of rows, with labels.
type table struct {
	rows   [][]float32
	labels []int
	names  []string
}

func (t table) Len() int                        { return len(t.rows) }
func (t table) Schema() example.Schema          { return example.Points(len(t.rows[0])) }
func (t table) Read(i int, dst []float32) error { copy(dst, t.rows[i]); return nil }
func (t table) About() example.Schema           { return example.Of(example.Class(t.names)) }

func (t table) ReadAbout(i int, dst []float32) error {
	dst[0] = float32(t.labels[i])
	return nil
}

// tabled is rows of d values that are a function of their number, from −1 to 1.
func tabled(n, d int, scale float64) table {
	t := table{names: []string{"a", "b"}}
	for i := range n {
		row := make([]float32, d)
		for k := range row {
			row[k] = float32(scale * math.Sin(float64(1+i*(k+2))))
		}
		t.rows, t.labels = append(t.rows, row), append(t.labels, i%2)
	}
	return t
}

func TestPreflightWarnings(t *testing.T) {
	vae := families.Models["vae"]().(variational.VAE)
	vae.Likelihood = likelihoods.Gaussian{Sigma: likelihoods.Learned}
	wide := vae
	wide.Likelihood = likelihoods.Gaussian{Sigma: likelihoods.Fixed(30)}
	bounded := families.Models["gan"]().(adversarial.GAN)
	bounded.Output = "sigmoid"
	fine := tabled(60, 6, 1)
	bytes := tabled(60, 6, 127.5)
	constant := tabled(60, 6, 1)
	for i := range bytes.rows {
		for k := range bytes.rows[i] {
			bytes.rows[i][k] = min(255, max(0, bytes.rows[i][k]+127.5))
		}
		for k := range 4 {
			constant.rows[i][k] = 0.5
		}
	}
	twice := tabled(60, 6, 1)
	for i := range 10 {
		twice.rows[50+i] = twice.rows[i]
	}
	other := tabled(100, 6, 1)
	other.rows, other.labels = other.rows[60:], other.labels[60:]
	leaked := table{append(other.rows[:20:20], fine.rows[:5]...), other.labels[:25], fine.names}
	lost, uneven := tabled(60, 6, 1), tabled(60, 6, 1)
	for i := range lost.labels {
		lost.labels[i], uneven.labels[i] = 0, 0
	}
	uneven.labels[3] = 1
	for name, c := range map[string]struct {
		model       models.Model
		train, test table
		want        string // in a warning, "" for none
	}{
		"nothing wrong":              {vae, fine, other, ""},
		"bytes":                      {vae, bytes, other, "they look like bytes, which are divided by 255"},
		"constant values":            {vae, constant, other, "4 of 6 values are the same in all training examples"},
		"examples twice":             {vae, twice, other, "10 of 60 training examples are there more than once"},
		"test examples trained on":   {vae, fine, leaked, "5 of 25 test examples are in the training set too"},
		"a class that is not there":  {vae, lost, other, "classes of the test set that the training set lacks: b"},
		"uneven classes":             {vae, uneven, other, "of one there are 59 training examples, of another 1"},
		"a wide likelihood":          {wide, fine, other, "model.likelihood.sigma 30 is more than three deviations"},
		"a sigmoid below the data":   {bounded, fine, other, "the generator's output lies in [0, 1], and the data go from -1"},
		"a GAN without a last bound": {families.Models["gan"](), fine, other, ""},
	} {
		cfg := experiments.Defaults()
		cfg.Model = c.model
		p, err := inspect(context.Background(), cfg, &data.Splits{Train: c.train, Valid: none{}, Test: c.test})
		if err != nil {
			t.Fatal(err)
		}
		all := strings.Join(p.warnings, "\n")
		if c.want == "" && all != "" || !strings.Contains(all, c.want) {
			t.Errorf("%s: got %q, want %q", name, all, c.want)
		}
	}
}

// none is a data set without examples.
type none struct{}

func (none) Len() int                  { return 0 }
func (none) Schema() example.Schema    { return example.Points(6) }
func (none) Read(int, []float32) error { return nil }

func TestPreflightFindsWhatIsNoNumber(t *testing.T) {
	broken := tabled(10, 3, 1)
	broken.rows[4][2] = float32(math.NaN())
	cfg := experiments.Defaults()
	cfg.Model = families.Models["ae"]()
	_, err := inspect(context.Background(), cfg, &data.Splits{Train: broken, Valid: none{}, Test: none{}})
	if err == nil || !strings.Contains(err.Error(), "example 4 of the training set has the value NaN at place 2") {
		t.Errorf("got %v", err)
	}
}

// The data sets that the program draws have nothing to warn of.
func TestShippedDataAreFitToLearnFrom(t *testing.T) {
	for name, text := range tiny {
		cfg := parse(t, text)
		splits, err := cfg.Data.Open(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		p, err := inspect(context.Background(), cfg, splits)
		if err != nil || len(p.warnings) > 0 || len(p.facts) < 4 {
			t.Errorf("%s: %v, warnings %q, facts %q", name, err, p.warnings, p.facts)
		}
	}
}

// Tokens are no quantities, and copies of a line are no fault.
func TestPreflightOfText(t *testing.T) {
	file := filepath.Join(t.TempDir(), "t.txt")
	var b strings.Builder
	for i := range 60 {
		fmt.Fprintf(&b, "the line %d\n", i/3)
	}
	if err := os.WriteFile(file, []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	source := data.Sources["text"]().(data.Text)
	source.File = file
	splits, err := source.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	cfg := experiments.Defaults()
	cfg.Model = families.Models["vae"]()
	p, err := inspect(t.Context(), cfg, splits)
	if err != nil || len(p.warnings) > 0 {
		t.Errorf("%v, warnings %q, want none", err, p.warnings)
	}
	want := []string{
		"training: 48 examples, lines in at most 12 tokens of a vocabulary of 18, each a char",
		"32 training examples are there more than once",
	}
	if !slices.Equal(p.facts[:2], want) {
		t.Errorf("facts %q, want %q", p.facts, want)
	}
}
